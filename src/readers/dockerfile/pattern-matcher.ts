/**
 * The patterns of `.dockerignore`, `COPY --parents` and `--exclude`.
 * Follows moby/patternmatcher 5a6d842 in its own words. Matching never backtracks: it walks a pattern
 * once over the set of places where it may stand.
 *
 * Where it differs: a `^` outside brackets is an ordinary character (there it is an anchor by accident).
 */

import { joinPath } from "../paths.ts";

type Token =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "any" | "star" | "directories" | "rest" }
  | { readonly kind: "class"; readonly negated: boolean; readonly ranges: readonly Range[] };

type Range = readonly [low: number, high: number];

interface Pattern {
  /** `!pattern`: takes a file back in. */
  readonly exclusion: boolean;
  /** Cleaned, without `!`. */
  readonly text: string;
  readonly matches: (path: string) => boolean;
}

export interface PatternMatcher {
  readonly patterns: readonly Pattern[];
  /** Patterns that cannot be read, as written. */
  readonly refused: readonly string[];
  readonly readmitted: readonly string[] | undefined;
  /** Work that may still be done. When it is used up nothing matches any more. */
  readonly budget: Budget;
}

interface Budget {
  left: number;
}

/** Steps for all paths of one matcher: some hundred patterns on the largest context that is walked. */
const MAX_WORK = 30_000_000;
/** Linux takes no longer path (PATH_MAX). */
const MAX_PATH = 4096;

/** What the patterns said of a directory, for judging what it holds. */
export type ParentMatch = readonly boolean[];

/** Reads a list of patterns; later ones win. */
export function patternMatcher(texts: readonly string[]): PatternMatcher {
  const patterns: Pattern[] = [];
  const refused: string[] = [];
  const budget = { left: MAX_WORK };
  for (const raw of texts) {
    const trimmed = raw.trim();
    if (trimmed === "") continue;
    const cleaned = joinPath(trimmed);
    const exclusion = cleaned.startsWith("!");
    const text = exclusion ? cleaned.slice(1) : cleaned;
    const matches = text === "" ? undefined : compile(text, budget);
    if (matches === undefined) refused.push(raw);
    else patterns.push({ exclusion, text, matches });
  }
  return { patterns, refused, readmitted: readmittedPaths(patterns), budget };
}

/**
 * Whether a path is matched, given what was said of its directory (nothing for the root's entries).
 * A pattern that matches a directory matches everything below it.
 */
export function matchPath(
  matcher: PatternMatcher,
  path: string,
  parent: ParentMatch = [],
): { readonly matched: boolean; readonly info: ParentMatch } {
  const { budget } = matcher;
  if (budget.left <= 0 || path.length > MAX_PATH) return { matched: false, info: [] };
  budget.left -= matcher.patterns.length;
  let matched = false;
  const info: boolean[] = [];
  for (const [index, pattern] of matcher.patterns.entries()) {
    let match = parent[index] ?? false;
    if (!match && pattern.exclusion === matched) match = pattern.matches(path);
    info.push(match);
    if (match) matched = !pattern.exclusion;
  }
  return { matched, info };
}

/** Whether a path or a directory above it is matched. */
export function matchesPath(matcher: PatternMatcher, path: string): boolean {
  if (path.length > MAX_PATH) return false;
  let info: ParentMatch = [];
  let matched = false;
  for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
    const part = end < 0 ? path : path.slice(0, end);
    const result = matchPath(matcher, part, info);
    ({ matched, info } = result);
    if (end < 0) return matched;
  }
}

/** Whether nothing below a matched directory can be taken back in, so that it need not be walked. */
export function nothingBelow(matcher: PatternMatcher, directory: string): boolean {
  const { readmitted, budget } = matcher;
  if (readmitted === undefined) return false;
  budget.left -= readmitted.length;
  return !readmitted.some((prefix) => prefix.startsWith(`${directory}/`));
}

