/**
 * Capabilities of a program file: the extended attribute `security.capability`.
 * Source: linux/capability.h (Linux 6.12), `struct vfs_cap_data` and `vfs_ns_cap_data`; capabilities(7).
 */

import { capabilities } from "./capabilities.ts";

export interface FileCapability {
  /** Names without `CAP_`, by number. */
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  /** The one effective bit: what is permitted is effective at once. */
  readonly effective: boolean;
  /** Version 3: the user of the initial namespace who is root of the namespace in which it counts. */
  readonly rootId?: number;
}

/** Reads the attribute's bytes; undefined when they are of no version that the kernel takes. */
export function readFileCapability(bytes: Uint8Array): FileCapability | undefined {
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0, true);
  const version = magic >>> 24;
  const size = { 1: 12, 2: 20, 3: 24 }[version];
  if (size === undefined || bytes.length !== size) return undefined;
  const high = version === 1 ? undefined : 12;
  return {
    permitted: namesOf(
      view.getUint32(4, true),
      high === undefined ? 0 : view.getUint32(high, true),
    ),
    inheritable: namesOf(
      view.getUint32(8, true),
      high === undefined ? 0 : view.getUint32(high + 4, true),
    ),
    effective: (magic & 1) === 1,
    ...(version === 3 ? { rootId: view.getUint32(20, true) } : {}),
  };
}

function namesOf(low: number, high: number): string[] {
  return capabilities
    .filter(({ number }) => ((number < 32 ? low >>> number : high >>> (number - 32)) & 1) === 1)
    .map(({ name }) => name);
}
