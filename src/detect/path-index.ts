/**
 * Tells which of many expressions for paths may hold for one, without running them: every path for which one holds
 * has some text that can be read off the expression. Layers have tens of thousands of paths, nearly all of which
 * have none of these texts.
 */

/** So many characters of a text are looked for; a text with one less is looked for with whatever stands before it. */
const GRAM = 4;
/** More texts for one expression are no shortcut. */
const MAX_TEXTS = 64;
/** The table has many times as many places as there are texts to look for. */
const TABLE_BITS = 13;
const LAST_SLOT = (1 << TABLE_BITS) - 1;

export interface PathPattern {
  readonly path: RegExp;
}

/** Gives those of the patterns that may hold for a path, in their order. */
export function pathIndex<T extends PathPattern>(
  patterns: readonly T[],
): (path: string) => readonly T[] {
  /** Four characters, or 0; those of another that belong in the same place stand behind it. */
  const grams = new Int32Array(1 << TABLE_BITS);
  const lists: number[][] = [];
  const slotFor = (gram: number): number => {
    let slot = slotOf(gram);
    while (grams[slot] !== gram && grams[slot] !== 0) slot = (slot + 1) & LAST_SLOT;
    return slot;
  };
  /** Those that no text tells. */
  const always: number[] = [];
  for (const [index, { path }] of patterns.entries()) {
    const texts = textsOf(path.source);
    if (texts.length === 0) always.push(index);
    for (const gram of texts.flatMap(gramsOf)) {
      const slot = slotFor(gram);
      grams[slot] = gram;
      (lists[slot] ??= []).push(index);
    }
  }
  if (lists.filter((list) => list !== undefined).length * 2 > grams.length) {
    throw new Error("the texts of paths do not fit in their table");
  }
  const usual = always.map((index) => patterns[index]).filter((pattern) => pattern !== undefined);
  return (path) => {
    let found: number[] | undefined;
    let gram = 0;
    for (let at = 0; at < path.length; at++) {
      const code = path.charCodeAt(at);
      // Some letters have others of ASCII as their small ones.
      if (code > 127) return patterns;
      gram = (gram << 8) | fold(code);
      const slot = slotFor(gram);
      if (grams[slot] !== 0) (found ??= [...always]).push(...(lists[slot] ?? []));
    }
    if (found === undefined) return usual;
    return [...new Set(found)]
      .toSorted((left, right) => left - right)
      .map((index) => patterns[index])
      .filter((pattern) => pattern !== undefined);
  };
}

/** Letters become small ones; of other characters, a few become the same. */
function fold(code: number): number {
  return code | 0x20;
}

function slotOf(gram: number): number {
  return Math.imul(gram, 0x9e_37_79_b1) >>> (32 - TABLE_BITS);
}

/** Characters of paths, the most common first; others are rare. */
const COMMON = "/estaironlcdpmubgh";

/** Of the characters that stand together in a text, those that are together the rarest. */
function gramsOf(text: string): readonly number[] {
  if (text.length < GRAM) {
    const anything = Array.from({ length: 128 }, (_, code) => code);
    return [...new Set([0, ...anything.map(fold)])].map((before) => numberOf(text, before));
  }
  let best = "";
  let least = Infinity;
  for (let start = 0; start + GRAM <= text.length; start++) {
    const part = text.slice(start, start + GRAM);
    const places = Array.from(part, (char) => COMMON.indexOf(char));
    const cost = places.reduce((sum, place) => sum + (place < 0 ? 0 : COMMON.length - place), 0);
    if (cost < least) [best, least] = [part, cost];
  }
  return [numberOf(best, 0)];
}

function numberOf(text: string, before: number): number {
  return Array.from(text).reduce((sum, char) => (sum << 8) | fold(char.charCodeAt(0)), before);
}

/** Texts of which every match of an expression has one; none when there are no such, or when they tell too little. */
export function textsOf(source: string): readonly string[] {
  const { best } = alternativesAt(source, 0);
  if (weightOf(best) < GRAM - 1) return [];
  return best.filter((text) => !best.some((other) => other !== text && text.includes(other)));
}

