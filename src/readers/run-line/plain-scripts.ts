/** Shell scripts, justfiles and systemd units: text that is a script, or nearly. */

import type { SourceFile, Span } from "../../model/source.ts";
import type { TextPiece } from "../shell/mapped-text.ts";
import { mapText } from "../shell/mapped-text.ts";
import type { Collection } from "./collect.ts";
import { basesOf, collectHost, collectScript } from "./collect.ts";
import { newVariables, setVariable } from "./variables.ts";

export function collectShellScript(collection: Collection): void {
  const { file, context } = collection;
  const span = { file, start: 0, end: file.text.length };
  const script = mapText([{ text: file.text, span }], span);
  const variables = newVariables();
  collectScript(collection, script, { context, bases: basesOf(file), variables });
  if (EXPORTED_HOST.test(file.text)) collectHost(collection, variables);
}

/** Programs that a profile or `.envrc` is made for find the engine by it, without a line that calls one. */
const EXPORTED_HOST = /\bexport\b[^\n]{0,200}\bDOCKER_HOST\b/;

interface Line {
  readonly text: string;
  readonly start: number;
}

/** Lines with their continuations. */
function logicalLines(file: SourceFile): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < file.text.length) {
    let end = file.text.indexOf("\n", start);
    while (end >= 0 && /\\\r?$/.test(file.text.slice(Math.max(start, end - 2), end))) {
      end = file.text.indexOf("\n", end + 1);
    }
    if (end < 0) end = file.text.length;
    lines.push({ text: file.text.slice(start, end), start });
    start = end + 1;
  }
  return lines;
}

/** Indented lines of a justfile are recipes; `{{…}}` in them is not known. */
export function collectJustfile(collection: Collection): void {
  const { file, context } = collection;
  for (const line of logicalLines(file)) {
    const head = /^[ \t]+[@-]*/.exec(line.text)?.[0];
    if (head === undefined) continue;
    const span = spanOf(file, line, head.length);
    const script = mapText([{ text: line.text.slice(head.length), span }], span);
    collectScript(collection, script, { context, bases: basesOf(file), variables: newVariables() });
  }
}

function spanOf(file: SourceFile, line: Line, from: number): Span {
  return { file, start: line.start + from, end: line.start + line.text.length };
}

const EXEC =
  /^[ \t]*Exec(?:Start|StartPre|StartPost|Reload|Stop|StopPost|Condition)[ \t]*=[ \t]*[-@:+!|]*/;
const ENVIRONMENT = /^[ \t]*Environment[ \t]*=[ \t]*/;

/** `ExecStart=` and its kin. Source: systemd.service(5), "Command lines". */
export function collectSystemdUnit(collection: Collection): void {
  const { file, context } = collection;
  const variables = newVariables();
  for (const line of logicalLines(file)) {
    const environment = ENVIRONMENT.exec(line.text)?.[0];
    if (environment !== undefined) {
      for (const found of line.text
        .slice(environment.length)
        .matchAll(/(?<!\w)([A-Za-z_]\w*)=([^"\s]*)/g)) {
        const [written, name = "", value = ""] = found;
        const start = line.start + environment.length + found.index + written.indexOf("=") + 1;
        setVariable(variables, name, value, { file, start, end: start + value.length });
      }
      continue;
    }
    const head = EXEC.exec(line.text)?.[0];
    if (head === undefined) continue;
    const span = spanOf(file, line, head.length);
    const script = mapText(systemdPieces(line.text.slice(head.length), span), span);
    collectScript(collection, script, { context, bases: basesOf(file), variables });
  }
}

/** `%i` and its kin are filled in by systemd; `#`, `&` and `|` are ordinary characters there. */
function systemdPieces(text: string, span: Span): TextPiece[] {
  const pieces: TextPiece[] = [];
  let start = 0;
  const { file } = span;
  for (const found of text.matchAll(/%[a-zA-Z]|%%/g)) {
    const { index } = found;
    const [written] = found;
    const place = (from: number, to: number): Span => ({
      file,
      start: span.start + from,
      end: span.start + to,
    });
    pieces.push({ text: text.slice(start, index), span: place(start, index) });
    start = index + written.length;
    const value =
      written === "%%"
        ? "%"
        : written === "%h"
          ? "${HOME}"
          : written === "%t"
            ? "${XDG_RUNTIME_DIR}"
            : `\${SYSTEMD_${written.slice(1)}}`;
    pieces.push({ text: value, span: place(index, start) });
  }
  pieces.push({
    text: text.slice(start),
    span: { file, start: span.start + start, end: span.end },
  });
  return pieces;
}
