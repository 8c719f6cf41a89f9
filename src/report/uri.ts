/** Paths as parts of URIs. */

/** Percent-encoded, with `/` kept; lone surrogates, which have no encoding, become U+FFFD. */
export function encodePath(path: string): string {
  return path
    .toWellFormed()
    .split("/")
    .map((segment) => encodeURIComponent(segment))
    .join("/");
}
