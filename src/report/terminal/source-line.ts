/** One line of source as a row of a terminal: plain, masked, clipped to a window around what matters. */

import { characterWidth } from "../display-width.ts";
import type { Range } from "../mask/line.ts";
import { MASK } from "../mask/line.ts";
import { plainCharacter } from "../sanitize.ts";

/** A piece of a line that is shown as a whole. Offsets are UTF-16 units of the line, widths are cells. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly start: number;
  readonly end: number;
}

export interface ShownLine {
  readonly text: string;
  /** The cells that a range of the line takes, from the left of the shown text; clipped to it. */
  readonly cells: (range: Range) => { readonly from: number; readonly to: number };
  /** Whether a range of the line is in sight from end to end. */
  readonly holds: (range: Range) => boolean;
}

const TAB = "    ";
/** How much of a long line is looked at on each side of the focus, in UTF-16 units. */
const MARGIN = 600;

/**
 * Shows `line` in at most `width` cells with `focus` in sight, `…` at each end that was cut, and
 * everything in `masked` hidden.
 */
export function showLine(
  line: string,
  masked: readonly Range[],
  focus: Range,
  width: number,
): ShownLine {
  const from = Math.max(0, Math.min(focus.start, line.length) - MARGIN);
  const to = Math.min(
    line.length,
    Math.max(focus.start, Math.min(focus.end, focus.start + MARGIN)) + MARGIN,
  );
  const cells = cellsOf(line, masked, from, to);
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  const whole = from === 0 && to === line.length && total <= width;
  const [first, last] = whole ? [0, cells.length] : window(cells, focus, width - 2);
  const cutLeft = first > 0 || from > 0;
  const cutRight = last < cells.length || to < line.length;
  const shown = cells.slice(first, last);
  const left = cutLeft ? 1 : 0;
  const text = `${cutLeft ? "…" : ""}${shown.map((cell) => cell.text).join("")}${cutRight ? "…" : ""}`;
  return {
    text: cutRight ? text : text.trimEnd(),
    holds: (range) =>
      (!cutLeft || (shown[0]?.start ?? Infinity) <= range.start) &&
      (!cutRight || (shown.at(-1)?.end ?? 0) >= range.end),
    cells: (range) => {
      let at = left;
      let begin: number | undefined;
      let end = left;
      for (const cell of shown) {
        const touched = cell.start < range.end && cell.end > range.start;
        if (touched) begin ??= at;
        at += cell.width;
        if (touched) end = at;
      }
      if (begin !== undefined) return { from: begin, to: Math.max(end, begin + 1) };
      // Empty, at the end of the line, or out of the window: a single cell at the nearest edge.
      const edge = edgeOf(shown, range.start, left, at);
      return { from: edge, to: edge + 1 };
    },
  };
}

function edgeOf(shown: readonly Cell[], offset: number, left: number, right: number): number {
  let at = left;
  for (const cell of shown) {
    if (cell.start >= offset) return at;
    at += cell.width;
  }
  return right;
}

function cellsOf(line: string, masked: readonly Range[], from: number, to: number): Cell[] {
  const cells: Cell[] = [];
  const hidden = masked.filter((range) => range.end > from && range.start < to);
  let next = 0;
  let index = from;
  while (index < to) {
    const mask = hidden[next];
    if (mask !== undefined && mask.end <= index) {
      next += 1;
    } else if (mask !== undefined && mask.start <= index) {
      cells.push({ text: MASK, width: MASK.length, start: index, end: mask.end });
      index = mask.end;
    } else {
      const character = String.fromCodePoint(line.codePointAt(index) ?? 0xfffd);
      const end = index + character.length;
      const text = character === "\t" ? TAB : plainCharacter(character);
      const width = character === "\t" ? TAB.length : text === "" ? 0 : characterWidth(text);
      cells.push({ text, width, start: index, end });
      index = end;
    }
  }
  return cells;
}

/** The cells to show, as a half-open range of indexes: the focus, with what fits on both sides. */
function window(cells: readonly Cell[], focus: Range, width: number): [number, number] {
  let first = cells.findIndex((cell) => cell.end > focus.start);
  if (first < 0) first = cells.length;
  let last = first;
  let used = 0;
  const room = Math.max(8, width);
  const fits = (cell: Cell | undefined, limit: number): cell is Cell =>
    cell !== undefined && used + cell.width <= limit;
  const forward = (until: number): void => {
    for (let cell = cells[last]; fits(cell, room) && cell.start < until; cell = cells[last]) {
      used += cell.width;
      last += 1;
    }
  };
  const backward = (limit: number): void => {
    for (let cell = cells[first - 1]; fits(cell, limit); cell = cells[first - 1]) {
      used += cell.width;
      first -= 1;
    }
  };
  forward(focus.end);
  // What stands before the focus says what it belongs to: it gets two thirds of the rest.
  backward(used + Math.floor(((room - used) * 2) / 3));
  forward(Infinity);
  backward(room);
  return [first, last];
}
