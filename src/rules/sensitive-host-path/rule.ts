/** A path that the host itself lives by is mounted into the container. */

import { exposedSockets } from "../../linux/engine-sockets.ts";
import { sensitiveHostPath } from "../../linux/host-paths.ts";
import type { Severity } from "../../model/finding.ts";
import type { Build, Mount, Runtime, Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, lessGrave, linuxRuntime, startsAs, writtenPath } from "../posture.ts";
import { cisDocker, nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "sensitive-host-path",
  title: "Sensitive path of the host is mounted",
  layer: "control-planes-and-mounts",
  severity: "high",
  references: [
    ...cisDocker("5.6"),
    podSecurity("baseline", "HostPath Volumes"),
    ...nist("3.5.5", "4.5.5"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    return [
      ...(runtime?.mounts ?? []).flatMap((mount) => mounted(mount, runtime, workload)),
      ...(workload.hostVolumes ?? []).flatMap(offered),
      ...(workload.build?.paths ?? []).flatMap((path) => imagePath(path)),
    ];
  },
};

function mounted(mount: Mount, runtime: Runtime | undefined, workload: Workload): FindingDraft[] {
  const { hostPath, target, readOnly } = mount;
  if (hostPath === undefined) return [];
  const found = sensitiveHostPath(hostPath, readOnly);
  if (found === undefined) return [];
  const mode = readOnly ? "read-only" : "writable";
  const unused = target === undefined;
  const path = writtenPath(mount);
  return [
    {
      severity: unused ? "low" : gradedFor(found.severity, runtime, workload),
      confidence: "high",
      message: unused
        ? `the pod declares the host's ${path} as a volume, which no container mounts`
        : `the host's ${path} is mounted ${mode}`,
      detail: `It shows ${found.reason}. An attacker inside ${found.gain}${
        startsAs(workload) === "non-root" ? ", as far as the files' permissions let its user" : ""
      }.`,
      help: inForm(workload, {
        compose: `Mount only the file or directory below \`${path}\` that is needed, with \`:ro\`, or use a named volume`,
        kubernetes: `Replace the hostPath \`${path}\` by an \`emptyDir\`, a ConfigMap or a PersistentVolumeClaim; if it must be, name the narrowest path and set \`readOnly: true\``,
        run: `Mount only the file or directory below \`${path}\` that is needed, with \`:ro\`, or use a named volume`,
        oci: `Remove the mount of \`${path}\`, or name the narrowest path and add \`ro\` to its options`,
      }),
      at: mount.origin,
      label: found.reason,
      subject: hostPath,
    },
  ];
}

/** A volume that is a path of the node. Who claims it, and as whom that runs, stands elsewhere. */
function offered(mount: Mount): FindingDraft[] {
  const { hostPath } = mount;
  if (hostPath === undefined) return [];
  const socket = exposedSockets(hostPath).find(({ by }) => by === "socket");
  const found =
    sensitiveHostPath(hostPath, false) ??
    (socket === undefined
      ? undefined
      : {
          severity: "critical" as const,
          reason: `the ${socket.engine} socket`,
          gain: "gets what the engine can do, which is most often root on the node",
        });
  if (found === undefined) return [];
  const path = writtenPath(mount);
  return [
    {
      severity: found.severity,
      confidence: "medium",
      message: `the volume offers the node's ${path} to whoever claims it`,
      detail: `It shows ${found.reason}. An attacker in a pod that claims the volume ${found.gain}. A claim needs no right to host paths, so that policies on pods do not stop it.`,
      help: `Use a storage class, or a directory of its own for the volume such as \`/srv/volumes/NAME\`, in place of \`${path}\``,
      at: mount.origin,
      label: found.reason,
      subject: hostPath,
    },
  ];
}

/** Root's files need root: another user, or root of a user namespace, gets less. */
function gradedFor(severity: Severity, runtime: Runtime | undefined, workload: Workload): Severity {
  return hasUserNamespace(runtime) || startsAs(workload) === "non-root"
    ? lessGrave(severity)
    : severity;
}

/** `VOLUME /proc`, `WORKDIR /proc/self/fd/8`: such images are made to play tricks on the runtime. */
function imagePath({ what, path, origin }: Build["paths"][number]): FindingDraft[] {
  if (!/^\/+(proc|sys|dev)(\/|$)/.test(path) || /^\/+dev\/+shm(\/|$)/.test(path)) return [];
  return [
    {
      severity: "medium",
      confidence: "medium",
      message: `${what} lies in a file system of the kernel: ${path}`,
      detail: `The runtime mounts /proc, /sys and /dev itself. A ${what} there covers or enters what it mounts; a working directory under /proc/self/fd has led out of containers (CVE-2024-21626).`,
      help: `Use a directory of the image, such as \`${what} /${what === "VOLUME" ? "data" : "app"}\``,
      at: origin,
      label: "belongs to the kernel",
      subject: `${what} ${path}`,
    },
  ];
}
