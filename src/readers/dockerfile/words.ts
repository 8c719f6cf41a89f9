/**
 * The argument forms of instructions, over a range of the logical text.
 * Follows moby/buildkit 73ed6825c, frontend/dockerfile/parser: line_parsers.go and split_command.go.
 */

import { isBlank, isSpace, trimRange } from "./characters.ts";
import type { Flag, Pair, Word } from "./syntax.ts";

export interface Failure {
  readonly error: string;
}

/** The first word and what follows it. */
export function splitKeyword(
  text: string,
  start: number,
  end: number,
): { readonly keyword: Word; readonly after: number } {
  let at = start;
  while (at < end && !isBlank(text.charCodeAt(at))) at++;
  const keyword = wordOf(text, start, at);
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  return { keyword, after: at };
}

/** Leading words that start with `--`, and where the rest begins. A lone `--` ends them. */
export function readFlags(
  text: string,
  start: number,
  end: number,
  escape: string,
): { readonly flags: readonly Flag[]; readonly after: number } {
  const flags: Flag[] = [];
  let at = start;
  for (;;) {
    while (at < end && isSpace(text.charCodeAt(at))) at++;
    if (at + 1 >= end || text.charAt(at) !== "-" || text.charAt(at + 1) !== "-") break;
    const word = readFlagWord(text, at, end, escape);
    if (word.text === "--") return { flags, after: word.end };
    const equals = word.text.indexOf("=");
    const rawEquals = text.indexOf("=", at);
    flags.push({
      name: equals < 0 ? word.text.slice(2) : word.text.slice(2, equals),
      ...(equals < 0 ? {} : { value: word.text.slice(equals + 1) }),
      start: at,
      end: word.end,
      valueStart: equals < 0 || rawEquals < 0 ? word.end : Math.min(rawEquals + 1, word.end),
    });
    at = word.end;
  }
  return { flags, after: at };
}

/** A flag with its quotes and escapes taken away. A backslash works in single quotes too. */
function readFlagWord(text: string, start: number, end: number, escape: string): Word {
  let result = "";
  let quote = "";
  let at = start;
  for (; at < end; at++) {
    const char = text.charAt(at);
    if (quote === "" && isSpace(text.charCodeAt(at))) break;
    if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = "";
    else if (char === escape) {
      at++;
      if (at < end) result += text.charAt(at);
    } else result += char;
  }
  return { text: result, start, end: Math.min(at, end) };
}

/** Words at white space with quotes and escapes kept, as ENV, LABEL and ARG have them. */
export function readQuotedWords(text: string, start: number, end: number, escape: string): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    if (isSpace(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const from = at;
    let quote = "";
    let dangling = false;
    for (; at < end; at++) {
      const char = text.charAt(at);
      if (quote === "" && isSpace(text.charCodeAt(at))) break;
      if (char === escape && quote !== "'") {
        // An escape character at the very end is dropped.
        if (at + 1 >= end) dangling = true;
        else at++;
      } else if (quote === "") {
        if (char === "'" || char === '"') quote = char;
      } else if (char === quote) quote = "";
    }
    at = Math.min(at, end);
    const word = wordOf(text, from, dangling ? at - 1 : at);
    if (word.text !== "") words.push(word);
  }
  return words;
}

/** Words at blanks, quotes without meaning: FROM, EXPOSE, and the list form of COPY, ADD, VOLUME. */
export function readList(text: string, start: number, end: number): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    const from = at;
    while (at < end && !isBlank(text.charCodeAt(at))) at++;
    words.push(wordOf(text, from, at));
    while (at < end && isBlank(text.charCodeAt(at))) at++;
  }
  return words;
}

/** `name=value …`, or the old `name value` where the first word has no `=`. */
export function readPairs(
  text: string,
  start: number,
  end: number,
  escape: string,
): readonly Pair[] | Failure {
  const words = readQuotedWords(text, start, end, escape);
  const first = words[0];
  if (first === undefined) return { error: "it needs at least one name and value" };
  if (!first.text.includes("=")) {
    const { keyword, after } = splitKeyword(text, start, end);
    if (after >= end) return { error: "it needs a name and a value" };
    return [{ key: keyword, value: wordOf(text, after, end), legacy: true }];
  }
  const pairs: Pair[] = [];
  for (const word of words) {
    const pair = pairOf(word);
    if (pair.value === undefined) {
      return { error: "one of its words has no `=`; a value with spaces must be quoted" };
    }
    pairs.push(pair);
  }
  return pairs;
}

/** A word as name and value at its first `=`; without one, only a name. */
export function pairOf(word: Word): Pair {
  const equals = word.text.indexOf("=");
  if (equals < 0) return { key: word, legacy: false };
  const middle = word.start + equals;
  return {
    key: { text: word.text.slice(0, equals), start: word.start, end: middle },
    value: { text: word.text.slice(equals + 1), start: middle + 1, end: word.end },
    legacy: false,
  };
}

/** A JSON array of strings, undefined when the text is no JSON array, a failure when it holds anything else. */
export function readJson(text: string, start: number, end: number): Word[] | Failure | undefined {
  const range = trimRange(text, start, end);
  if (text.charAt(range.start) !== "[") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(range.start, range.end));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const words: Word[] = [];
  let at = range.start + 1;
  for (const element of value) {
    if (typeof element !== "string") {
      return { error: "its JSON array holds something other than strings" };
    }
    const open = text.indexOf('"', at);
    at = open + 1;
    while (text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
    words.push({ text: element, start: open + 1, end: at });
    at++;
  }
  return words;
}

export function wordOf(text: string, start: number, end: number): Word {
  return { text: text.slice(start, end), start, end };
}
