/** Breaks plain text into lines of a width in terminal cells. */

import { characterWidth, displayWidth } from "./display-width.ts";

/**
 * Lines of at most `width` cells, broken at spaces. A word that is longer stays whole, so that it can
 * be copied, unless `hard` is set. Spaces that lead the text indent every line.
 */
export function wrap(text: string, width: number, hard = false): string[] {
  if (displayWidth(text) <= width) return [text.trimEnd()];
  const lead = /^ */.exec(text)?.[0] ?? "";
  const indent = lead.length < width / 2 ? lead : "";
  const room = Math.max(1, width - indent.length);
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of words(text, room, hard)) {
    const size = displayWidth(word);
    if (line !== "" && used + 1 + size > room) {
      lines.push(indent + line);
      line = word;
      used = size;
    } else {
      used = line === "" ? size : used + 1 + size;
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "" || lines.length === 0) lines.push(indent + line);
  return lines;
}

function words(text: string, room: number, hard: boolean): string[] {
  const split = text.split(" ").filter((word) => word !== "");
  return hard ? split.flatMap((word) => pieces(word, room)) : split;
}

function pieces(word: string, room: number): string[] {
  if (displayWidth(word) <= room) return [word];
  const out: string[] = [];
  let piece = "";
  let used = 0;
  for (const character of word) {
    const size = characterWidth(character);
    if (piece !== "" && used + size > room) {
      out.push(piece);
      piece = "";
      used = 0;
    }
    piece += character;
    used += size;
  }
  if (piece !== "") out.push(piece);
  return out;
}
