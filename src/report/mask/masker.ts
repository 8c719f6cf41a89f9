/** Finds what has to be hidden in the lines of a report's files, with all that the report knows of them. */

import type { Finding } from "../../model/finding.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { lineStarts, lineText, positionAt, spanText } from "../../model/source.ts";
import type { Report } from "../contract.ts";
import type { Range } from "./line.ts";
import { inComposeSecrets } from "./compose-secrets.ts";
import { rangesFromAbove } from "./context.ts";
import { inEnvFile, isEnvFileName } from "./env-file.ts";
import { isPureReference } from "./harmless.ts";
import { MAX_SHOWN_LINE, mergeRanges, secretRangesInLine, valueAfter } from "./line.ts";
import { nameMayHoldSecret } from "./names.ts";

export interface Masker {
  /** Ranges of a line (counted from 1) to hide, as offsets in that line, in order. */
  readonly rangesIn: (file: SourceFile, line: number) => readonly Range[];
}

/** Finds secret values by their own form in a text. */
export type ValueDetector = (text: string) => readonly Range[];

/** Secret rules whose primary span is a file's name, a mount or a reference, and no value. */
const RULES_WITHOUT_VALUE = new Set([
  "secret-file-copied",
  "secret-file-exposed",
  "secret-passed-as-env",
]);

/** Files up to this size are searched as a whole, so that values over several lines are found. */
const MAX_WHOLE_SEARCH = 1024 * 1024;

/** How far above a line its block scalar's key is looked for. */
const MAX_LINES_ABOVE = 200;

/** A masker for the files of a report. Nothing is searched before a line is asked for. */
export function createMasker(report: Report, detect: ValueDetector): Masker {
  const marked = markedRanges(report);
  const envFiles = environmentFiles(report);
  const found = new Map<SourceFile, LineRanges>();
  const cache = new Map<SourceFile, Map<number, readonly Range[]>>();
  const wholeFile = (file: SourceFile): LineRanges => {
    let hits = found.get(file);
    if (hits === undefined) {
      hits = new Map();
      const searched = file.text.length <= MAX_WHOLE_SEARCH ? detect(file.text) : [];
      for (const { start, end } of searched) markLines(hits, { file, start, end });
      found.set(file, hits);
    }
    return hits;
  };
  const compute = (file: SourceFile, line: number): readonly Range[] => {
    const text = lineText(file, line);
    if (text.length > MAX_SHOWN_LINE) return [{ start: 0, end: text.length }];
    const ranges = [
      ...secretRangesInLine(text),
      ...inContext(file, line, text),
      ...rangesFromAbove(file, line, text),
      ...(envFiles.has(file) || isEnvFileName(file.path)
        ? inEnvFile(file, line)
        : inComposeSecrets(file, line)),
    ];
    ranges.push(...(marked.get(file)?.get(line) ?? []));
    ranges.push(...(wholeFile(file).get(line) ?? []), ...detect(text));
    ranges.push(...(report.findSecretValues?.(text) ?? []));
    return mergeRanges(ranges);
  };
  return {
    rangesIn: (file, line) => {
      const lines = cache.get(file) ?? new Map<number, readonly Range[]>();
      cache.set(file, lines);
      const known = lines.get(line);
      if (known !== undefined) return known;
      const ranges = compute(file, line);
      lines.set(line, ranges);
      return ranges;
    },
  };
}

/** The files that were read as environment files, whatever they are called. */
function environmentFiles(report: Report): ReadonlySet<SourceFile> {
  const files = new Set<SourceFile>();
  for (const { env } of report.workloads) {
    for (const { surface, origin } of env) {
      if (surface === "env-file" && origin.span !== undefined) files.add(origin.span.file);
    }
  }
  for (const { what, span } of report.unknowns) {
    if (what === "environment file" && span !== undefined) files.add(span.file);
  }
  return files;
}

type LineRanges = Map<number, Range[]>;

/** Values whose places the report names: those of secret variables, and those that findings point at. */
function markedRanges(report: Report): Map<SourceFile, LineRanges> {
  const marked = new Map<SourceFile, LineRanges>();
  const mark = (span: Span | undefined): void => {
    if (span === undefined || isPureReference(spanText(span))) return;
    const lines = marked.get(span.file) ?? new Map<number, Range[]>();
    marked.set(span.file, lines);
    markLines(lines, span);
  };
  for (const { env, build } of report.workloads) {
    for (const { name, value, valueSpan } of [
      ...env,
      ...(build?.env ?? []),
      ...(build?.args ?? []),
    ]) {
      if (value !== undefined && value !== "" && nameMayHoldSecret(name)) mark(valueSpan);
    }
  }
  // What an image's documents or a container's inspection hold is marked as such, each value at its place.
  for (const { imageContents, observed } of report.workloads) {
    for (const { span } of imageContents?.secrets ?? []) mark(span);
    for (const { sighting } of observed ?? []) mark(sighting.span);
  }
  for (const finding of report.findings) {
    if (finding.place !== undefined) continue;
    if (finding.rule.startsWith("secret-") && !RULES_WITHOUT_VALUE.has(finding.rule)) {
      mark(valueSpanOf(finding));
    }
  }
  return marked;
}

