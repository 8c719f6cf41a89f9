/** Finds the secrets that commands hold anywhere in a text: a script, a recipe, a workflow, a document. */

import { CONFIG_SET, PASSWORD_OPTIONS, PASSWORD_POSITIONS } from "../../detect/command-table.ts";
import { secretsInWords } from "../mask/commands.ts";
import { wordsOf } from "../mask/words.ts";

export interface FoundText {
  readonly text: string;
  /** Its place is that of a password alone. */
  readonly sure: boolean;
}

/** Longer lines, and commands over more lines, are read in pieces of this many UTF-16 units. */
const PIECE = 16_384;

/** How deep scripts within words are followed. */
const MAX_NESTED = 3;

/** These are everywhere; a line in which they are given a secret holds one of the other words. */
const EVERYWHERE = new Set(["docker", "http", "https", "net", "uv"]);

/** What stands in a line that may hold a secret by its place. */
const SIGNS: ReadonlySet<string> = signs();
const LONGEST_SIGN = Math.max(...[...SIGNS].map((sign) => sign.length));

/** The first two characters of the signs, so that nearly every word is passed with one look. */
const BEGINNINGS = beginnings();

function signs(): ReadonlySet<string> {
  const programs = [
    ...PASSWORD_OPTIONS.keys(),
    ...PASSWORD_POSITIONS.map(({ command }) => command[0] ?? ""),
    ...CONFIG_SET.map(([program = ""]) => program),
    ..."htpasswd vault bao fly flyctl supabase heroku cifs".split(" "),
  ];
  const words = "login publish nuget from-literal password-stdin stdin with-token secret secrets";
  const files = "credentials git-credentials npmrc netrc pgpass pypirc chpasswd passwd";
  return new Set([
    ...programs.filter((program) => !EVERYWHERE.has(program)),
    ...words.split(" "),
    ...files.split(" "),
  ]);
}

function beginnings(): Uint8Array {
  const table = new Uint8Array(128 * 128);
  for (const sign of SIGNS) table[sign.charCodeAt(0) * 128 + sign.charCodeAt(1)] = 1;
  return table;
}

/** Texts that are secret by their place in a command. Time grows linearly with the text. */
export function secretsInCommandLines(text: string): FoundText[] {
  const found: FoundText[] = [];
  for (let at = nextSign(text, 0); at < text.length;) {
    const lineStart = text.lastIndexOf("\n", at) + 1;
    const end = endOfCommand(text, at);
    collect(text, Math.max(lineStart, at - PIECE / 2), end, 0, found);
    at = nextSign(text, Math.max(end, at + 1));
  }
  return found;
}

/** Where the next word stands that is a sign; the end of the text if none does. */
function nextSign(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (!isWordCode(text.charCodeAt(at))) continue;
    const first = text.charCodeAt(at);
    const second = text.charCodeAt(at + 1);
    let end = at + 1;
    while (isWordCode(text.charCodeAt(end)) || text.charCodeAt(end) === 45) end += 1;
    const possible = second < 128 && BEGINNINGS[first * 128 + second] === 1;
    if (possible && end - at <= LONGEST_SIGN && SIGNS.has(text.slice(at, end))) return at;
    at = end;
  }
  return text.length;
}

/** A letter, a digit or `_`. */
function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95
  );
}

function collect(text: string, from: number, to: number, depth: number, found: FoundText[]): void {
  const words = wordsOf(text, from, to);
  const texts = words.map((word) => word.text);
  for (const { word, start, end, sure } of secretsInWords(
    texts,
    (index) => words[index]?.quoted === true,
  )) {
    found.push({ text: bareValue((texts[word] ?? "").slice(start, end)), sure });
  }
  if (depth >= MAX_NESTED) return;
  for (const { start, end, quoted, text: word } of words) {
    if (quoted && /\s/.test(word)) collect(text, start, end, depth + 1, found);
  }
}

/** Without quotes, and without what a list or a subshell puts behind a word. */
function bareValue(text: string): string {
  return text.replace(/^["'\\]{1,4}/, "").replace(/["'\\]{0,4}[,\])};&|]{0,4}$/, "");
}

/** The end of the line, or of the lines that a backslash joins to it. */
function endOfCommand(text: string, at: number): number {
  const most = Math.min(text.length, at + PIECE);
  for (let end = at; ;) {
    const newline = text.indexOf("\n", end);
    if (newline < 0 || newline >= most) return most;
    const before = text[newline - 1] === "\r" ? newline - 2 : newline - 1;
    if (text[before] !== "\\") return newline;
    end = newline + 1;
  }
}
