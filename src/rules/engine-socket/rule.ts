/** A container engine's socket is visible in the container. */

import type { Confidence, Severity } from "../../model/finding.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { ExposedSocket } from "../../linux/engine-sockets.ts";
import { cleanHostPath } from "../../linux/host-paths.ts";
import { exposedSockets, looksLikeEngineSocket } from "../../linux/engine-sockets.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, lessGrave, startsAs, writtenPath } from "../posture.ts";
import { cisDocker, kubernetesHardening, nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "engine-socket",
  title: "Engine's socket is reachable",
  layer: "control-planes-and-mounts",
  severity: "critical",
  references: [
    ...cisDocker("5.32"),
    podSecurity("baseline", "HostPath Volumes"),
    kubernetesHardening("Pod security enforcement"),
    ...nist("3.4.3", "3.5.5"),
  ],
  check: (workload) => {
    const { runtime } = workload;
    if (runtime === undefined) return [];
    return runtime.mounts.flatMap((mount) => {
      const exposure = exposureOf(mount);
      if (exposure === undefined || givesRootAnyway(mount, runtime, workload)) return [];
      return [draft(mount, exposure, runtime, workload)];
    });
  },
};

interface Exposure {
  /** Whose socket: "Docker". */
  readonly engine: string;
  readonly gives: ExposedSocket["gives"];
  /** The directory that holds it, when not the socket itself is mounted. */
  readonly directory?: string;
  readonly confidence: Confidence;
}

function exposureOf(mount: Mount): Exposure | undefined {
  const { hostPath, source, target, type } = mount;
  const path = hostPath ?? (type === "npipe" ? source : undefined);
  if (path !== undefined) return exposureOfPath(path);
  // The source is relative or was not resolved; what it is put in place of tells.
  if (type !== "bind" || target === undefined || !looksLikeEngineSocket(target)) return undefined;
  return { engine: "engine's", gives: "root", confidence: "medium" };
}

/**
 * Whoever may write to every file of the host is its root without a socket: `sensitive-host-path` says it.
 * Read-only, and for a user who may open the socket but not the files, the socket is what gives root.
 */
function givesRootAnyway(mount: Mount, runtime: Runtime, workload: Workload): boolean {
  const { hostPath, readOnly } = mount;
  if (hostPath === undefined || readOnly || cleanHostPath(hostPath) !== "/") return false;
  return startsAs(workload) !== "non-root" || !mayOpen(runtime, workload);
}

function exposureOfPath(path: string): Exposure | undefined {
  const sockets = exposedSockets(path);
  const exact = sockets.find(({ by }) => by === "socket");
  if (exact !== undefined) {
    return { engine: exact.engine, gives: exact.gives, confidence: "high" };
  }
  // Sockets in a home directory are a small part of what it holds: `sensitive-host-path` says it.
  const first = sockets.find(({ path }) => !path.startsWith("~"));
  if (first !== undefined) {
    const { engine, gives } = first;
    return { engine, gives, directory: path, confidence: "medium" };
  }
  return looksLikeEngineSocket(path)
    ? { engine: "engine's", gives: "root", confidence: "medium" }
    : undefined;
}

function draft(
  mount: Mount,
  exposure: Exposure,
  runtime: Runtime,
  workload: Workload,
): FindingDraft {
  const { engine, directory } = exposure;
  const path = writtenPath(mount);
  const what = engine === "engine's" ? "an engine's socket" : `the ${engine} socket`;
  const readOnly = mount.readOnly ? " Read-only is no protection: a socket can still be used." : "";
  const unused = mount.target === undefined;
  return {
    severity: severityOf(exposure, mount, runtime, workload),
    confidence: exposure.confidence,
    message: unused
      ? `the pod declares ${what} as a volume, which no container mounts`
      : directory === undefined
        ? `${what} is mounted`
        : `${path} is mounted, and with it ${what}`,
    detail: `${
      exposure.gives === "root"
        ? "Whoever may open it commands the engine: an attacker inside starts a privileged container and is root on the host."
        : "Whoever may open it commands a rootless engine: an attacker inside becomes the user that runs it."
    }${readOnly}`,
    help: inForm(workload, {
      compose:
        mount.via === "api-socket"
          ? "Remove `use_api_socket: true`, or let the service talk to a filtering proxy, the only one that holds the socket"
          : `Remove the mount of \`${path}\`, or let it talk to a filtering proxy, the only one that holds the socket`,
      kubernetes: `Remove the hostPath volume \`${path}\` and ask the Kubernetes API instead`,
      run: `Remove the mount of \`${path}\`, or let it talk to a filtering proxy, the only one that holds the socket`,
      oci: `Remove the mount of \`${path}\``,
    }),
    at: mount.origin,
    label: directory === undefined ? what : `holds ${what}`,
    subject: mount.hostPath ?? path,
  };
}

function severityOf(
  { gives }: Exposure,
  mount: Mount,
  runtime: Runtime,
  workload: Workload,
): Severity {
  if (mount.target === undefined) return "low";
  const severity = gives === "root" ? "critical" : "high";
  if (hasUserNamespace(runtime)) return lessGrave(severity);
  return mayOpen(runtime, workload) ? severity : lessGrave(severity);
}

/** The socket belongs to root and its group: who is neither is kept out by its permissions. */
function mayOpen(runtime: Runtime, workload: Workload): boolean {
  if (workload.platform === "windows" || startsAs(workload) !== "non-root") return true;
  if (runtime.groups.length > 0 || !workload.user.known) return true;
  const { gid, group } = workload.user.value;
  return gid === 0 || group === "root" || group === "docker" || group === "podman";
}
