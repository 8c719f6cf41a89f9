/** The short form of a volume: `SOURCE:TARGET:MODE`. Semantics: compose-spec/compose-go format/volume.go (e70e961). */

export interface ShortVolume {
  readonly type: "bind" | "volume" | "npipe";
  /** Absent for an anonymous volume: then the text is only a path in the container. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly propagation?: string;
  /** There are too many or empty parts; Compose refuses it. */
  readonly malformed: boolean;
}

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

/** Reads the short form. A lone path is an anonymous volume, never a bind mount. */
export function parseVolume(text: string): ShortVolume {
  const parts = splitParts(text);
  const [first = "", second, third = ""] = parts;
  const malformed = parts.length > 3 || parts.some((part) => part === "");
  if (second === undefined) {
    return { type: "volume", target: first, readOnly: false, malformed: text === "" };
  }
  const options = third.split(",");
  const propagation = options.findLast((option) => PROPAGATIONS.includes(option));
  const mode = options.findLast((option) => option === "ro" || option === "rw");
  return {
    type: isPipe(first) ? "npipe" : isFilePath(first) ? "bind" : "volume",
    source: first,
    target: second,
    readOnly: mode === "ro",
    ...(propagation === undefined ? {} : { propagation }),
    malformed,
  };
}

/** Splits at colons, but not after a drive letter (`C:\data`). */
function splitParts(text: string): string[] {
  if (text.length <= 2) return [text];
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (character === ":" && !/^[A-Za-z]$/.test(part)) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  parts.push(part);
  return parts;
}

/** Whether a source is a path of the host and not the name of a volume. */
export function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith("\\\\") || /^[A-Za-z]:/.test(source);
}

/** `\\.\pipe\docker_engine`, also with slashes. */
export function isPipe(source: string): boolean {
  return /^(?:\\\\|\/\/)\.[\\/]pipe[\\/]/i.test(source);
}
