/** Shows the small Markdown of rule pages in a terminal: headings, lists, code, emphasis, links. */

import { wrap } from "./help.ts";

export interface MarkdownOptions {
  readonly width: number;
  readonly color: boolean;
}

const BOLD = ["\u001b[1m", "\u001b[22m"] as const;
const DIM = ["\u001b[2m", "\u001b[22m"] as const;
const CYAN = ["\u001b[36m", "\u001b[39m"] as const;

/** Paragraphs and list items are wrapped; code blocks stay as they are, indented. */
export function renderMarkdown(text: string, options: MarkdownOptions): string {
  const style = (codes: readonly [string, string], inner: string): string =>
    options.color && inner !== "" ? codes[0] + inner + codes[1] : inner;
  const out: string[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length === 0) return;
    const joined = paragraph.join(" ");
    const marker = /^(?:[-*]|\d+\.) /.exec(joined)?.[0] ?? "";
    const indent = " ".repeat(marker.length);
    const lines = wrap(joined.slice(marker.length), options.width - marker.length);
    for (const [index, line] of lines.entries()) {
      out.push(inline((index === 0 ? marker : indent) + line, style));
    }
    paragraph = [];
  };
  let inCode = false;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("```")) {
      flush();
      const verdict = /\b(bad|good)\b/.exec(line)?.[1];
      if (!inCode && verdict !== undefined)
        out.push(style(DIM, verdict === "bad" ? "  before:" : "  after:"));
      inCode = !inCode;
    } else if (inCode) out.push(`    ${style(CYAN, line)}`.trimEnd());
    else if (/^#{1,6} /.test(line)) {
      flush();
      out.push(style(BOLD, line.replace(/^#+ /, "")));
    } else if (line.trim() === "") {
      flush();
      if (out.at(-1) !== "") out.push("");
    } else {
      if (/^(?:[-*]|\d+\.) /.test(line)) flush();
      if (line.startsWith("|")) {
        flush();
        out.push(inline(line, style));
      } else paragraph.push(line.trim());
    }
  }
  flush();
  return `${out.join("\n").trim()}\n`;
}

function inline(
  text: string,
  style: (codes: readonly [string, string], inner: string) => string,
): string {
  return text
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "$1 ($2)")
    .replace(/\[([^\]]+)\]\([^)\s]+\)/g, "$1")
    .replace(/\*\*([^*]+)\*\*/g, (_, inner: string) => style(BOLD, inner))
    .replace(/`([^`]+)`/g, (_, inner: string) => style(CYAN, inner));
}
