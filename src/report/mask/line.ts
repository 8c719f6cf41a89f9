/** Finds what has to be hidden in one line of source, by the names and forms in that line alone. */

import { findSecretsInText } from "../../detect/find-secrets.ts";
import { secretsInWords } from "./commands.ts";
import { isHarmless } from "./harmless.ts";
import { nameMayHoldSecret } from "./names.ts";
import { collectPatterns } from "./patterns.ts";
import { wordsOf } from "./words.ts";

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
  collectStrayWords(line, ranges);
  collectFlags(line, ranges);
  collectPatterns(line, ranges);
  collectFlowPairs(line, ranges);
  ranges.push(...commandRanges(line));
  return mergeRanges(ranges);
}

/** How deep scripts within words are followed: `sh -c "sh -c '…'"`. */
const MAX_NESTED = 4;

/** What is secret by its place in a command. The text may have several lines. */
export function commandRanges(text: string, from = 0, to = text.length, depth = 0): Range[] {
  const words = wordsOf(text, from, to);
  const ranges: Range[] = secretsInWords(
    words.map((word) => word.text),
    (index) => words[index]?.quoted === true,
  ).map(({ word, start, end }) => {
    const base = words[word]?.start ?? 0;
    return { start: base + start, end: base + end };
  });
  if (depth >= MAX_NESTED) return ranges;
  for (const { start, end, quoted, text: word } of words) {
    if (quoted && /\s/.test(word)) ranges.push(...commandRanges(text, start, end, depth + 1));
  }
  return ranges;
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

/** Ranges of a text of any number of lines that may be a secret value, by place or by form. */
export function secretRangesInText(text: string): Range[] {
  const ranges: Range[] = [...findSecretsInText(text)];
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    for (const { start, end } of secretRangesInLine(line)) {
      ranges.push({ start: index + start, end: index + end });
    }
  }
  return mergeRanges(ranges);
}

/** A text with everything hidden that may be a secret value, by its place or by its form. */
export function maskText(text: string): string {
  return replaceRanges(text, secretRangesInText(text));
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
    if (match.index < done || name.length > 200) continue;
    if (!nameMayHoldSecret(name) && !isSecretFlag(line, match.index, name)) continue;
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

/** `ENV A=b PASSWORD value`: words of an ENV or LABEL with pairs that belong to none. */
function collectStrayWords(line: string, ranges: Range[]): void {
  const pairs = /^\s*(?:ENV|LABEL)\s+(?=[\w.-]{1,200}=)/i.exec(line);
  if (pairs === null) return;
  for (const { start, end, text } of wordsOf(line, pairs[0].length)) {
    if (!line.slice(start, end).includes("=") && !/^(?:[A-Z_]+|\\)$/.test(text))
      ranges.push({ start, end });
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
  // Within a script or JSON in a string, the quotes have a backslash.
  const escape = outer !== undefined && line[end] === "\\" && line[end + 1] === outer ? 1 : 0;
  const closed = outer !== undefined && line[end + escape] === outer;
  let index = skipSpaces(line, closed ? end + escape + 1 : end);
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
  if (quote === "\\" && QUOTES.includes(line[at + 1] ?? " ")) {
    const from = at + 2;
    const to = line.indexOf(line.slice(at, from), from);
    return { start: from, end: to < 0 ? line.length : to };
  }
  if (QUOTES.includes(quote)) {
    const to = endOfQuoted(line, at + 1, quote);
    // `PASSWORD='a'"b"c`: what is glued to the quotes belongs to the value.
    return { start: at + 1, end: separator === "=" && !spaced ? endOfGlued(line, to) : to };
  }
  const leads = /^\s*(?:-\s+)?(?:export\s+)?$/.test(line.slice(Math.max(0, start - 40), start));
  const whole = separator === ":" || spaced || at > index || leads;
  const word = endOfWord(line, at);
  const glued = separator === "=" && !spaced && at === index;
  if (whole && glued && COMMAND_BEHIND.test(line.slice(word, word + 200))) {
    return { start: at, end: word };
  }
  return { start: at, end: whole ? endOfLine(line) : word };
}

/** `TOKEN=x docker run …`: a command follows the value, and not the rest of it. */
const COMMAND_BEHIND =
  /^\s+(?:&&|\|\||;|\.{0,2}\/[\w.-]|(?:sudo|env|exec|docker|podman|nerdctl|go|git|npm|npx|yarn|pnpm|pip3?|python3?|node|make|curl|wget|java|mvn|sh|bash|psql|mysql|kubectl|helm|terraform|cargo|apt-get)\s+[-\w./])/;

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
    const secret =
      nameMayHoldSecret(name) || isSecretFlag(line, start - gap.length - name.length, name);
    if (!user && (!secret || isHarmless(name, value))) continue;
    ranges.push({ start: user ? start + value.indexOf(":") + 1 : start, end });
  }
}

/** `--secret X`, unless it says where the secret is, as with Docker and its like. */
function isSecretFlag(line: string, start: number, name: string): boolean {
  if (name !== "secret" || !line.startsWith("--", start - 2)) return false;
  const value = line.slice(start + name.length, start + name.length + 20);
  return (
    !/^[=\s]["']?(?:id|type|src|source|env|target|name)=/.test(value) &&
    !CONTAINERS.test(line.slice(Math.max(0, start - 400), start))
  );
}

const CONTAINERS = /\b(?:docker|podman|buildah|buildx|nerdctl|buildctl)\b/;

/** A value without quotes in a flow map: up to the next key or the end of the map. */
const PLAIN_FLOW = /^[^}]*?(?=,\s{0,8}["']?\w+["']?\s{0,8}:|\}|$)/;

/** Kubernetes' `{name: DB_PASSWORD, value: X}` and `{"value": "X", "name": "DB_PASSWORD"}` on one line. */
function collectFlowPairs(line: string, ranges: Range[]): void {
  if (!line.includes("value")) return;
  for (const map of line.matchAll(/\{[^{}]*/g)) {
    const name = /["'{,\s]name\\?["']?\s{0,8}:\s{0,8}\\?["']?([\w.-]{1,200})/i.exec(map[0])?.[1];
    if (name !== undefined && !nameMayHoldSecret(name)) continue;
    const key = /["'{,\s]value\\?["']?\s{0,8}:\s{0,8}/i.exec(map[0]);
    if (key === null || name === undefined) continue;
    const start = map.index + key.index + key[0].length;
    const quote = /^\\?(["'])/.exec(line.slice(start, start + 2));
    const from = start + (quote?.[0].length ?? 0);
    let end = quote === null ? -1 : endOfQuoted(line, from, quote[1] ?? "");
    if (quote?.[0].length === 2) end = line.indexOf(quote[0], from);
    if (quote === null)
      end = from + (PLAIN_FLOW.exec(line.slice(from, from + 2000))?.[0].length ?? 0);
    if (end < 0) end = line.length;
    if (!isHarmless(name, line.slice(from, end))) ranges.push({ start: from, end });
  }
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

/** The end of a value whose first quote ends at `quoteEnd`; that place itself where nothing is glued to it. */
function endOfGlued(line: string, quoteEnd: number): number {
  let index = quoteEnd + 1;
  while (index < line.length && !/[\s,\])};&|:<>]/.test(line[index] ?? " ")) {
    const quote = line[index] ?? "";
    index = QUOTES.includes(quote) ? endOfQuoted(line, index + 1, quote) + 1 : index + 1;
  }
  if (index > line.length) return line.length;
  return index === quoteEnd + 1 ? quoteEnd : index;
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
