/** What the tests of several readers ask. */

/** Spans anywhere in a value that do not lie in a text of this length. */
export function spansOutside(value: unknown, length: number): string[] {
  const outside: string[] = [];
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if ("start" in node && "end" in node && "file" in node) {
      const { start, end } = node as { start: number; end: number };
      if (!(start >= 0 && start <= end && end <= length)) outside.push(`${start}-${end}`);
      return;
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(value);
  return outside;
}
