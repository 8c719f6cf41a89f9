/**
 * The Dockerfile parser: lossless, total, and refusing what BuildKit refuses.
 * Follows moby/buildkit 73ed6825c, frontend/dockerfile/parser/parser.go, in its own words.
 *
 * Where it differs: BuildKit stops at the first error, this goes on with the next instruction; BuildKit
 * reads flags byte by byte, this by characters.
 */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import { isSpace } from "./characters.ts";
import { heredocsOf } from "./heredoc.ts";
import { parseInstruction } from "./instruction.ts";
import { joinRanges } from "./logical-text.ts";
import type { Dockerfile, Heredoc, Instruction, Item, Piece } from "./syntax.ts";

/** BuildKit refuses a physical line of 64 KiB and more (bufio.MaxScanTokenSize). */
const MAX_LINE_BYTES = 65_535;

interface Parser {
  readonly file: SourceFile;
  readonly text: string;
  at: number;
  escape: string;
  /** Directives may still come. */
  inDirectives: boolean;
  readonly items: Item[];
  readonly problems: Unknown[];
}

/** A physical line: where it starts, where its line ending starts, where the next line starts. */
interface Line {
  readonly start: number;
  readonly contentEnd: number;
  readonly end: number;
}

/** Reads a Dockerfile. Never throws: what cannot be read is a problem of the result. */
export function parseDockerfile(file: SourceFile): Dockerfile {
  const parser: Parser = {
    file,
    text: file.text,
    at: 0,
    escape: "\\",
    inDirectives: true,
    items: [],
    problems: [],
  };
  if (file.text.startsWith("\uFEFF")) {
    parser.items.push({ kind: "mark", start: 0, end: 1 });
    parser.at = 1;
  }
  while (parser.at < file.text.length) parseItem(parser);
  const instructions = parser.items.filter((item) => item.kind === "instruction");
  if (instructions.length === 0) {
    const what = "Dockerfile";
    const why = "it holds no instruction";
    const settle = "write at least a FROM line, or remove the file";
    parser.problems.push(unknownAt({ file, start: 0, end: 0 }, what, why, settle));
  }
  return {
    file,
    escape: parser.escape,
    items: parser.items,
    directives: parser.items.filter((item) => item.kind === "directive"),
    instructions,
    problems: parser.problems,
  };
}

function nextLine(parser: Parser): Line {
  const { text, at: start } = parser;
  const newline = text.indexOf("\n", start);
  const end = newline < 0 ? text.length : newline + 1;
  let contentEnd = end;
  while (contentEnd > start && isLineEnd(text.charCodeAt(contentEnd - 1))) contentEnd--;
  parser.at = end;
  if (end - start > MAX_LINE_BYTES / 3) refuseLongLine(parser, start, end);
  return { start, contentEnd, end };
}

function refuseLongLine(parser: Parser, start: number, end: number): void {
  if (new TextEncoder().encode(parser.text.slice(start, end)).length <= MAX_LINE_BYTES) return;
  problem(parser, start, start, "line", "it is longer than the 65,535 bytes that BuildKit reads", [
    "break the line with a continuation, or move its content to a file",
  ]);
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

function firstNonSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function parseItem(parser: Parser): void {
  const line = nextLine(parser);
  const first = firstNonSpace(parser.text, line.start, line.contentEnd);
  const { start, end } = line;
  if (first < line.contentEnd && parser.text.charAt(first) === "#") {
    parseComment(parser, line, first);
    return;
  }
  parser.inDirectives = false;
  if (first >= line.contentEnd) parser.items.push({ kind: "blank", start, end });
  else parser.items.push(parseLines(parser, line, first));
}

function parseComment(parser: Parser, line: Line, first: number): void {
  const { start, contentEnd, end } = line;
  const text = parser.inDirectives ? parser.text.slice(first + 1, contentEnd) : "";
  const match = /^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S[^\n]*)$/.exec(text.trimStart());
  const name = (match?.[1] ?? "").toLowerCase();
  const value = (match?.[2] ?? "").trimEnd();
  if (match === null || (name !== "syntax" && name !== "escape" && name !== "check")) {
    parser.inDirectives = false;
    parser.items.push({ kind: "comment", start, end });
    return;
  }
  const what = `parser directive \`${name}\``;
  if (parser.items.some((item) => item.kind === "directive" && item.name === name)) {
    problem(parser, first, contentEnd, what, "it stands twice; BuildKit refuses the file", [
      "remove one of the two",
    ]);
  } else if (name === "escape") {
    if (value === "\\" || value === "`") parser.escape = value;
    else {
      problem(parser, first, contentEnd, what, "its value is neither a backslash nor a backtick", [
        "write # escape=\\ or # escape=`",
      ]);
    }
  }
  parser.items.push({ kind: "directive", start, end, name, value });
}

