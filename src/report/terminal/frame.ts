/** Code frames: the annotated lines of one or more files with line numbers, carets and labels. */

import type { SourceFile, Span } from "../../model/source.ts";
import { lineStarts, lineText, positionAt, sameSpan } from "../../model/source.ts";
import { displayWidth } from "../display-width.ts";
import type { Range } from "../mask/line.ts";
import { MAX_SHOWN_LINE } from "../mask/line.ts";
import type { Masker } from "../mask/masker.ts";
import { placeOf } from "../place.ts";
import { plainLine } from "../sanitize.ts";
import { wrap } from "../wrap.ts";
import type { Paint, Style } from "./paint.ts";
import { showLine } from "./source-line.ts";

/** A place to point at. The first of a frame is the primary one. */
export interface Annotation {
  readonly span: Span;
  readonly label: string;
}

export interface FrameContext {
  readonly width: number;
  readonly paint: Paint;
  readonly masker: Masker;
}

export interface Frame {
  readonly lines: readonly string[];
  /** Cells of the line numbers, so that notes below align. */
  readonly gutter: number;
}

/** Places that are drawn; further ones are listed. */
const MAX_DRAWN = 6;

/** A marked part of one line. */
interface Mark extends Range {
  readonly line: number;
  readonly label: string;
  readonly primary: boolean;
}

/** Draws the places, the primary one's file first, each file below its own arrow. */
export function drawFrame(
  places: readonly Annotation[],
  style: Style,
  context: FrameContext,
): Frame {
  const distinct: Annotation[] = [];
  for (const place of places) {
    const same = distinct.findIndex((other) => sameSpan(other.span, place.span));
    const earlier = distinct[same];
    if (earlier === undefined) distinct.push(place);
    else if (earlier.label === "") distinct[same] = { ...earlier, label: place.label };
  }
  const drawn = distinct.slice(0, MAX_DRAWN);
  const byFile = new Map<SourceFile, Annotation[]>();
  for (const place of drawn) {
    const group = byFile.get(place.span.file) ?? [];
    byFile.set(place.span.file, [...group, place]);
  }
  const files = [...byFile].map(([file, group]) => ({
    file,
    group,
    marks: group.flatMap((place) => marksOf(place, place === drawn[0])),
  }));
  const lastLine = Math.max(1, ...files.flatMap(({ marks }) => marks.map((mark) => mark.line)));
  const gutter = String(lastLine).length;
  const lines: string[] = [];
  const bar = context.paint.in("gutter", `${" ".repeat(gutter)} |`);
  for (const { file, group, marks } of files) {
    if (lines.length > 0) lines.push(bar);
    const [first] = group;
    if (first !== undefined) lines.push(arrow(first.span, gutter, context.paint));
    lines.push(bar, ...drawMarks(file, marks, gutter, style, context));
  }
  for (const place of distinct.slice(MAX_DRAWN)) {
    const head = arrow(place.span, gutter, context.paint);
    const label = plainLine(place.label);
    const used = gutter + 4 + displayWidth(placeOf(place.span));
    const indent = " ".repeat(gutter + 4);
    if (used + 1 + displayWidth(label) <= context.width) lines.push(`${head} ${label}`.trimEnd());
    else
      lines.push(head, ...wrap(label, context.width - indent.length).map((line) => indent + line));
  }
  return { lines, gutter };
}

/** `  --> path:line:column` */
export function arrow(span: Span, gutter: number, paint: Paint): string {
  const place = placeOf(span);
  const head = paint.in("gutter", `${" ".repeat(gutter)}-->`);
  return `${head} ${paint.link(span.file.path, place)}`;
}