interface Parsed {
  /** All that it may match, when these are few. */
  readonly exact: readonly string[] | undefined;
  /** Texts of which each match has one. */
  readonly best: readonly string[];
  /** Where it ends in the source. */
  readonly end: number;
}

/** Texts tell as much as the shortest of them. */
function weightOf(texts: readonly string[]): number {
  return texts.length === 0 || texts.length > MAX_TEXTS
    ? 0
    : Math.min(...texts.map((text) => text.length));
}

function better(left: readonly string[], right: readonly string[]): readonly string[] {
  return weightOf(right) > weightOf(left) ? right : left;
}

/** What stands between `|`, up to the end of the source or of the group. */
function alternativesAt(source: string, start: number): Parsed {
  let exact: string[] | undefined = [];
  let best: string[] | undefined = [];
  let at = start;
  for (;;) {
    const parsed = sequenceAt(source, at);
    exact =
      exact === undefined || parsed.exact === undefined ? undefined : [...exact, ...parsed.exact];
    best =
      best === undefined || weightOf(parsed.best) === 0 ? undefined : [...best, ...parsed.best];
    at = parsed.end;
    if (source[at] !== "|") return { exact, best: best ?? [], end: at };
    at += 1;
  }
}

function sequenceAt(source: string, start: number): Parsed {
  /** What stands together and is known to its last character. */
  let run: readonly string[] = [""];
  let best: readonly string[] = [];
  let whole = true;
  const close = (): void => {
    best = better(best, run);
    run = [""];
    whole = false;
  };
  let at = start;
  while (at < source.length && source[at] !== "|" && source[at] !== ")") {
    const part = partAt(source, at);
    const { least, end } = quantifierAt(source, part.end);
    const once = end === part.end;
    const optional = source.slice(part.end, end) === "?";
    if (
      part.exact !== undefined &&
      (once || optional) &&
      run.length * part.exact.length <= MAX_TEXTS
    ) {
      const { exact } = part;
      const longer = run.flatMap((text) => exact.map((more) => text + more));
      run = optional ? [...run, ...longer] : longer;
    } else {
      close();
      if (least > 0) best = better(best, part.best);
    }
    at = end;
  }
  best = better(best, run);
  return { exact: whole ? run : undefined, best, end: at };
}

/** One character, class or group. */
function partAt(source: string, at: number): Parsed {
  const char = source[at] ?? "";
  const next = source[at + 1] ?? "";
  const unknown = (end: number): Parsed => ({ exact: undefined, best: [], end });
  const literal = (text: string, end: number): Parsed => ({ exact: [text], best: [text], end });
  switch (char) {
    case "\\":
      return /[a-z\d]/i.test(next) ? unknown(at + 2) : literal(next, at + 2);
    case "[": {
      let end = at + 1;
      while (end < source.length && source[end] !== "]") end += source[end] === "\\" ? 2 : 1;
      return unknown(end + 1);
    }
    case "(": {
      const head = /^\((?:\?(?::|<?[=!]))?/.exec(source.slice(at))?.[0] ?? "(";
      const inner = alternativesAt(source, at + head.length);
      const looks = /[=!]$/.test(head);
      return looks ? unknown(inner.end + 1) : { ...inner, end: inner.end + 1 };
    }
    case ".":
    case "^":
    case "$":
      return unknown(at + 1);
    default:
      return literal(char.toLowerCase(), at + 1);
  }
}

/** How often at least a part stands, and where that is written. */
function quantifierAt(
  source: string,
  at: number,
): { readonly least: number; readonly end: number } {
  const written = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(source.slice(at));
  if (written === null) return { least: 1, end: at };
  const end = at + written[0].length;
  if (written[1] !== undefined) return { least: Number(written[1]), end };
  return { least: written[0].startsWith("+") ? 1 : 0, end };
}
