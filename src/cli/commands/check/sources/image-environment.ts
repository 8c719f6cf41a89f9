/** The environment of an image's configuration. */

/** `NAME=value` entries as a record without a prototype's names. */
export function environmentOf(entries: readonly string[]): Readonly<Record<string, string>> {
  const variables = entries.flatMap((entry): [string, string][] => {
    const equals = entry.indexOf("=");
    return equals <= 0 ? [] : [[entry.slice(0, equals), entry.slice(equals + 1)]];
  });
  return Object.fromEntries(variables);
}