/** The lines of a span that are drawn: all of a short one, both ends of a long one. */
function marksOf(place: Annotation, primary: boolean): Mark[] {
  const { file, start, end } = place.span;
  const from = positionAt(file, start).line;
  const to = Math.max(from, positionAt(file, Math.max(start, end - 1)).line);
  const starts = lineStarts(file);
  const marks: Mark[] = [];
  const wanted = to - from < 3 ? range(from, to) : [from, to];
  for (const line of wanted) {
    const offset = starts[line - 1] ?? 0;
    const text = lineText(file, line);
    const indent = line === from ? 0 : text.length - text.trimStart().length;
    const mark = {
      start: Math.max(indent, start - offset),
      end: Math.min(text.trimEnd().length, end - offset),
    };
    const blank = text.trim() === "" && line !== from;
    if (!blank) marks.push({ ...mark, line, primary, label: "" });
  }
  const last = marks.length - 1;
  return marks.map((mark, index) => (index === last ? { ...mark, label: place.label } : mark));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function drawMarks(
  file: SourceFile,
  marks: readonly Mark[],
  gutter: number,
  style: Style,
  context: FrameContext,
): string[] {
  const { paint } = context;
  const room = Math.max(20, context.width - gutter - 3);
  const byLine = Map.groupBy(marks, (mark) => mark.line);
  const lines = [...byLine.keys()].sort((left, right) => left - right);
  const out: string[] = [];
  const bar = paint.in("gutter", `${" ".repeat(gutter)} |`);
  const numbered = (line: number): string =>
    paint.in("gutter", `${String(line).padStart(gutter)} |`);
  let previous: number | undefined;
  for (const line of lines) {
    if (previous !== undefined && line === previous + 2) {
      // A single line between two is shown; more are left out.
      const text = lineText(file, previous + 1);
      if (text.length <= MAX_SHOWN_LINE) {
        const masked = context.masker.rangesIn(file, previous + 1);
        const shown = showLine(text, masked, { start: 0, end: 0 }, room).text;
        out.push(`${numbered(previous + 1)} ${shown}`.trimEnd());
      }
    } else if (previous !== undefined && line > previous + 2) {
      out.push(paint.in("gutter", "..."));
    }
    for (const row of drawLine(file, line, byLine.get(line) ?? [], room, style, context)) {
      out.push(`${row.number ? numbered(line) : bar} ${row.text}`.trimEnd());
    }
    previous = line;
  }
  return out;
}

interface Row {
  readonly number: boolean;
  readonly text: string;
}

function drawLine(
  file: SourceFile,
  line: number,
  marks: readonly Mark[],
  room: number,
  style: Style,
  context: FrameContext,
): Row[] {
  const text = lineText(file, line);
  if (text.length > MAX_SHOWN_LINE) {
    const note = `(a line of ${text.length} characters, too long to show)`;
    return [{ number: true, text: context.paint.in("dim", note) }];
  }
  const masked = context.masker.rangesIn(file, line);
  // Marks that do not fit into one window are drawn each below a line of their own.
  const whole = {
    start: Math.min(...marks.map((mark) => mark.start)),
    end: Math.max(...marks.map((mark) => mark.end)),
  };
  const together = showLine(text, masked, whole, room);
  const fits = marks.length === 1 || together.holds(whole);
  const groups = fits ? [marks] : marks.map((mark) => [mark]);
  return groups.flatMap((group) => {
    const shown = fits ? together : showLine(text, masked, group[0] ?? whole, room);
    const rows: Row[] = [{ number: true, text: shown.text }];
    for (const mark of [...group].sort((left, right) => right.start - left.start)) {
      const { from, to } = shown.cells(mark);
      rows.push(
        ...underline(
          mark,
          from,
          Math.min(to, room),
          room,
          mark.primary ? style : "gutter",
          context.paint,
        ),
      );
    }
    return rows;
  });
}

/** Carets and label; a label that does not fit beside them stands below, wrapped. */
function underline(
  mark: Mark,
  from: number,
  to: number,
  room: number,
  style: Style,
  paint: Paint,
): Row[] {
  const sign = (mark.primary ? "^" : "-").repeat(Math.max(1, to - from));
  const label = plainLine(mark.label);
  const start = " ".repeat(from);
  if (label === "") return [{ number: false, text: start + paint.in(style, sign) }];
  if (from + sign.length + 1 + displayWidth(label) <= room) {
    return [{ number: false, text: start + paint.in(style, `${sign} ${label}`) }];
  }
  const indent = Math.max(0, Math.min(from, room - 40));
  return [
    { number: false, text: start + paint.in(style, sign) },
    ...wrap(label, room - indent).map((line) => ({
      number: false,
      text: " ".repeat(indent) + paint.in(style, line),
    })),
  ];
}