/** The part of a secret finding's primary span that may be the value: all of it but a leading name. */
function valueSpanOf(finding: Finding): Span | undefined {
  const { file, start, end } = finding.primary;
  const text = file.text.slice(start, Math.min(end, start + 4096));
  const name = /^["'`]?([A-Za-z_][\w.-]*)["'`]?$/.exec(text);
  if (name?.[1] !== undefined) {
    const { line, column } = positionAt(file, start);
    const at = column - 1 + text.indexOf(name[1]);
    const value = valueAfter(lineText(file, line), at, at + name[1].length);
    if (value !== undefined) {
      const lineStart = start - (column - 1);
      return { file, start: lineStart + value.start, end: lineStart + value.end };
    }
    if (text === finding.subject) return undefined;
  }
  const prefix =
    /^(?:-\s+)?["'`]?[A-Za-z_][\w.-]*["'`]?\s*[=:]\s*["'`]?/.exec(text) ??
    /^--?[\w-]+(?:=|\s+)/.exec(text) ??
    /^(?:ENV|ARG|LABEL)\s+[\w.-]+[=\s]/i.exec(text) ??
    /^\S+\s+/.exec(text);
  const value = { file, start: start + (prefix?.[0].length ?? 0), end };
  // A command in which the value's place is known needs no hiding as a whole.
  if (/\s/.test(text) && !/^["'`]?[\w.-]+["'`]?\s*[=:]/.test(text)) {
    if (text.split(/\r\n|\n|\r/).some((line) => secretRangesInLine(line).length > 0))
      return undefined;
  }
  return value;
}

/** Notes a span under each of its lines, as offsets in the line. */
function markLines(lines: LineRanges, span: Span): void {
  const starts = lineStarts(span.file);
  const last = positionAt(span.file, Math.max(span.start, span.end - 1)).line;
  for (let line = positionAt(span.file, span.start).line; line <= last; line++) {
    const from = starts[line - 1] ?? 0;
    const length = lineText(span.file, line).length;
    const range = {
      start: Math.max(0, span.start - from),
      end: Math.min(length, span.end - from),
    };
    const ranges = lines.get(line);
    if (ranges === undefined) lines.set(line, [range]);
    else ranges.push(range);
  }
}

const blockScalars = new WeakMap<SourceFile, boolean>();

/** Whether any line of the file opens a YAML block scalar; most files have none to look for. */
function hasBlockScalar(file: SourceFile): boolean {
  const known = blockScalars.get(file);
  if (known !== undefined) return known;
  const found = /: {1,8}[|>][-+\d]{0,2}[ \t]{0,8}(?:#|\r?\n|$)/.test(file.text);
  blockScalars.set(file, found);
  return found;
}

/** Values whose name stands on another line: a Kubernetes `value:` and a YAML block scalar. */
function inContext(file: SourceFile, line: number, text: string): Range[] {
  const value = /^(\s*(?:-\s+)?["']?value["']?\s*:\s+)\S/i.exec(text);
  if (value?.[1] !== undefined) {
    const name = nameBeside(file, line);
    const written = text.slice(value[1].length);
    if ((name === undefined || nameMayHoldSecret(name)) && !isPureReference(written)) {
      return [{ start: value[1].length, end: text.length }];
    }
    return [];
  }
  const continued = continuedValue(lineText(file, line - 1), text);
  if (continued !== undefined) return [continued];
  const indent = indentOf(text);
  if (!hasBlockScalar(file)) return [];
  if (indent === 0 || text.trim() === "") return [];
  for (let above = line - 1; above >= Math.max(1, line - MAX_LINES_ABOVE); above--) {
    const candidate = lineText(file, above);
    if (candidate.trim() === "" || indentOf(candidate) >= indent) continue;
    const key = /^\s*(?:-\s+)?["']?([\w.-]+)["']?\s*:\s+[|>][+-]?\d?[+-]?\s*(?:#.*)?$/.exec(
      candidate,
    )?.[1];
    if (key === undefined) return [];
    const name = key === "value" ? (nameBeside(file, above) ?? "secret-value") : key;
    return nameMayHoldSecret(name) ? [{ start: indent, end: text.length }] : [];
  }
  return [];
}

/** The value whose flag or key ends the line above: `- --password`, `"password":`, `--token \\`. */
function continuedValue(above: string, text: string): Range | undefined {
  const open =
    /(?:^|[\s"',[])(--?)?([A-Za-z_][\w.-]{0,200})["']?\s{0,8}([:=]?),?\s{0,8}\\?\s*$/.exec(
      above.slice(-400),
    );
  const [, dashes, name = "", separator] = open ?? [];
  if (open === null || !nameMayHoldSecret(name)) return undefined;
  const start = indentOf(text);
  const value = text.slice(start);
  const range = { start, end: text.length };
  if (dashes !== undefined) return separator !== "" || /^["']?-/.test(value) ? undefined : range;
  // A key without a value on its line may as well open a map or a list.
  const nested = /^\s*-\s|^["']?[\w.-]+["']?\s*:|^[{[]/.test(text.trimStart());
  return separator === "" || nested || isPureReference(value) ? undefined : range;
}

/** The `name:` that stands directly above or below a `value:` line; undefined when there is none. */
function nameBeside(file: SourceFile, line: number): string | undefined {
  // In a list item that begins with its value, the line above belongs to another item.
  const begins = /^\s*-\s/.test(lineText(file, line));
  for (const beside of begins ? [line + 1] : [line - 1, line + 1]) {
    const match = /^\s*(?:-\s+)?["']?name["']?\s*:\s*["']?([\w.-]+)/i.exec(lineText(file, beside));
    if (match?.[1] !== undefined) return match[1];
  }
  return undefined;
}

function indentOf(text: string): number {
  return /^\s*(?:-\s+)?/.exec(text)?.[0].length ?? 0;
}