/** An instruction with its continued lines and its heredocs. */
function parseLines(parser: Parser, first: Line, textStart: number): Instruction {
  const { text, escape } = parser;
  const pieces: Piece[] = [];
  const ranges: [number, number][] = [];
  const add = (kind: Piece["kind"], start: number, end: number): void => {
    if (end > start) pieces.push({ kind, start, end });
  };
  add("indent", first.start, textStart);
  let line = first;
  let start = textStart;
  for (;;) {
    const stop = continuationAt(text, start, line.contentEnd, escape);
    const end = stop ?? line.contentEnd;
    add("text", start, end);
    ranges.push([start, end]);
    add(stop === undefined ? "line-end" : "continuation", end, line.end);
    if (stop === undefined) break;
    let more = false;
    while (parser.at < text.length) {
      line = nextLine(parser);
      const content = firstNonSpace(text, line.start, line.contentEnd);
      if (content >= line.contentEnd) add("blank", line.start, line.end);
      else if (text.charAt(content) === "#") add("comment", line.start, line.end);
      else {
        more = true;
        break;
      }
    }
    if (!more) break;
    start = line.start;
  }
  const logical = joinRanges(parser.file, ranges, textStart);
  const bare = parseInstruction(logical, escape, parser.problems);
  const heredocs = takesHeredocs(bare) ? readHeredocs(parser, bare, pieces) : [];
  const end = pieces.at(-1)?.end ?? first.end;
  const trigger = bare.trigger === undefined ? {} : { trigger: { ...bare.trigger, heredocs } };
  return { ...bare, ...trigger, heredocs, pieces, start: first.start, end };
}

/**
 * Where the continuation of a line starts: an escape character, with blanks behind it at most, that is not
 * itself behind an escape character.
 */
function continuationAt(
  text: string,
  start: number,
  end: number,
  escape: string,
): number | undefined {
  let at = end;
  while (at > start && (text.charAt(at - 1) === " " || text.charAt(at - 1) === "\t")) at--;
  if (at <= start || text.charAt(at - 1) !== escape) return undefined;
  return at - 2 >= start && text.charAt(at - 2) === escape ? undefined : at - 1;
}

function takesHeredocs(instruction: Instruction): boolean {
  const { name, json } = instruction.trigger ?? instruction;
  return !json && (name === "RUN" || name === "COPY" || name === "ADD");
}

function readHeredocs(parser: Parser, instruction: Instruction, pieces: Piece[]): Heredoc[] {
  const { text } = parser;
  const starts = heredocsOf(instruction.line.text);
  const { keyword } = instruction;
  const first = instruction.line.offsets[0] ?? 0;
  const what = `heredoc of ${instruction.name}`;
  if ("error" in starts) {
    problem(parser, first, first + keyword.text.length, what, starts.error, ["correct its name"]);
    return [];
  }
  const heredocs: Heredoc[] = [];
  for (const heredoc of starts) {
    const bodyStart = parser.at;
    let bodyEnd = text.length;
    let terminated = false;
    while (parser.at < text.length) {
      const line = nextLine(parser);
      let from = line.start;
      if (heredoc.stripTabs) while (text.charCodeAt(from) === 9) from++;
      if (
        line.contentEnd - from === heredoc.name.length &&
        text.startsWith(heredoc.name, from) &&
        line.contentEnd >= from
      ) {
        bodyEnd = line.start;
        terminated = true;
        break;
      }
    }
    if (bodyEnd > bodyStart) pieces.push({ kind: "heredoc-body", start: bodyStart, end: bodyEnd });
    if (terminated) pieces.push({ kind: "heredoc-end", start: bodyEnd, end: parser.at });
    else {
      problem(parser, first, first + keyword.text.length, what, "it has no end", [
        `write ${heredoc.name} alone on a line behind its content`,
      ]);
    }
    heredocs.push({ ...heredoc, bodyStart, bodyEnd, terminated });
  }
  return heredocs;
}

function problem(
  parser: Parser,
  start: number,
  end: number,
  what: string,
  why: string,
  [settle]: readonly [string],
): void {
  parser.problems.push(unknownAt({ file: parser.file, start, end }, what, why, settle));
}
