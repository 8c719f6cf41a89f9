/** Fenced code of Markdown, and the manifests in it as files in which everything else is blank. */

import type { SourceFile } from "../model/source.ts";

export interface MarkdownLine {
  /** Without its line ending. */
  readonly text: string;
  readonly start: number;
}

/** The line that opens a fence, or may close one. */
export interface FenceMark {
  readonly mark: string;
  readonly language: string;
}

const FENCE = /^[ \t>]{0,20}(`{3,}|~{3,})[ \t]*\{?\.?([\w+#-]*)[^\n]*$/;

export function isMarkdown(path: string): boolean {
  return /\.(md|markdown|mdx)$/i.test(path);
}

export function markdownLines({ text }: SourceFile): MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    lines.push({ text: text.slice(start, end).replace(/\r$/, ""), start });
    start = end + 1;
  }
  return lines;
}

export function fenceMark(line: MarkdownLine): FenceMark | undefined {
  const found = FENCE.exec(line.text);
  return found === null ? undefined : { mark: found[1] ?? "```", language: found[2] ?? "" };
}

/** Whether a line closes the fence that was opened with `mark`. */
export function closesFence(mark: string, line: MarkdownLine): boolean {
  const found = fenceMark(line);
  return found?.mark.startsWith(mark) === true && line.text.replace(/[`~>\s]/g, "") === "";
}

/** A fence of YAML or JSON. Offsets into the file. */
export interface ManifestFence {
  /** A name for what the content is, by its language: `fence.yaml`. */
  readonly name: string;
  /** The content without the signs of a quotation. */
  readonly text: string;
  /** The line that opens it. */
  readonly openStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

export function manifestFences(file: SourceFile): readonly ManifestFence[] {
  if (!/^[ \t>]{0,20}(?:```|~~~)[`~]*[ \t]*\{?\.?(?:ya?ml|jsonc?)\b/im.test(file.text)) return [];
  const fences: ManifestFence[] = [];
  let open: (FenceMark & { readonly line: MarkdownLine; readonly bodyStart: number }) | undefined;
  const close = (bodyEnd: number): void => {
    if (open === undefined || !/^(?:ya?ml|jsonc?)$/i.test(open.language)) return;
    const { bodyStart, language, line } = open;
    const text = withoutQuotation(file.text.slice(bodyStart, bodyEnd));
    const name = /^y/i.test(language) ? "fence.yaml" : "fence.json";
    fences.push({ name, text, openStart: line.start, bodyStart, bodyEnd });
  };
  const lines = markdownLines(file);
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      const mark = fenceMark(line);
      const bodyStart = lines[index + 1]?.start ?? file.text.length;
      if (mark !== undefined) open = { ...mark, line, bodyStart };
    } else if (closesFence(open.mark, line)) {
      close(Math.max(open.bodyStart, line.start));
      open = undefined;
    }
  }
  close(file.text.length);
  return fences;
}

/** Quotation signs become blanks, so that places stay what they are. */
function withoutQuotation(text: string): string {
  return text.replace(/^(?:[ \t]{0,3}>)+/gm, (signs) => " ".repeat(signs.length));
}

/** A file of the same length that holds nothing but these fences, each a YAML document of its own. */
export function fencesAsFile(file: SourceFile, fences: readonly ManifestFence[]): SourceFile {
  const pieces: string[] = [];
  let at = 0;
  for (const { openStart, bodyStart, bodyEnd, text } of fences) {
    pieces.push(blank(file.text.slice(at, openStart)));
    pieces.push(`---${blank(file.text.slice(openStart + 3, bodyStart))}`, text);
    at = bodyEnd;
  }
  pieces.push(blank(file.text.slice(at)));
  return { path: file.path, text: pieces.join("") };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
