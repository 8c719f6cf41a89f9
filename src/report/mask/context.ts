/** Finds what has to be hidden in a line because of the lines above it. */

import type { SourceFile } from "../../model/source.ts";
import { lineText, lineStarts, positionAt } from "../../model/source.ts";
import { formsOverWords } from "./command.ts";
import { isPureReference } from "./harmless.ts";
import type { Range } from "./line.ts";
import { commandRanges, MAX_SHOWN_LINE } from "./line.ts";
import { takesSecret } from "./secret-sinks.ts";
import { wordsOf } from "./words.ts";

/** How many lines of one command, and of a here document or a map, are looked at above a line. */
const MAX_JOINED = 50;
const MAX_BELOW = 10;
const MAX_ABOVE = 200;

/** Ranges of a line that are secret by what stands above it. */
export function rangesFromAbove(file: SourceFile, line: number, text: string): Range[] {
  return [
    ...inCommand(file, line, text),
    ...inHereDocument(file, line, text),
    ...inSecretObject(file, line, text),
    ...inPrivateKey(file, line, text),
  ];
}

/** The item of a list with one word per line: in YAML, or in JSON. */
const ITEM = /^\s*(?:-\s+\S|["'].*["'],?\s*$)/;
const OPENS_LIST = /^\s*["']?(?:command|args|entrypoint|cmd|test|exec)["']?\s*:|[[]\s*$/i;

/** A command of several lines: with a backslash at the end of a line, or as a list of words. */
function inCommand(file: SourceFile, line: number, text: string): Range[] {
  const above = [blankMarker(text)];
  let length = text.length;
  for (let at = line - 1; at >= Math.max(1, line - MAX_JOINED); at--) {
    const before = lineText(file, at);
    length += before.length + 1;
    if (length > MAX_SHOWN_LINE || !goesOn(before, lineText(file, at + 1))) break;
    above.push(blankMarker(before));
  }
  const below: string[] = [];
  for (let at = line + 1; at <= line + MAX_BELOW; at++) {
    const next = lineText(file, at);
    length += next.length + 1;
    if (next === "" || length > MAX_SHOWN_LINE || !goesOn(lineText(file, at - 1), next)) break;
    below.push(blankMarker(next));
  }
  if (above.length === 1 && below.length === 0) return [];
  const until = above.toReversed().join("\n");
  const from = until.length - text.length;
  const joined = [until, ...below].join("\n");
  return [
    ...commandRanges(joined),
    ...forms(joined, wordsOf(joined)),
    ...forms(joined, raw(joined)),
  ]
    .filter(({ start, end }) => end > from && start < until.length)
    .map(({ start, end }) => ({
      start: Math.max(0, start - from),
      end: Math.min(text.length, end - from),
    }));
}

interface Piece {
  readonly text: string;
  readonly start: number;
}

/** What has a secret form when the line breaks in it are taken out. */
function forms(joined: string, words: readonly Piece[]): Range[] {
  return formsOverWords(words.map(({ text }) => text)).map(({ word, start, end }) => {
    const base = words[word]?.start ?? joined.length;
    return { start: base + start, end: base + end };
  });
}

/** The pieces between white space as they are, with their quotes, but the signs that a line goes on. */
function raw(joined: string): Piece[] {
  const pieces = [...joined.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, start: index }));
  return pieces.filter(({ text }) => text !== "\\");
}

/** Whether a command goes on from a line to the next. */
function goesOn(line: string, next: string): boolean {
  // By a sign at its end; folded by YAML, an option ends the line or begins the next.
  if (/[\\`^]\s*$/.test(line) || /^\s*--?[A-Za-z]/.test(next)) return true;
  if (/\s--?[A-Za-z][\w-]{0,80}\s*$/.test(line.slice(-120))) return true;
  const opens = OPENS_LIST.test(line);
  return ITEM.test(next)
    ? ITEM.test(line) || opens
    : OPENS_LIST.test(next) && (opens || ITEM.test(line));
}

/** The line with the dash of a list's item as a space, so that places stay. */
function blankMarker(text: string): string {
  return text.replace(/^(\s*)-(?=\s)/, "$1 ");
}

const DOCUMENT = /<<-?\s{0,4}\\?["']?([A-Za-z_]\w{0,100})/;

/** A here document that becomes a file of credentials, or that a program reads a password from. */
function inHereDocument(file: SourceFile, line: number, text: string): Range[] {
  if (!fileHolds(file, "documents", DOCUMENT)) return [];
  for (let above = line - 1; above >= Math.max(1, line - MAX_ABOVE); above--) {
    const opening = lineText(file, above);
    const tag = DOCUMENT.exec(opening)?.[1];
    if (tag === undefined || opening.length > MAX_SHOWN_LINE) continue;
    for (let between = above + 1; between <= line; between++) {
      if (lineText(file, between).trim() === tag) return [];
    }
    const words = wordsOf(opening).map((word) => word.text);
    if (!takesSecret(words) || isPureReference(text)) return [];
    // The name of a variable may be seen; a value in base64 may end in `=` too.
    const name = /^\s*(?:export\s+)?[A-Z_][A-Z0-9_]{0,60}=(?=[^=]{2})/.exec(text)?.[0].length;
    return [name === undefined ? whole(text) : { start: name, end: text.length }];
  }
  return [];
}

/** What stands below `data:` or `stringData:` of a Kubernetes Secret. */
function inSecretObject(file: SourceFile, line: number, text: string): Range[] {
  if (!fileHolds(file, "secrets", /\bkind["']?\s{0,4}:\s{0,4}["']?Secret\b/)) return [];
  if (!secretLines(file).some(({ from, to }) => line >= from && line <= to)) return [];
  const flow = /^(\s*(?:.*[{,]\s*)?["']?(?:data|stringData)["']?\s*:\s*\{).+/.exec(text);
  if (flow?.[1] !== undefined) return [{ start: flow[1].length, end: text.length }];
  let indent = indentOf(text);
  for (let above = line - 1; above >= Math.max(1, line - MAX_ABOVE) && indent > 0; above--) {
    const candidate = lineText(file, above);
    if (candidate.trim() === "" || indentOf(candidate) >= indent) continue;
    indent = indentOf(candidate);
    if (!/^\s*["']?(?:data|stringData)["']?\s*:/.test(candidate)) continue;
    const key = /^\s*["']?[\w.-]{1,253}["']?\s*:\s*/.exec(text)?.[0].length ?? indentOf(text);
    return /^[|>][-+\d]{0,2}$/.test(text.slice(key).trim())
      ? []
      : [{ start: key, end: text.length }];
  }
  return [];
}

/** A private key has a last line that may be too short to be known by its form. */
function inPrivateKey(file: SourceFile, line: number, text: string): Range[] {
  if (!fileHolds(file, "keys", /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/)) return [];
  for (let above = line - 1; above >= Math.max(1, line - MAX_ABOVE); above--) {
    const candidate = lineText(file, above);
    if (candidate.includes("-----END ")) return [];
    if (/-----BEGIN [A-Z ]{0,40}PRIVATE KEY/.test(candidate)) {
      return text.includes("-----END ") ? [] : [whole(text)];
    }
  }
  return [];
}

function whole(text: string): Range {
  return { start: indentOf(text), end: text.length };
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}

type Lines = readonly { readonly from: number; readonly to: number }[];
const secretObjects = new WeakMap<SourceFile, Lines>();

/** The lines of each document of a YAML file that is a Secret. */
function secretLines(file: SourceFile): Lines {
  const known = secretObjects.get(file);
  if (known !== undefined) return known;
  const lines: { from: number; to: number }[] = [];
  const last = lineStarts(file).length;
  const starts = [...file.text.matchAll(/^---/gm)].map(({ index }) => positionAt(file, index).line);
  const bounds = [1, ...starts, last + 1];
  for (const [index, from] of bounds.entries()) {
    const to = (bounds[index + 1] ?? last + 1) - 1;
    if (to < from) continue;
    const text = file.text.slice(lineStarts(file)[from - 1] ?? 0, lineStarts(file)[to]);
    if (/\bkind["']?\s{0,4}:\s{0,4}["']?Secret\b/.test(text)) lines.push({ from, to });
  }
  secretObjects.set(file, lines);
  return lines;
}

const held = new WeakMap<SourceFile, Map<string, boolean>>();

/** Whether a file holds a form at all; most hold none, and need no search above each line. */
function fileHolds(file: SourceFile, what: string, form: RegExp): boolean {
  const known = held.get(file) ?? new Map<string, boolean>();
  held.set(file, known);
  const earlier = known.get(what);
  if (earlier !== undefined) return earlier;
  const found = form.test(file.text);
  known.set(what, found);
  return found;
}
