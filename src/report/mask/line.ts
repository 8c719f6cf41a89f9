/** Finds what has to be hidden in one line of source, by the names and forms in that line alone. */

import { nameHoldsPath, nameMayHoldSecret } from "./names.ts";

/** A half-open range of UTF-16 offsets in the text that was searched. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is shown instead of a value, whatever its length. */
export const MASK = "••••";

/** Lines longer than this are never shown, so they need no masking. In UTF-16 code units. */
export const MAX_SHOWN_LINE = 32_768;

/** Ranges of a line that may hold a secret value, in order and apart from each other. */
export function secretRangesInLine(line: string): Range[] {
  const ranges: Range[] = [];
  collectAssignments(line, ranges);
  collectDefaults(line, ranges);
  collectFlags(line, ranges);
  collectPatterns(line, ranges);
  return mergeRanges(ranges);
}

/** The line with every range replaced by the mask. */
export function replaceRanges(line: string, ranges: readonly Range[]): string {
  let out = "";
  let from = 0;
  for (const { start, end } of ranges) {
    out += line.slice(from, start) + MASK;
    from = end;
  }
  return out + line.slice(from);
}

/** One line with everything hidden that may be a secret value. */
export function maskLine(line: string): string {
  return replaceRanges(line, secretRangesInLine(line));
}

/** Sorted and joined where they overlap or touch; empty ones are dropped. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: { start: number; end: number }[] = [];
  const sorted = ranges.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

const NAME = /[A-Za-z_][\w.-]*/g;
const QUOTES = "\"'`";

/** `NAME=value`, `NAME: value`, `"name": "value"`, and `ENV NAME value`. */
function collectAssignments(line: string, ranges: Range[]): void {
  let done = 0;
  for (const match of line.matchAll(NAME)) {
    const name = match[0];
    if (match.index < done || name.length > 200 || !nameMayHoldSecret(name)) continue;
    const range = valueAfter(line, match.index, match.index + name.length);
    if (range === undefined || isHarmless(name, line.slice(range.start, range.end))) continue;
    ranges.push(range);
    done = range.end;
  }
  const legacy = /^\s*(?:ENV|LABEL|ARG)\s+(\S+)\s+/i.exec(line);
  const name = legacy?.[1] ?? "";
  if (legacy !== null && !name.includes("=") && nameMayHoldSecret(name)) {
    ranges.push({ start: legacy[0].length, end: line.length });
  }
}

