/**
 * What a volume of the local driver is in truth: its options are those of mount(2), which the engine calls as
 * root (moby/moby b985e2313a, daemon/volume/local/local_unix.go).
 */

export type VolumeKind =
  /** The engine's own storage, or memory. */
  | { readonly kind: "plain" }
  /** A path of the host. */
  | { readonly kind: "bind"; readonly path: string; readonly readOnly: boolean }
  /** Another file system: a device, a network share, an overlay, proc. */
  | { readonly kind: "other" };

/** Mount flags that give nothing. */
const HARMLESS = /^(?:ro|rw|nosuid|nodev|noexec|noatime|nodiratime|relatime|strictatime)$/;
/** Further options of tmpfs (tmpfs(5)) that concern this mount alone. */
const OF_TMPFS =
  /^(?:size=[0-9]+[kKmMgG%]?|nr_inodes=[0-9]+[kKmMgG]?|mode=[0-7]+|uid=[0-9]+|gid=[0-9]+|exec)$/;

const OTHER: VolumeKind = { kind: "other" };
const PLAIN: VolumeKind = { kind: "plain" };

export function volumeKind(options: ReadonlyMap<string, string>): VolumeKind {
  const type = options.get("type") ?? "";
  const device = options.get("device") ?? "";
  const flags = (options.get("o") ?? "").split(",").filter((flag) => flag !== "");
  for (const name of options.keys()) {
    // `size` is a quota of the engine's own storage.
    if (!["type", "device", "o", "size"].includes(name)) return OTHER;
  }
  if (type === "" && device === "" && flags.length === 0) return PLAIN;
  if (type === "tmpfs") {
    const tame = flags.every((flag) => HARMLESS.test(flag) || OF_TMPFS.test(flag));
    return tame && ["", "tmpfs", "none"].includes(device) ? PLAIN : OTHER;
  }
  const binds = flags.some((flag) => flag === "bind" || flag === "rbind");
  const tame = flags.every((flag) => HARMLESS.test(flag) || flag === "bind" || flag === "rbind");
  if (!binds || !tame || !["", "none", "bind"].includes(type)) return OTHER;
  if (!device.startsWith("/")) return OTHER;
  // What is mounted below an rbind stays writable.
  const readOnly = flags.findLast((flag) => flag === "ro" || flag === "rw") === "ro";
  return { kind: "bind", path: device, readOnly: readOnly && !flags.includes("rbind") };
}
