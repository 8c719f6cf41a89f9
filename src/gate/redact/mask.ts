/** Secrets in texts and commands, masked where they stand. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import { findCommandSecrets, findPipedSecrets } from "../../detect/command-secrets.ts";
import { findSecretsInText } from "../../detect/find-secrets.ts";
import type { SourceFile } from "../../model/source.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import { parseShell } from "../../readers/shell/parse.ts";

export const MASK = "***";

/** Half-open, in UTF-16 units. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A text longer than this is masked whole when it cannot be looked through in time. */
const LONGEST = 256 * 1024;

/** Secrets that can be known by what they look like. */
export function maskText(text: string): string {
  if (text.length > LONGEST) return MASK;
  return remembered("text", text, () => withoutRanges(text, secretsOfText(text)));
}

/** A credential in a header, whatever it looks like; a variable in its place is none. */
const HEADER =
  /\bauthorization:\s{0,4}(?:(?:basic|bearer|token|apikey)\s{1,4})?(?!(?:basic|bearer|token|apikey)\b)([^\s'"$]{6,})/gi;

function secretsOfText(text: string): readonly Range[] {
  const headers = [...text.matchAll(HEADER)].map(({ index, 0: whole, 1: value = "" }) => {
    const end = index + whole.length;
    return { start: end - value.length, end };
  });
  return [...findSecretsInText(text), ...headers];
}

/** A command line: also what an option or a program takes for a password. */
export function maskScript(text: string): string {
  if (text.length > LONGEST) return MASK;
  return remembered("script", text, () => withoutRanges(text, secretsOfScript(text)));
}

/** Whether a value of that name is a secret. */
export function isSecretValue(name: string, value: string): boolean {
  if (value.length > LONGEST) return true;
  const key = `${name}\0${value}`;
  return remembered("value", key, () => (isSecret(name, value) ? "yes" : "no")) === "yes";
}

function isSecret(name: string, value: string): boolean {
  // Where the name allows for it and the value does not tell, it is not shown.
  return classifyVariable(name, value).kind !== "not-secret";
}

/** The words of a command as a process gets them. */
export function maskWords(words: readonly string[]): readonly string[] {
  const { text, places } = quotedTogether(words);
  if (text.length > LONGEST) return words.map(() => MASK);
  const ranges: Range[][] = words.map((word) => [...secretsOfText(word)]);
  for (const { start, end } of secretsOfScript(text)) {
    for (const [index, { from, to, offsets }] of places.entries()) {
      if (start >= to || end <= from) continue;
      const first = offsets[Math.max(start, from) - from] ?? 0;
      const last = offsets[Math.min(end, to) - from] ?? words[index]?.length ?? 0;
      ranges[index]?.push({ start: first, end: last });
    }
  }
  const masked = words.map((word, index) => withoutRanges(word, ranges[index] ?? []));
  return masked.some((word, index) => word !== words[index]) ? masked : words;
}

interface Place {
  readonly from: number;
  readonly to: number;
  /** Of each character of the quoted word, its offset in the word itself. */
  readonly offsets: readonly number[];
}

/** As a shell would be given them. */
function quotedTogether(words: readonly string[]): { text: string; places: readonly Place[] } {
  const places: Place[] = [];
  let text = "";
  for (const word of words) {
    if (text !== "") text += " ";
    const from = text.length;
    const offsets: number[] = [];
    const plain = /^[\w@%+=:,./-]+$/.test(word);
    if (!plain) offsets.push(0);
    let quoted = plain ? "" : "'";
    for (let index = 0; index < word.length; index += 1) {
      const character = word.charAt(index);
      const written = !plain && character === "'" ? String.raw`'\''` : character;
      quoted += written;
      for (let count = 0; count < written.length; count += 1) offsets.push(index);
    }
    if (!plain) {
      quoted += "'";
      offsets.push(word.length);
    }
    offsets.push(word.length);
    text += quoted;
    places.push({ from, to: text.length, offsets });
  }
  return { text, places };
}

function secretsOfScript(text: string): readonly Range[] {
  const file: SourceFile = { path: "", text };
  const commands = parseShell(text, (start, end) => ({ file, start, end }));
  const byUse = commands.flatMap((command, index) => {
    const words = effectiveWords(command);
    const before = command.joinedBy === "|" ? commands[index - 1] : undefined;
    return [
      ...findCommandSecrets(command, words),
      ...(words.length < command.words.length ? findCommandSecrets(command) : []),
      ...(before === undefined ? [] : findPipedSecrets(before, command, words)),
    ].map(({ span }) => span);
  });
  return [...secretsOfText(text), ...byUse];
}

/** `--option=` and `NAME=` before a masked value stay. */
const NAME_BEFORE = /^['"]?[\w.-]{1,100}=/;

function withoutRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  let masked = "";
  let at = 0;
  for (const { start, end } of ranges.toSorted((left, right) => left.start - right.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    const name = from === start ? (NAME_BEFORE.exec(text.slice(start, end))?.[0] ?? "") : "";
    // Two ranges that touch are one secret.
    if (from > at || at === 0) masked += `${text.slice(at, from)}${name}${MASK}`;
    at = end;
  }
  return masked + text.slice(at);
}

/**
 * The same labels and commands are told again and again. Two generations: what is asked for lives on, what is
 * not goes with its generation. In characters.
 */
const GENERATION = 2 << 20;
const LONGEST_REMEMBERED = 1024;
let young = new Map<string, string>();
let old = new Map<string, string>();
let size = 0;

function remembered(kind: string, text: string, make: () => string): string {
  if (text.length > LONGEST_REMEMBERED) return make();
  const key = `${kind}\0${text}`;
  const known = young.get(key);
  if (known !== undefined) return known;
  const made = old.get(key) ?? make();
  young.set(key, made);
  size += key.length;
  if (size > GENERATION) {
    old = young;
    young = new Map();
    size = 0;
  }
  return made;
}
