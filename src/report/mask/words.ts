/** Cuts a line of any source into words: of a shell, of a JSON list, of a list in YAML. */

/** A word and its place. The place has no quotes around it. */
export interface LineWord {
  /** As it stands in the line. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

/** A line with more words is read up to here. */
const MAX_WORDS = 8000;

/**
 * The words between `from` and `to`. Quotes hold a word together, also in the middle of it and with
 * a backslash before them, as in a script within JSON. One pass.
 */
export function wordsOf(line: string, from = 0, to = line.length): LineWord[] {
  const words: LineWord[] = [];
  let at = from;
  while (at < to && words.length < MAX_WORDS) {
    const code = line.charCodeAt(at);
    if (isGap(line, at) || (isBracket(code) && opensQuoted(line, at, to))) {
      at += 1;
      continue;
    }
    const word = wordAt(line, at, to);
    words.push(word.word);
    at = Math.max(at + 1, word.next);
  }
  return words;
}

function wordAt(line: string, start: number, to: number): { word: LineWord; next: number } {
  let at = start;
  let pieces = 0;
  let inner: { start: number; end: number } | undefined;
  while (at < to && !isGap(line, at)) {
    const open = at + (line.charCodeAt(at) === BACKSLASH ? 1 : 0);
    const code = line.charCodeAt(open);
    if (open >= to || !isQuote(code)) {
      // A comma or bracket behind a closing quote ends a word of a list.
      if (inner !== undefined && pieces === 1 && isBracket(line.charCodeAt(at))) break;
      pieces += 1;
      at = open >= to ? to : open + (open > at ? 1 : 0);
      if (open === at) at += 1;
      while (at < to && isPlain(line.charCodeAt(at))) at += 1;
      continue;
    }
    const escaped = open > at;
    const { end, next } = closing(line, open + 1, to, code, escaped);
    pieces += 1;
    inner = { start: open + 1, end };
    at = next;
  }
  const whole = pieces === 1 && inner !== undefined ? inner : { start, end: at };
  const word = {
    ...whole,
    text: line.slice(whole.start, whole.end),
    quoted: pieces === 1 && inner !== undefined,
  };
  return { word, next: at };
}

/** Where the quote ends, and what follows it: the next of its kind, with a backslash if it began with one. */
function closing(
  line: string,
  from: number,
  to: number,
  quote: number,
  escaped: boolean,
): { end: number; next: number } {
  for (let at = from; at < to; at++) {
    const code = line.charCodeAt(at);
    if (code === quote) return { end: at, next: at + 1 };
    if (code !== BACKSLASH || quote === SINGLE) continue;
    if (escaped && line.charCodeAt(at + 1) === quote) return { end: at, next: at + 2 };
    at += 1;
  }
  return { end: to, next: to };
}

const BACKSLASH = 92;
const SINGLE = 39;

/** White space, or the backslash that continues a line. */
function isGap(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  if (code !== BACKSLASH) return isSpace(code);
  const next = line.charCodeAt(at + 1);
  return next === 10 || next === 13 || at + 1 === line.length;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

function isQuote(code: number): boolean {
  return code === 34 || code === SINGLE;
}

/** `,` `[` `]` `{` `}` `(` `)` */
function isBracket(code: number): boolean {
  return (
    code === 44 ||
    code === 91 ||
    code === 93 ||
    code === 123 ||
    code === 125 ||
    code === 40 ||
    code === 41
  );
}

function isPlain(code: number): boolean {
  return !isSpace(code) && !isQuote(code) && code !== BACKSLASH;
}

/** Whether only brackets and commas stand between `at` and a quote. */
function opensQuoted(line: string, at: number, to: number): boolean {
  let next = at;
  while (next < to && next - at < 8 && isBracket(line.charCodeAt(next))) next += 1;
  return next >= to || isQuote(line.charCodeAt(next)) || isSpace(line.charCodeAt(next));
}
