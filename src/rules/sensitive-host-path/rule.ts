/** A path that the host itself lives by is mounted into the container. */

import { exposedSockets } from "../../linux/engine-sockets.ts";
import type { SensitivePath } from "../../linux/host-paths.ts";
import { isOwnedByRoot, isSingleFile, sensitiveHostPath } from "../../linux/host-paths.ts";
import type { Severity } from "../../model/finding.ts";
import type { Build } from "../../model/build.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { heldCapabilities } from "../held-capabilities.ts";
import { inForm } from "../in-form.ts";
import {
  hasUserNamespace,
  isKnown,
  isPrivileged,
  lessGrave,
  linuxRuntime,
  startsAs,
  writtenPath,
} from "../posture.ts";
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
  const found = sensitiveHostPath(hostPath, readOnly, opensDevices(runtime));
  if (found === undefined) return [];
  const { severity, sentence } = judged(found, mount, runtime, workload);
  const mode = readOnly ? "read-only" : "writable";
  const unused = target === undefined;
  const path = writtenPath(mount);
  return [
    {
      severity: unused ? "low" : severity,
      confidence: "high",
      message: unused
        ? `the pod declares the host's ${path} as a volume, which no container mounts`
        : `the host's ${path} is mounted ${mode}`,
      detail: `It shows ${found.reason}. ${sentence}.`,
      help: mountHelp(found, hostPath, path, workload),
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
function judged(
  found: SensitivePath,
  { hostPath = "", readOnly }: Mount,
  runtime: Runtime | undefined,
  workload: Workload,
): { readonly severity: Severity; readonly sentence: string } {
  const nonRoot = startsAs(workload) === "non-root";
  if (found.cannotOpen !== true && isOwnedByRoot(hostPath) && isPlainUser(runtime, workload)) {
    const reads =
      "It belongs to root, and this container's user reads only what is open to everybody";
    if (readOnly) return { severity: "low", sentence: reads };
    // A set-user-ID program of the image is root for the files' permissions.
    const stays = runtime !== undefined && isKnown(runtime.noNewPrivileges, true);
    const severity = stays ? lessGrave(found.severity, 3) : lessGrave(found.severity, 2);
    const otherwise = `An attacker who becomes root inside${stays ? "" : ", as by a program with the set-user-ID bit,"} ${found.gain}`;
    return { severity, sentence: `${reads} and writes nothing there. ${otherwise}` };
  }
  const limit = nonRoot ? ", as far as the files' permissions let its user" : "";
  return {
    severity: hasUserNamespace(runtime) || nonRoot ? lessGrave(found.severity) : found.severity,
    sentence: `An attacker inside ${found.gain}${found.cannotOpen === true ? "" : limit}`,
  };
}

/** Capabilities with which a user who is not root gets past the permissions of files. */
const PAST_PERMISSIONS = [
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "CHOWN",
  "FOWNER",
  "SETUID",
  "SETGID",
  "SYS_ADMIN",
];

/** Known to be neither root nor in a group or with a capability that opens root's files. */
function isPlainUser(runtime: Runtime | undefined, workload: Workload): boolean {
  const { user } = workload;
  if (startsAs(workload) !== "non-root" || !user.known) return false;
  if (user.value.gid === 0 || user.value.group === "root") return false;
  if ((runtime?.groups.length ?? 0) > 0) return false;
  const effective = heldCapabilities(workload)?.effective ?? PAST_PERMISSIONS;
  return !PAST_PERMISSIONS.some((name) => effective.includes(name));
}

/** Whether device rules let the container open devices of the host. */
function opensDevices(runtime: Runtime | undefined): boolean {
  if (runtime === undefined) return false;
  if (isPrivileged(runtime) || !runtime.privileged.known) return true;
  return runtime.devices.some(({ form, path, permissions }) =>
    form === "cgroup-rule"
      ? /[rw]/.test(path.split(" ").at(-1) ?? "")
      : form === "device" && /[rw]/.test(permissions ?? "rwm"),
  );
}

function mountHelp(
  found: SensitivePath,
  hostPath: string,
  path: string,
  workload: Workload,
): string {
  if (found.cannotOpen === true || isSingleFile(hostPath)) {
    const instead =
      found.cannotOpen === true ? "" : "; give the program a file of its own, mounted read-only";
    return inForm(workload, {
      compose: `Remove the mount of \`${path}\`${instead}`,
      kubernetes: `Remove the hostPath \`${path}\` and its volume mount${found.cannotOpen === true ? "" : "; give the program what it needs by a ConfigMap or a Secret"}`,
      run: `Remove the mount of \`${path}\`${instead}`,
      oci: `Remove the mount of \`${path}\` from \`mounts\``,
    });
  }
  const narrow = `Mount only the file or directory below \`${path}\` that is needed, with \`:ro\`, or use a named volume`;
  return inForm(workload, {
    compose: narrow,
    kubernetes: `Replace the hostPath \`${path}\` by an \`emptyDir\`, a ConfigMap or a PersistentVolumeClaim; if it must be, name the narrowest path and set \`readOnly: true\``,
    run: narrow,
    oci: `Remove the mount of \`${path}\`, or name the narrowest path and add \`ro\` to its options`,
  });
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
