/** What a shadow would have refused, as a table for a terminal. */

import type { ShadowSummary } from "../../gate/learn/shadow-tally.ts";
import { displayWidth, padTo } from "../display-width.ts";
import { plainLine } from "../sanitize.ts";
import { wrap } from "../wrap.ts";

const HEAD = ["count", "client", "rule", "operation"] as const;

export function renderShadow(
  { requests, refused, rows, others }: ShadowSummary,
  width: number,
): string {
  const first = `${String(refused)} of ${String(requests)} requests would have been refused`;
  if (rows.length === 0) return `${first}\n`;
  const cells = rows.map(({ count, client, rule, operation }) =>
    [String(count), client, rule, operation].map(plainLine),
  );
  const widths = HEAD.map((head, column) =>
    Math.max(head.length, ...cells.map((row) => displayWidth(row[column] ?? ""))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padStart(widths[0] ?? 0) : padTo(cell, widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const indent = " ".repeat((widths[0] ?? 0) + 2);
  const lines = [first, "", line(HEAD)];
  for (const [index, { field, message }] of rows.entries()) {
    lines.push(line(cells[index] ?? []));
    const why = `${field === "" ? "" : `${field}: `}${message}`;
    const room = Math.max(20, width - indent.length);
    lines.push(...wrap(plainLine(why), room).map((part) => indent + part));
  }
  if (others > 0) lines.push(`and ${String(others)} reasons more`);
  return `${lines.join("\n")}\n`;
}