/** `${NAME:-value}`, `${NAME-value}`, `${NAME:=value}`: the value up to the brace that closes it. */
function collectDefaults(line: string, ranges: Range[]): void {
  for (const match of line.matchAll(/\$\{([A-Za-z_]\w{0,200}):?[-=+]/g)) {
    const name = match[1] ?? "";
    const start = match.index + match[0].length;
    if (start < (ranges.at(-1)?.end ?? 0) || !nameMayHoldSecret(name)) continue;
    let depth = 0;
    let end = start;
    for (; end < line.length && (depth > 0 || line[end] !== "}"); end++) {
      if (line[end] === "{") depth += 1;
      else if (line[end] === "}") depth -= 1;
    }
    if (!isHarmless(name, line.slice(start, end))) ranges.push({ start, end });
  }
}

/** The value that is assigned to the name at `start`..`end`, if one is. */
export function valueAfter(line: string, start: number, end: number): Range | undefined {
  const before = line[start - 1] ?? "";
  const outer = QUOTES.includes(before) && before !== "" ? before : undefined;
  const closed = outer !== undefined && line[end] === outer;
  let index = skipSpaces(line, closed ? end + 1 : end);
  const spaced = index > end;
  const separator = line[index];
  if (separator !== "=" && separator !== ":") return undefined;
  index += 1;
  if (
    separator === ":" &&
    !closed &&
    outer === undefined &&
    !/^(?:\s|$)/.test(line.slice(index, index + 1))
  ) {
    return undefined;
  }
  const at = skipSpaces(line, index);
  if (at >= line.length) return undefined;
  if (outer !== undefined && !closed) return { start: at, end: endOfQuoted(line, at, outer) };
  const quote = line[at] ?? "";
  if (QUOTES.includes(quote)) {
    return { start: at + 1, end: endOfQuoted(line, at + 1, quote) };
  }
  const leads = /^\s*(?:-\s+)?(?:export\s+)?$/.test(line.slice(Math.max(0, start - 40), start));
  const whole = separator === ":" || spaced || at > index || leads;
  return { start: at, end: whole ? endOfLine(line) : endOfWord(line, at) };
}

/** `--password value`, `"--password", "value"`, `-u user:value`. */
function collectFlags(line: string, ranges: Range[]): void {
  for (const match of line.matchAll(
    /(?<![\w-])(--?)([A-Za-z][\w-]*)(["']?,?\s+["']?)(?=[^\s-])/g,
  )) {
    const [whole, , name = "", gap = ""] = match;
    const start = match.index + whole.length;
    const quote = /["']$/.exec(gap.trimEnd())?.[0];
    const end =
      quote !== undefined && /\s["']$/.test(gap)
        ? endOfQuoted(line, start, quote)
        : endOfWord(line, start);
    const value = line.slice(start, end);
    // `999:999` and `app:app` are a user and a group.
    const user =
      /^(?:u|user)$/.test(name) &&
      value.includes(":") &&
      !/^["']?(?:\d+:\d+|(\w+):\1)["']?$/.test(value);
    if (!user && (name === "secret" || !nameMayHoldSecret(name) || isHarmless(name, value)))
      continue;
    ranges.push({ start: user ? start + value.indexOf(":") + 1 : start, end });
  }
}

/** Forms that are secret whatever they are called. Each holds one group: what comes before the value. */
const PATTERNS: readonly RegExp[] = [
  // Credentials in a URL; a name alone (`git@`) is none.
  /(:\/\/[^\s/@:"'`]{0,256}:)[^\s@"'`]{1,1024}(?=@)/g,
  /(:\/\/)(?!git@)[^\s/@:"'`]{12,1024}(?=@)/g,
  /(\b(?:bearer|basic)\s{1,4})[\w+/=.~-]{6,8192}/gi,
  // Passwords that are glued to a short flag.
  /(\b(?:mysql\w{0,20}|mariadb\w{0,20}|sshpass)\b[^|;&]{0,512}?\s-p)[^\s"']{1,1024}/g,
  /(\blogin\b[^|;&]{0,512}?\s-p\s{1,4})[^\s"']{1,1024}/g,
  // A line of a key or a certificate in base64.
  /^(\s*["']?)[A-Za-z0-9+/]{40,}={0,2}["']?\s*$/g,
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).+/g,
];

function collectPatterns(line: string, ranges: Range[]): void {
  for (const pattern of PATTERNS) {
    for (const match of line.matchAll(pattern)) {
      const start = match.index + (match[1] ?? "").length;
      const end = match.index + match[0].length;
      if (!isReference(line.slice(start, end))) ranges.push({ start, end });
    }
  }
}

/** Values that hold no secret: none at all, a switch, a pure reference, the path of a file. */
function isHarmless(name: string, value: string): boolean {
  const bare = value.trim().replace(/^["'`](.*)["'`],?$/, "$1");
  if (/^(?:|true|false|yes|no|on|off|null|~|[|>][+-]?\d?|[[{(]|\[\]|\{\}|\\)$/i.test(bare))
    return true;
  if (isReference(bare)) return true;
  return nameHoldsPath(name) && /^\.{0,2}\/[\w./-]*$/.test(bare);
}

/** `$NAME`, `${NAME}`, `${NAME:?message}` or `${{ secrets.NAME }}` and nothing else. */
export function isReference(value: string): boolean {
  const text = value.trim().replace(/^["'`](.*)["'`],?$/, "$1");
  return /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?\?[^}]*)?\}|\{\{[\s\w.-]*\}\})$/.test(text);
}

function skipSpaces(line: string, from: number): number {
  let index = from;
  while (line[index] === " " || line[index] === "\t") index += 1;
  return index;
}

function endOfQuoted(line: string, from: number, quote: string): number {
  for (let index = from; index < line.length; index++) {
    if (line[index] === "\\") index += 1;
    else if (line[index] === quote) return index;
  }
  return line.length;
}

function endOfWord(line: string, from: number): number {
  let index = from;
  while (index < line.length && line[index] !== " " && line[index] !== "\t") index += 1;
  return index;
}

/** The end of the line without a continuation's backslash. */
function endOfLine(line: string): number {
  const text = line.trimEnd();
  return text.endsWith("\\") ? text.slice(0, -1).trimEnd().length : text.length;
}
