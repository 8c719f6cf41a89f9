/** Capability names as people write them in each form. */

import { nearest } from "../model/nearest.ts";
import { capabilityNames } from "./capabilities.ts";

/**
 * docker: any case, `CAP_` or not, `ALL` in any case (moby daemon/pkg/oci/caps/utils.go; Podman alike).
 * kubernetes: the exact name without prefix; the Pod Security Standards compare it letter by letter.
 */
export type CapabilityDialect = "docker" | "kubernetes";

export interface CapabilityName {
  /** Without `CAP_`, upper case; `ALL` for all. For an unknown name: as written, in the same form. */
  readonly name: string;
  /** Whether it is a capability that Linux has, or `ALL`. */
  readonly known: boolean;
  /** Whether it is spelled as its dialect wants it. */
  readonly exact: boolean;
  /** The right spelling, when it is not spelled right and we can tell what is meant. */
  readonly suggestion?: string;
}

const names = new Set([...capabilityNames, "ALL"]);

export function parseCapability(text: string, dialect: CapabilityDialect): CapabilityName {
  const upper = text.trim().slice(0, 64).toUpperCase();
  const name = upper.startsWith("CAP_") ? upper.slice(4) : upper;
  // No engine takes CAP_ALL: ALL is no capability.
  const known = names.has(name) && upper !== "CAP_ALL";
  if (!known) {
    const suggestion = nearest(name, [...names]);
    return { name, known, exact: false, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  const exact = dialect === "docker" ? text === text.trim() : text === name;
  return { name, known, exact, ...(exact ? {} : { suggestion: name }) };
}
