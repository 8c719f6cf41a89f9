/** Breaks plain text into lines of a width in terminal cells. */

import { characterWidth, displayWidth } from "./display-width.ts";

/**
 * Lines of at most `width` cells, broken at spaces. A longer word is broken between its parts (the
 * options of a mount, the steps of a field), and anywhere when it has none, but a path stays whole so
 * that it can be copied, unless `hard` is set. Spaces that lead the text indent every line.
 */
export function wrap(text: string, width: number, hard = false): string[] {
  // Other blanks than spaces are part of the text.
  if (displayWidth(text) <= width) return [text.replace(/ +$/, "")];
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
  return split.flatMap((word) => (hard ? pieces(word, room) : parts(word, room)));
}

/** After the name of a setting, before the next step of a field and a digest. */
const BETWEEN_PARTS = /(?<==)(?=[^=])|(?=[.@][a-zA-Z])/;
/** The dots in a path are no steps. */
const BETWEEN_PATHS = /(?<==)(?=[^=])|(?=@)/;

/** A word that is too long, in parts that are joined while they fit. */
function parts(word: string, room: number): string[] {
  if (displayWidth(word) <= room) return [word];
  const out: string[] = [];
  let joined = "";
  for (const option of word.split(/(?<=[,;|&])/)) {
    const steps = option.split(option.includes("/") ? BETWEEN_PATHS : BETWEEN_PARTS);
    for (const step of displayWidth(option) <= room ? [option] : steps) {
      if (joined !== "" && displayWidth(joined) + displayWidth(step) > room) {
        out.push(joined);
        joined = "";
      }
      joined += step;
    }
  }
  if (joined !== "") out.push(joined);
  return out.flatMap((part) => (part.includes("/") ? [part] : pieces(part, room)));
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
