/** `Binds` as dockerd reads them: moby/moby b985e2313a, daemon/volume/mounts/linux_parser.go. */

export interface BindText {
  /** Empty for an anonymous volume. */
  readonly source: string;
  readonly target: string;
  /** The third part, as written. */
  readonly mode: string;
  readonly readOnly: boolean;
  readonly propagation: string;
  readonly relabels: boolean;
}

const PROPAGATION = /^r?(?:private|slave|shared)$/;
const MODES = /^(?:ro|rw|z|Z|consistent|cached|delegated|nocopy)$/;

/** Undefined for what dockerd refuses, and for what it has not always read alike. */
export function readBindText(text: string): BindText | undefined {
  const parts = text.split(":");
  const [first = "", second, mode = ""] = parts;
  if (parts.length > 3 || parts.includes("") || text.includes("\0")) return undefined;
  if (second === undefined) {
    return {
      source: "",
      target: first,
      mode: "",
      readOnly: false,
      propagation: "",
      relabels: false,
    };
  }
  const words = mode === "" ? [] : mode.split(",");
  if (
    !second.startsWith("/") ||
    !words.every((word) => MODES.test(word) || PROPAGATION.test(word))
  ) {
    return undefined;
  }
  const access = words.filter((word) => word === "ro" || word === "rw");
  const propagations = words.filter((word) => PROPAGATION.test(word));
  const labels = words.filter((word) => word === "z" || word === "Z");
  if (access.length > 1 || propagations.length > 1 || labels.length > 1) return undefined;
  return {
    source: first,
    target: second,
    mode,
    readOnly: access[0] === "ro",
    propagation: propagations[0] ?? "",
    relabels: labels.length > 0,
  };
}
