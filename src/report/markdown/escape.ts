/** Text from input as GitHub and GitLab show it literally in Markdown. */

import { plainLine } from "../sanitize.ts";

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML[character] ?? "");
}

/**
 * One line of Markdown without markup, fit for a table's cell: no HTML, no links, no images, and
 * nothing that mentions a person or an issue (a zero-width space stands behind `@`, `#` and `:`).
 */
export function escapeMarkdown(text: string): string {
  return escapeHtml(plainLine(text).trim())
    .replace(/[\\`*_{}[\]()|~$!+=^-]/g, "\\$&")
    .replace(/(?<!&)#|@/g, "$&&#8203;")
    .replace(BARE_LINK, "$&&#8203;");
}

/** Where GitHub begins to see a link in plain text. */
const BARE_LINK = /:(?=\/\/)|\bwww(?=\.)/gi;

/** Text as code. HTML, since a backtick or a pipe ends Markdown's own code in a table. */
export function codeHtml(text: string): string {
  return `<code>${literalHtml(plainLine(text).trim())}</code>`;
}

/** A plain line as the content of `<code>` or `<pre>`: its characters, and none of Markdown's. */
export function literalHtml(line: string): string {
  return escapeHtml(plainLine(line))
    .replace(/[|\\`*_[\]~$!]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(BARE_LINK, "$&&#8203;");
}
