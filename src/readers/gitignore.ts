/** .gitignore rules. Source: gitignore(5), PATTERN FORMAT. */

import { baseName } from "./paths.ts";

export interface IgnoreRules {
  readonly patterns: readonly IgnorePattern[];
}

interface IgnorePattern {
  readonly negated: boolean;
  readonly directoriesOnly: boolean;
  readonly matches: (path: string) => boolean;
}

/** Reads the lines of a .gitignore file. Paths given to `ignores` are relative to its directory. */
export function parseGitignore(text: string): IgnoreRules {
  const patterns: IgnorePattern[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const pattern = parseLine(raw);
    if (pattern !== undefined) patterns.push(pattern);
  }
  return { patterns };
}

/** true or false when a pattern decides, undefined when none does. The last matching pattern wins. */
export function ignores(
  rules: IgnoreRules,
  path: string,
  isDirectory: boolean,
): boolean | undefined {
  for (let index = rules.patterns.length - 1; index >= 0; index--) {
    const pattern = rules.patterns[index];
    if (pattern === undefined || (pattern.directoriesOnly && !isDirectory)) continue;
    if (pattern.matches(path)) return !pattern.negated;
  }
  return undefined;
}

function parseLine(raw: string): IgnorePattern | undefined {
  if (raw.startsWith("#") || raw.length > 4096) return undefined;
  // Trailing spaces are dropped unless quoted with a backslash.
  let end = raw.length;
  while (end > 0 && /[ \t]/.test(raw[end - 1] ?? "") && raw[end - 2] !== "\\") end--;
  let text = raw.slice(0, end);
  const negated = text.startsWith("!");
  if (negated) text = text.slice(1);
  const directoriesOnly = text.endsWith("/");
  if (directoriesOnly) text = text.slice(0, -1);
  if (text === "") return undefined;
  const anchored = text.includes("/");
  const segments = text.replace(/^\//, "").split("/").map(segmentPattern);
  return {
    negated,
    directoriesOnly,
    matches: anchored
      ? (path) => matchSegments(segments, path.split("/"))
      : (path) => matchOne(segments[0], baseName(path)),
  };
}

/** One piece of a segment: a character test, or `*`. */
type Piece = ((character: string) => boolean) | "*";
type Segment = readonly Piece[] | "**";

function segmentPattern(text: string): Segment {
  if (text === "**") return "**";
  const pieces: Piece[] = [];
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "*") {
      if (pieces.at(-1) !== "*") pieces.push("*");
    } else if (character === "?") pieces.push(() => true);
    else if (character === "[") {
      const set = characterSet(characters, index);
      // A set that is never closed matches nothing, as in git.
      pieces.push(set?.test ?? (() => false));
      index = set?.end ?? characters.length;
    } else {
      // A backslash makes the next character an ordinary one; alone at the end it matches nothing.
      if (character === "\\") index++;
      const wanted = characters[index];
      pieces.push((candidate) => candidate === wanted);
    }
  }
  return pieces;
}

/** `[abc]`, `[a-z]`, `[!abc]`, `[^abc]`; a `]` that comes first is a member. */
function characterSet(
  characters: readonly string[],
  start: number,
): { test: (character: string) => boolean; end: number } | undefined {
  let index = start + 1;
  const negated = characters[index] === "!" || characters[index] === "^";
  if (negated) index++;
  const ranges: (readonly [string, string])[] = [];
  for (let first = true; characters[index] !== "]" || first; first = false) {
    if (characters[index] === "\\") index++;
    const low = characters[index++];
    if (low === undefined) return undefined;
    if (characters[index] === "-" && characters[index + 1] !== "]") {
      index++;
      if (characters[index] === "\\") index++;
      const high = characters[index++];
      if (high === undefined) return undefined;
      ranges.push([low, high]);
    } else ranges.push([low, low]);
  }
  const inside = (character: string): boolean =>
    ranges.some(([low, high]) => character >= low && character <= high);
  return { test: (character) => inside(character) !== negated, end: index };
}

function matchSegment(pieces: readonly Piece[], segment: string): boolean {
  const rest = matchWithStars(pieces, Array.from(segment), "*", (piece, character) =>
    piece(character),
  );
  return rest?.every((piece) => piece === "*") ?? false;
}

/** `**` stands for any number of segments. */
function matchSegments(pattern: readonly Segment[], path: readonly string[]): boolean {
  const rest = matchWithStars<Segment, "**", string>(pattern, path, "**", matchOne);
  // A trailing `/**` matches everything inside, so it needs one segment more than the directory itself.
  return rest?.every((segment, index) => segment === "**" && index < rest.length - 1) ?? false;
}

/**
 * Matches items against a pattern in which a star stands for any number of them. Greedy, with one
 * resume point, so no backtracking blow-up. Gives what of the pattern is left at the end of the
 * items, stars that stand for nothing included; undefined when the items do not match.
 */
function matchWithStars<P, S extends string, T>(
  pattern: readonly (P | S)[],
  items: readonly T[],
  starSign: S,
  matches: (piece: Exclude<P, S>, item: T) => boolean,
): readonly (P | S)[] | undefined {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < items.length) {
    const piece = pattern[at];
    const item = items[index];
    if (piece === starSign) {
      star = at++;
      resume = index;
    } else if (piece !== undefined && item !== undefined && matches(piece as Exclude<P, S>, item)) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return undefined;
  }
  return pattern.slice(at);
}

function matchOne(segment: Segment | undefined, name: string): boolean {
  if (segment === undefined) return false;
  return segment === "**" || matchSegment(segment, name);
}
