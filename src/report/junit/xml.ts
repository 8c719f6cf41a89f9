/** Text as XML 1.0 takes it. */

import { plainLine } from "../sanitize.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Escapes markup; characters that XML 1.0 forbids (section 2.2) or that hide become visible. Line feeds stay. */
export function escapeXml(text: string): string {
  return text
    .split(/\r\n|[\n\r]/)
    .map((line) =>
      plainLine(line)
        .replace(/[\ufffe\uffff]/g, "\ufffd")
        .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ""),
    )
    .join("\n");
}