/** The paths that `!` patterns take back in, with a final slash; undefined when one holds wildcards. */
function readmittedPaths(patterns: readonly Pattern[]): readonly string[] | undefined {
  const paths: string[] = [];
  for (const { exclusion, text } of patterns) {
    if (!exclusion) continue;
    const prefix = text.replace(/\/\*\*$/, "");
    if (/[*?[\\]/.test(prefix)) return undefined;
    paths.push(`${prefix}/`);
  }
  return paths;
}

function compile(pattern: string, budget: Budget): ((path: string) => boolean) | undefined {
  const tokens = tokenize(pattern);
  if (tokens === undefined) return undefined;
  const special = tokens.filter((token) => token.kind !== "literal");
  // A backslash makes the text of the pattern differ from what it matches.
  if (!pattern.includes("\\")) {
    if (special.length === 0) return (path) => path === pattern;
    if (special.length === 1 && pattern.startsWith("**")) {
      const suffix = pattern.slice(2);
      return (path) =>
        path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
    }
    if (special.length === 1 && tokens.at(-1)?.kind === "rest") {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
  }
  return (path) => walk(tokens, path, budget);
}

/** Whether the tokens match the whole path. */
function walk(tokens: readonly Token[], path: string, budget: Budget): boolean {
  let places = [0];
  for (const token of tokens) {
    const next = step(token, path, places);
    budget.left -= next.length;
    if (next.length === 0 || budget.left <= 0) return false;
    places = next;
  }
  return places.at(-1) === path.length;
}

/** The places, ascending, where the path may go on after a token. */
function step(token: Token, path: string, places: readonly number[]): number[] {
  const next: number[] = [];
  const { length } = path;
  switch (token.kind) {
    case "literal":
      for (const at of places) {
        if (path.startsWith(token.text, at)) next.push(at + token.text.length);
      }
      break;
    case "any":
      for (const at of places) if (at < length && path.charAt(at) !== "/") next.push(at + 1);
      break;
    case "class":
      for (const at of places) if (at < length && inClass(token, path, at)) next.push(at + 1);
      break;
    case "star": {
      let covered = -1;
      for (const place of places) {
        if (place <= covered) continue;
        for (let at = place; at <= length; at++) {
          next.push(at);
          covered = at;
          if (path.charAt(at) === "/") break;
        }
      }
      break;
    }
    case "directories": {
      // Nothing, or anything up to and with a slash.
      const first = places[0] ?? 0;
      const set = new Set(places);
      for (let at = first; at <= length; at++) {
        if (set.has(at) || (at > first && path.charAt(at - 1) === "/")) next.push(at);
      }
      break;
    }
    case "rest":
      for (let at = places[0] ?? 0; at <= length; at++) next.push(at);
  }
  return next;
}

function inClass(
  token: { readonly negated: boolean; readonly ranges: readonly Range[] },
  path: string,
  at: number,
): boolean {
  const code = path.charCodeAt(at);
  return token.ranges.some(([low, high]) => code >= low && code <= high) !== token.negated;
}

/** Undefined for a pattern that Go's filepath.Match refuses. */
function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  let literal = "";
  const push = (token: Token): void => {
    if (literal !== "") tokens.push({ kind: "literal", text: literal });
    literal = "";
    tokens.push(token);
  };
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "*" && pattern.charAt(at + 1) === "*") {
      at++;
      if (pattern.charAt(at + 1) === "/") at++;
      push({ kind: at + 1 >= pattern.length ? "rest" : "directories" });
    } else if (char === "*") push({ kind: "star" });
    else if (char === "?") push({ kind: "any" });
    else if (char === "\\") {
      at++;
      if (at >= pattern.length) return undefined;
      literal += pattern.charAt(at);
    } else if (char === "[") {
      const parsed = readClass(pattern, at + 1);
      if (parsed === undefined) return undefined;
      push({ kind: "class", negated: parsed.negated, ranges: parsed.ranges });
      at = parsed.end;
    } else literal += char;
  }
  if (literal !== "") tokens.push({ kind: "literal", text: literal });
  return tokens;
}

function readClass(
  pattern: string,
  start: number,
): { negated: boolean; ranges: Range[]; end: number } | undefined {
  let at = start;
  const negated = pattern.charAt(at) === "^";
  if (negated) at++;
  const ranges: Range[] = [];
  const readOne = (): number | undefined => {
    if (pattern.charAt(at) === "\\") at++;
    const code = pattern.charCodeAt(at);
    at++;
    return Number.isNaN(code) ? undefined : code;
  };
  for (let first = true; ; first = false) {
    const char = pattern.charAt(at);
    if (char === "]" && !first) return { negated, ranges, end: at };
    if (char === "" || char === "]" || char === "-") return undefined;
    const low = readOne();
    let high = low;
    if (pattern.charAt(at) === "-") {
      at++;
      if (pattern.charAt(at) === "-" || pattern.charAt(at) === "]") return undefined;
      high = readOne();
    }
    if (low === undefined || high === undefined) return undefined;
    ranges.push([low, high]);
  }
}

/** Whether a name holds wildcards of Go's filepath.Match. */
export function hasWildcards(name: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[]/.test(name);
}

/** Whether a path segment matches a pattern segment (`*`, `?`, `[…]`, a backslash). */
export function matchSegment(pattern: string, segment: string): boolean {
  const tokens = tokenize(pattern.replaceAll(/\*+/g, "*"));
  return tokens !== undefined && walk(tokens, segment, { left: MAX_PATH * 256 });
}
