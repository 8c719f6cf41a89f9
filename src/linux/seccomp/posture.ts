/** One line on what a container's seccomp setting lets through. */

import type { EngineName, Seccomp } from "../../model/workload.ts";
import { syscallTable } from "../syscalls.ts";
import { dockerDefaultProfile } from "./docker-default.ts";
import type { SyscallCounts, Surroundings } from "./evaluate.ts";
import { evaluateProfile } from "./evaluate.ts";
import { parseSeccompProfile } from "./parse.ts";

/**
 * Podman's default profile, as a summary: we do not carry the list.
 * Source: containers/common f437c58 (v0.64.1) pkg/seccomp/default_linux.go, on x86_64 with Podman's
 * default capabilities.
 */
export const podmanDefaultSummary = {
  allowed: 312,
  filtered: 2,
  filteredNames: ["personality", "socket"],
  /** ENOSYS, where Docker gives EPERM. */
  errno: 38,
  /** Calls that Docker denies without further capabilities and Podman allows. */
  allowedBeyondDocker: ["clone3", "unshare", "mount", "setns", "keyctl"],
} as const;

/** For people, without a full stop: "Docker default: 306 of 385 system calls allowed, 3 filtered by argument". */
export function seccompPosture(
  seccomp: Seccomp,
  engine: EngineName,
  surroundings: Surroundings,
): string {
  const total = syscallTable(surroundings.architecture).size;
  switch (seccomp.mode) {
    case "unconfined":
      return `unconfined: all ${total} system calls allowed`;
    case "not-set":
      return engine === "oci"
        ? `not set: no filter, all ${total} system calls allowed`
        : `not set: all ${total} system calls allowed, unless the kubelet runs with seccompDefault`;
    case "default":
      return defaultPosture(engine, surroundings);
    default:
      return customPosture(seccomp, surroundings);
  }
}

function defaultPosture(engine: EngineName, surroundings: Surroundings): string {
  const { allowed, filtered } = podmanDefaultSummary;
  if (engine === "podman") {
    return `Podman default: about ${allowed} system calls allowed, ${filtered} filtered by argument`;
  }
  if (engine === "cri-o")
    return "CRI-O default: Podman's list without unshare, clone3 and free clone";
  const { counts } = evaluateProfile(dockerDefaultProfile(), surroundings);
  return `${engine === "docker" ? "Docker" : "containerd"} default: ${describeCounts(counts)}`;
}

function customPosture(seccomp: Seccomp, surroundings: Surroundings): string {
  const title = seccomp.name === undefined ? "custom profile" : `custom profile ${seccomp.name}`;
  if (seccomp.profile === undefined) {
    return `${title}: not read${seccomp.unread === undefined ? "" : `, ${seccomp.unread}`}`;
  }
  const parsed = parseSeccompProfile(seccomp.profile);
  if (!parsed.ok) {
    const [first] = parsed.errors;
    const place = first === undefined || first.path === "" ? "" : ` at ${first.path}`;
    return `${title}: not valid${place}`;
  }
  return `${title}: ${describeCounts(evaluateProfile(parsed.profile, surroundings).counts)}`;
}

/** "306 of 385 system calls allowed, 3 filtered by argument". */
export function describeCounts({ total, allowed, filtered, watched }: SyscallCounts): string {
  const parts = [`${allowed} of ${total} system calls allowed`];
  if (filtered > 0) parts.push(`${filtered} filtered by argument`);
  if (watched > 0) parts.push(`${watched} only logged or traced`);
  return parts.join(", ");
}
