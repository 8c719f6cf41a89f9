/** .gitignore rules. Source: gitignore(5), PATTERN FORMAT. */

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
  let text = raw.replace(/(?<!\\)[ \t]+$/, "");
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
      : (path) => segments[0] !== "**" && (segments[0]?.test(baseName(path)) ?? false),
  };
}

type Segment = RegExp | "**";

function segmentPattern(segment: string): Segment {
  if (segment === "**") return "**";
  let source = "";
  for (let index = 0; index < segment.length; index++) {
    const character = segment[index] ?? "";
    // A run of stars inside a segment is one star, which also keeps the expression linear enough.
    if (character === "*") {
      while (segment[index + 1] === "*") index++;
      source += "[^/]*";
    } else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const end = segment.indexOf("]", index + 2);
      if (end < 0) source += "\\[";
      else {
        const body = segment
          .slice(index + 1, end)
          .replace(/^!/, "^")
          .replaceAll("\\", "\\\\");
        source += `[${body}]`;
        index = end;
      }
    } else if (character === "\\" && index + 1 < segment.length) {
      index++;
      source += escape(segment[index] ?? "");
    } else source += escape(character);
  }
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    return /^$/u; // A broken character class matches nothing, as in git.
  }
}

function escape(character: string): string {
  return /[\w\s]/u.test(character) || character.charCodeAt(0) > 127 ? character : `\\${character}`;
}

/** `**` stands for any number of segments. Greedy two-pointer matching: no backtracking blow-up. */
function matchSegments(pattern: readonly Segment[], path: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < path.length) {
    const segment = pattern[at];
    if (segment === "**") {
      star = at++;
      resume = index;
    } else if (segment?.test(path[index] ?? "") === true) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  // A trailing `/**` matches everything inside, so it needs one segment more than the directory itself.
  while (pattern[at] === "**" && at < pattern.length - 1) at++;
  return at === pattern.length;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
