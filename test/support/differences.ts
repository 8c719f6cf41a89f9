/** Where two records differ, one short line for each key. */
export function differences(
  claimed: Readonly<Record<string, unknown>>,
  measured: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(claimed), ...Object.keys(measured)]);
  return [...keys].flatMap((key) => {
    const [said, is] = [claimed, measured].map(
      (record) => JSON.stringify(record[key]) ?? "nothing",
    );
    return said === is ? [] : [`${key}: said ${said}, is ${is}`];
  });
}
