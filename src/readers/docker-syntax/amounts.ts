/** Amounts as Docker, Compose and Podman write them. Kubernetes has a grammar of its own: `../kubernetes/quantity.ts`. */

const SIZE =
  /^(?<number>[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?) ?(?:b|(?<unit>[kmgtp])(?:i?b)?)?$/i;

/** Powers of 1024; `kb` and `kib` mean the same. */
const POWERS: Readonly<Record<string, number>> = { "": 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** What an engine keeps a size in is a signed number of 64 bits. */
const MAX_SIZE = 2 ** 63;

/**
 * `512m`, `1gb`, `1.5GiB`, `1073741824` in whole bytes; undefined for a text that the engines refuse.
 * Source: docker/go-units v0.5.0 size.go, RAMInBytes.
 */
export function parseByteSize(text: string): number | undefined {
  const groups = SIZE.exec(text)?.groups;
  const power = POWERS[groups?.["unit"]?.toLowerCase() ?? ""];
  if (groups === undefined || power === undefined) return undefined;
  const size = Number(groups["number"]) * 1024 ** power;
  return size >= 0 && size < MAX_SIZE ? Math.floor(size) : undefined;
}

/** A limit of memory in bytes. A whole number below nought is written for no limit, and given back as -1. */
export function parseMemoryLimit(text: string): number | undefined {
  return /^-\d{1,20}$/.test(text) ? -1 : parseByteSize(text);
}

/** Decimal numbers, whole or not: of CPUs, processes, microseconds. */
export function parseDecimal(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined;
}
