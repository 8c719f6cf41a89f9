/**
 * Go's encoding/json matches a key to a field by exact name, else by Unicode's simple folding
 * (golang/go 1.26, src/encoding/json/fold.go). Field names are ASCII, so only these two characters
 * beyond ASCII can fold to one: U+017F (long s) and U+212A (kelvin sign).
 */
export function foldName(key: string): string {
  return key
    .replaceAll("\u017F", "s")
    .replaceAll("\u212A", "k")
    .replaceAll(/[a-z]+/g, (run) => run.toUpperCase());
}
