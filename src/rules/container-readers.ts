/** Who sees what a running container holds: its environment, its arguments, its log. */

import type { ObservedSecret, Workload } from "../model/workload.ts";
import { hasUserNamespace } from "./posture.ts";

/**
 * Who reads `/proc/PID/environ` of the container's processes. The kernel asks whether the reader could trace
 * the process: same uid and no capability less, or SYS_PTRACE. Source: fs/proc/base.c, ptrace(2).
 */
export function environmentReaders(workload: Workload): string {
  const { runtime, user } = workload;
  const uid = user.known ? user.value.uid : undefined;
  const mapped = hasUserNamespace(runtime);
  const sameUser =
    mapped || uid === 0
      ? ""
      : uid === undefined
        ? ", every process of the host with the same uid"
        : `, every process of the host with uid ${String(uid)}`;
  return `Everybody who may inspect the container reads it, every process in it has it, and through /proc/PID/environ it is open to root of the host${sameUser}${sharers(workload)}.`;
}

/** Containers with the same list of processes are no farther away than its own. */
function sharers({ runtime }: Workload): string {
  const pid = runtime?.namespaces.pid;
  if (pid === undefined || !pid.known) return "";
  return pid.value.mode === "joined" || pid.value.mode === "pod"
    ? " and containers that share its PID namespace, where their user is the same or root"
    : "";
}

export const LABEL_READERS =
  "Everybody who may list containers of the engine reads it, and tools that work by labels see them all.";

/** Who sees the arguments of a process, a log, the output of a health check. */
export const OBSERVED_READERS: Readonly<Record<ObservedSecret["surface"], string>> = {
  process:
    "Every process of the host reads the arguments of all others, unless /proc is mounted with hidepid, and so does everybody who may list the container's processes.",
  log: "Everybody who may read the container's log reads it, and every system that the log is sent to keeps it.",
  "health-check":
    "The engine keeps what the last health checks printed, for everybody who may inspect the container.",
};
