/** Paths of /proc and /sys that engines mask or make read-only, and whether lists of them do their work. */

import { joinPath } from "./paths.ts";

/** Paths without which the masks are of no use. Source: moby/moby b985e23, daemon/pkg/oci/defaults.go. */
const MUST_BE_MASKED = ["/proc/kcore", "/proc/keys", "/sys/firmware"];
const MUST_BE_READ_ONLY = ["/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/**
 * The first path that the lists leave open; undefined when they cover all that matter. A list that is left
 * out is the engine's own.
 */
export function pathLeftOpen(
  maskedPaths: readonly string[] = MUST_BE_MASKED,
  readonlyPaths: readonly string[] = MUST_BE_READ_ONLY,
): string | undefined {
  const masked = new Set(maskedPaths.map((path) => joinPath(path)));
  const readOnly = new Set(readonlyPaths.map((path) => joinPath(path)));
  return (
    MUST_BE_MASKED.find((path) => !covers(masked, path)) ??
    MUST_BE_READ_ONLY.find((path) => !covers(readOnly, path) && !covers(masked, path))
  );
}

function covers(paths: ReadonlySet<string>, path: string): boolean {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf("/"))) {
    if (paths.has(at)) return true;
  }
  return paths.has("/");
}
