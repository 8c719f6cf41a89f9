/** Fenced and indented code of Markdown that holds shell commands. */

import type { SourceFile } from "../../model/source.ts";
import type { MarkdownLine } from "../markdown-fences.ts";
import { closesFence, fenceMark, markdownLines } from "../markdown-fences.ts";
import type { TextPiece } from "../shell/mapped-text.ts";
import { mapText } from "../shell/mapped-text.ts";
import type { Collection } from "./collect.ts";
import { basesOf, collectScript } from "./collect.ts";
import { newVariables } from "./variables.ts";

const INDENTED = /^(?: {4}|\t)\s*\S/;
const SHELL_LANGUAGES =
  /^(sh|bash|shell|zsh|ksh|console|terminal|shell-?session|sh-?session|bash-?session|commandline|cmd-?line)$/i;
const PROMPT = /^[ \t]*(?:[\w.@~:/-]{0,40}\s?)?[$#][ \t]+(?=\S)/;
const DOLLAR = /^[ \t]*(?:[\w.@~:/-]{0,40}\s?)?\$[ \t]+(?=\S)/;
const BARE_CALL = /^[ \t]*(?:sudo[ \t]+)?(?:docker|podman|nerdctl)[ \t]/;

/** A block of code: fenced, or indented, which has no mark and no language. */
interface Block {
  readonly mark?: string;
  readonly language: string;
  readonly lines: MarkdownLine[];
}

export function collectMarkdown(collection: Collection): void {
  const { file } = collection;
  let block: Block | undefined;
  let afterBlank = true;
  for (const line of markdownLines(file)) {
    const found = fenceMark(line);
    if (block?.mark !== undefined) {
      if (closesFence(block.mark, line)) {
        collectBlock(collection, block);
        block = undefined;
        afterBlank = true;
      } else block.lines.push(line);
      continue;
    }
    const isBlank = line.text.trim() === "";
    if (found === undefined && block !== undefined && INDENTED.test(line.text)) {
      block.lines.push(line);
      continue;
    }
    if (block !== undefined) collectBlock(collection, block);
    block = undefined;
    if (found !== undefined) block = { ...found, lines: [] };
    // Indented text goes on with a paragraph unless a blank line stands before it.
    else if (afterBlank && INDENTED.test(line.text)) block = { language: "", lines: [line] };
    afterBlank = isBlank;
  }
  if (block !== undefined) collectBlock(collection, block);
}

function collectBlock(collection: Collection, { language, lines }: Block): void {
  const { file, context } = collection;
  const pieces = commandsOf(file, language, lines);
  const end = lines.at(-1);
  if (pieces.length === 0 || end === undefined) return;
  const after = end.start + end.text.length;
  const script = mapText(pieces, { file, start: after, end: after });
  const scope = { context, bases: basesOf(file), variables: newVariables() };
  collectScript(collection, script, scope, { placeholders: true });
}

/**
 * The commands of a fence: what follows a prompt when there are prompts (the rest is output), else
 * all of it. A fence without language counts only with prompts or lines that begin with an engine.
 */
function commandsOf(
  file: SourceFile,
  language: string,
  lines: readonly MarkdownLine[],
): TextPiece[] {
  const isShell = SHELL_LANGUAGES.test(language);
  if (!isShell && language !== "" && !/^(text|plain|plaintext|none)$/i.test(language)) return [];
  const session = lines.some((line) => DOLLAR.test(line.text));
  const isConsole = /^(console|.*session)$/i.test(language);
  const prompt = session || isConsole ? (isConsole ? PROMPT : DOLLAR) : undefined;
  const prompts = prompt !== undefined && lines.some((line) => prompt.test(line.text));
  const pieces: TextPiece[] = [];
  let continues = false;
  for (const line of lines) {
    const head = prompts ? prompt.exec(line.text)?.[0] : undefined;
    const wanted =
      continues || (prompts ? head !== undefined : isShell || BARE_CALL.test(line.text));
    if (!wanted) continue;
    const skipped = continues
      ? (/^[ \t]*>[ \t]+/.exec(line.text)?.[0].length ?? 0)
      : (head?.length ?? 0);
    const start = line.start + skipped;
    const end = line.start + line.text.length;
    pieces.push({ text: line.text.slice(skipped), span: { file, start, end } });
    pieces.push({ text: "\n", span: { file, start: end, end } });
    continues = /\\[ \t]*$/.test(line.text);
  }
  return pieces;
}
