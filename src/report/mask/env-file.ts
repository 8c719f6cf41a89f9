/** Hides the lines of an environment file that are no assignment, and values over several lines. */

import { looksLikeVariableName } from "../../detect/variable-name.ts";
import type { SourceFile } from "../../model/source.ts";
import { lineStarts, lineText } from "../../model/source.ts";
import type { Range } from "./line.ts";
import { nameMayHoldSecret } from "./names.ts";

type Hidden = ReadonlyMap<number, Range>;

const known = new WeakMap<SourceFile, Hidden>();

/** Whether a file is an environment file by its name: `.env`, `.env.local`, `db.env`, `.envrc`. */
export function isEnvFileName(path: string): boolean {
  return /(?:^|[/\\])(?:\.env(?:rc|\.[^/\\]*)?|[^/\\]+\.env)$/i.test(path);
}

/** What of a line of an environment file is no name of a variable and may be secret. */
export function inEnvFile(file: SourceFile, line: number): readonly Range[] {
  let hidden = known.get(file);
  if (hidden === undefined) {
    hidden = hiddenLines(file);
    known.set(file, hidden);
  }
  const range = hidden.get(line);
  return range === undefined ? [] : [range];
}

const ASSIGNMENT = /^(\s*(?:export\s+)?)([A-Za-z0-9_.[\]-]+)([ \t]*[=:][ \t]*)(.*)$/;

/** One pass over the file. */
function hiddenLines(file: SourceFile): Hidden {
  const hidden = new Map<number, Range>();
  const count = lineStarts(file).length;
  let quote: string | undefined;
  for (let line = 1; line <= count; line++) {
    const text = lineText(file, line);
    const start = text.length - text.trimStart().length;
    const whole = { start, end: text.length };
    if (quote !== undefined) {
      hidden.set(line, whole);
      if (closes(text, quote, 0)) quote = undefined;
      continue;
    }
    if (start === text.length || text[start] === "#") continue;
    const [, before = "", name = "", sign = "", value = ""] = ASSIGNMENT.exec(text) ?? [];
    if (name === "") {
      const alone = /^\s*(?:export\s+)?(\S+)\s*$/.exec(text)?.[1] ?? "";
      if (!looksLikeVariableName(alone, false)) hidden.set(line, whole);
      continue;
    }
    // A value in base64 may end in `=`, and then stands before one like a name.
    if (!looksLikeVariableName(name, true) || /^=+\s*$/.test(value)) {
      hidden.set(line, whole);
      continue;
    }
    const from = before.length + name.length + sign.length;
    const opens = /^["']/.exec(value)?.[0];
    if (opens !== undefined && !closes(value, opens, 1)) {
      hidden.set(line, { start: from + 1, end: text.length });
      quote = opens;
    } else if (nameMayHoldSecret(name) && value.includes(" ") && opens === undefined) {
      hidden.set(line, { start: from, end: text.length });
    }
  }
  return hidden;
}

function closes(text: string, quote: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === quote) return true;
  }
  return false;
}
