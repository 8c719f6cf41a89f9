/**
 * The patterns of `${x#…}`, `${x%…}` and `${x/…/…}`: `*` and `?` and a backslash, no brackets.
 * Matching walks the pattern once over the set of places where it may stand, so it never backtracks.
 */

interface Token {
  readonly kind: "star" | "any" | "literal";
  /** The character of a literal. */
  readonly char: string;
}

/** Pattern length times value length that is still worked on. */
const MAX_WORK = 4_000_000;

interface Failure {
  readonly error: string;
}

const TOO_MUCH: Failure = { error: "the pattern and the value are too long to match" };

/** Drops the shortest or, where the pattern starts with the doubled operator, the longest match at one end. */
export function trimPattern(word: string, value: string, suffix: boolean): string | Failure {
  const operator = suffix ? "%" : "#";
  const longest = word.startsWith(operator);
  const tokens = parsePattern(longest ? word.slice(1) : word);
  if ("error" in tokens) return tokens;
  const chars = Array.from(value);
  if (tokens.length * chars.length > MAX_WORK) return TOO_MUCH;
  if (suffix) {
    tokens.reverse();
    chars.reverse();
  }
  const end = matchAt(tokens, chars, 0, longest);
  if (end === undefined) return value;
  const rest = chars.slice(end);
  return (suffix ? rest.reverse() : rest).join("");
}

/** Replaces the first match, or all, each the longest from the left. */
export function replacePattern(
  pattern: string,
  value: string,
  replacement: string,
  all: boolean,
): string | Failure {
  const tokens = parsePattern(pattern);
  if ("error" in tokens) return tokens;
  const chars = Array.from(value);
  let work = 0;
  let result = "";
  let at = 0;
  let lastEnd = -1;
  while (at <= chars.length) {
    work += tokens.length * (chars.length - at) + 1;
    if (work > MAX_WORK) return TOO_MUCH;
    const end = matchAt(tokens, chars, at, true);
    // An empty match right behind a match does not count.
    if (end !== undefined && !(end === at && at === lastEnd)) {
      result += replacement;
      if (result.length > MAX_WORK) return TOO_MUCH;
      lastEnd = end;
      if (!all) return result + chars.slice(end).join("");
      if (end > at) {
        at = end;
        continue;
      }
    }
    result += chars[at] ?? "";
    at++;
  }
  return result;
}

/** Where a match that starts at `start` ends. */
function matchAt(
  tokens: readonly Token[],
  chars: readonly string[],
  start: number,
  longest: boolean,
): number | undefined {
  let places = [start];
  for (const token of tokens) {
    const next: number[] = [];
    if (token.kind === "star") {
      let covered = -1;
      for (const place of places) {
        if (place <= covered) continue;
        for (let at = place; at <= chars.length; at++) {
          next.push(at);
          covered = at;
          if (chars[at] === "\n") break;
        }
      }
    } else {
      for (const place of places) {
        const char = chars[place];
        if (char === undefined) continue;
        if (token.kind === "any" ? char !== "\n" : char === token.char) next.push(place + 1);
      }
    }
    if (next.length === 0) return undefined;
    places = next;
  }
  return longest ? places.at(-1) : places[0];
}

function parsePattern(pattern: string): Token[] | Failure {
  const tokens: Token[] = [];
  const chars = Array.from(pattern);
  for (let index = 0; index < chars.length; index++) {
    const char = chars[index] ?? "";
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star", char: "" });
    } else if (char === "?") tokens.push({ kind: "any", char: "" });
    else if (char === "\\") {
      const next = chars[index + 1] ?? "";
      // `\}` and `\/` only keep the character from ending the substitution.
      if (next === "}" || next === "/") continue;
      if (next !== "*" && next !== "?" && next !== "\\") {
        return { error: `invalid escape \\${next} in a pattern` };
      }
      tokens.push({ kind: "literal", char: next });
      index++;
    } else tokens.push({ kind: "literal", char });
  }
  return tokens;
}
