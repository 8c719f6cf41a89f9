/**
 * The short form of a volume, `SOURCE:TARGET:MODE`, as Compose and the engines' command lines take it.
 * Semantics: compose-spec/compose-go format/volume.go (e70e961), which docker/cli v28 reads `-v` with too.
 */

export interface ShortVolume {
  readonly type: "bind" | "volume" | "npipe";
  /** Where the text begins with it. Absent for an anonymous volume: then the text is only a path in the container. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation?: string;
  /** There are too many or empty parts; the engines refuse it. */
  readonly malformed: boolean;
}

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** Reads the text between colons. A lone path is an anonymous volume, never a bind mount. */
export function readShortVolume(betweenColons: readonly string[]): ShortVolume {
  const parts = withDriveLetters(betweenColons);
  const [first = "", second, third = ""] = parts;
  const malformed = parts.length > 3 || parts.some((part) => part === "");
  if (second === undefined) return { type: "volume", target: first, readOnly: false, malformed };
  const options = third.split(",");
  const propagation = options.findLast((option) => PROPAGATIONS.includes(option));
  const mode = options.findLast((option) => option === "ro" || option === "rw");
  return {
    type: sourceTypeOf(first),
    source: first,
    target: second,
    readOnly: mode === "ro",
    ...(propagation === undefined ? {} : { propagation }),
    malformed,
  };
}

/** A letter before a colon is a drive's and belongs to its path: `C:\data`. */
function withDriveLetters(betweenColons: readonly string[]): readonly string[] {
  const parts: string[] = [];
  for (const part of betweenColons) {
    const drive = parts.at(-1);
    if (drive !== undefined && /^[A-Za-z]$/.test(drive))
      parts[parts.length - 1] = `${drive}:${part}`;
    else parts.push(part);
  }
  return parts;
}

/** Tells a path of the host, a pipe and the name of a volume apart. */
export function sourceTypeOf(source: string): ShortVolume["type"] {
  if (isPipe(source)) return "npipe";
  const isPath = /^(?:[./~]|\\\\|[A-Za-z]:)/.test(source);
  return isPath ? "bind" : "volume";
}

/** `\\.\pipe\docker_engine`, also with slashes. */
export function isPipe(source: string): boolean {
  return /^(?:\\\\|\/\/)\.[\\/]pipe[\\/]/i.test(source);
}
