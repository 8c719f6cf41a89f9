/** Names and their values that stand anywhere in a line: JSON in one line, source code, units of systemd. */

import type { AssignedSecret } from "./assigned-line.ts";
import { classifyVariable } from "./classify-variable.ts";
import { isPublished } from "./published.ts";
import { isPlainWords } from "./plain-words.ts";

/** `"name": "value"`. */
const JSON_PAIR =
  /"([A-Za-z_][\w.:-]{0,100})"[ \t]{0,8}:[ \t]{0,8}"((?:[^"\\\r\n]|\\[^\r\n]){1,1000})"/g;

/** `NAME = 'value'`, `const name: string = "value"`, `'name': 'value'`, `:name => 'value'`, `x['NAME'] = 'value'`. */
const SOURCE_PAIR =
  /(?<![\w-])([A-Za-z_][\w-]{0,100})["']?\]?(?::[ \t]{0,4}[A-Za-z]{1,20}(?=[ \t]{1,4}=))?[ \t]{0,40}(?:=>|:?=|:)[ \t]{0,8}[bru]?(?:"([^"\\\r\n]{1,300})"|'([^'\\\r\n]{1,300})')/g;

/** `define('NAME', 'value')` of PHP, and values for variables of the environment that are not set. */
const SOURCE_CALL =
  /\b(?:define|env|getenv|get)\([ \t]{0,8}["']([A-Za-z_]\w{0,100})["'][ \t]{0,8},[ \t]{0,8}(?:"([^"\\\r\n]{1,300})"|'([^'\\\r\n]{1,300})')/g;

/** systemd.exec(5), "Environment=": one or several assignments, each in quotes or not. */
const UNIT_LINE = /^[ \t]*Environment[ \t]{0,8}=/;
const UNIT_PAIR =
  /(?<![^\s="'])(?:"([A-Za-z_]\w{0,100})=([^"\r\n]{1,1000})"|'([A-Za-z_]\w{0,100})=([^'\r\n]{1,1000})'|([A-Za-z_]\w{0,100})=([^\s"']{1,1000}))/g;

const MAX_FOUND = 1000;

/** Secrets of JSON in one line, by their names. */
export function findJsonPairs(text: string): AssignedSecret[] {
  return findPairs(text, JSON_PAIR);
}

/** Secrets of source code: texts in quotes that are given a name. */
export function findSourcePairs(text: string): AssignedSecret[] {
  const found = [...findPairs(text, SOURCE_PAIR), ...findPairs(text, SOURCE_CALL)];
  return found.toSorted((left, right) => left.start - right.start).slice(0, MAX_FOUND);
}

/** Secrets of a line of a unit of systemd that sets variables of the environment. */
export function findUnitPairs(line: string): AssignedSecret[] {
  const head = UNIT_LINE.exec(line)?.[0];
  if (head === undefined) return [];
  // A specifier of systemd.unit(5) alone is filled in.
  return findPairs(line, UNIT_PAIR, head.length).filter(
    ({ start, end }) => !/^%[A-Za-z]$/.test(line.slice(start, end)),
  );
}

/** A secret with the name that it was told by. */
export interface NamedSecret extends AssignedSecret {
  readonly name: string;
}

/** A pattern's groups are a name and its value, in one or several alternatives; the value ends the match. */
export function findPairs(text: string, pattern: RegExp, from = 0): NamedSecret[] {
  const found: NamedSecret[] = [];
  for (const match of text.slice(from).matchAll(pattern)) {
    if (found.length >= MAX_FOUND) break;
    const [name, value] = match.slice(1).filter((group) => group !== undefined);
    if (name === undefined || value === undefined) continue;
    if (!looksMade(value) || isPublished(value) || isPlainWords(value)) continue;
    const verdict = classifyVariable(name, value);
    // A value that is known by its form is found by it, at its own place.
    if (verdict.kind !== "secret" || verdict.detector !== undefined) continue;
    if (verdict.confidence === "low") continue;
    const start = from + match.index + match[0].lastIndexOf(value);
    found.push({
      start,
      end: start + value.length,
      name,
      what: `a value for ${name}`,
      confidence: verdict.confidence,
    });
  }
  return found;
}

/**
 * Letters and digits, or signs that no name has. Programs give names of secrets to much that is none: names of
 * fields, of headers, of other settings.
 */
function looksMade(value: string): boolean {
  if (value.length < 6 || /\s/.test(value)) return false;
  return (/\d/.test(value) && /[A-Za-z]/.test(value)) || /[!@#$%^&*+=?~]/.test(value);
}
