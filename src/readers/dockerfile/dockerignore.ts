/** `.dockerignore`: what of the build context is not sent. Follows moby/patternmatcher 5a6d842, ignorefile. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Files } from "../files.ts";
import { joinPath } from "../paths.ts";
import type { PatternMatcher } from "./pattern-matcher.ts";
import { patternMatcher } from "./pattern-matcher.ts";

/** The longest ignore file that is read, in UTF-16 code units. */
const MAX_LENGTH = 128 * 1024;

/** The patterns of a `.dockerignore`: comments and empty lines left out, paths cleaned, made relative. */
export function dockerignorePatterns(text: string): string[] {
  const patterns: string[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    if (line.startsWith("#")) continue;
    const trimmed = line.trim();
    if (trimmed === "") continue;
    const inverted = trimmed.startsWith("!");
    let pattern = inverted ? trimmed.slice(1).trim() : trimmed;
    if (pattern !== "") pattern = joinPath(pattern);
    if (pattern.length > 1 && pattern.startsWith("/")) pattern = pattern.slice(1);
    patterns.push(inverted ? `!${pattern}` : pattern);
  }
  return patterns;
}

export interface Ignore {
  /** The file that counts; undefined when there is none. */
  readonly file?: SourceFile;
  readonly matcher: PatternMatcher;
  readonly unknowns: readonly Unknown[];
}

/** The ignore file of a build: `<Dockerfile>.dockerignore` beside the Dockerfile wins over the context's. */
export function readDockerignore(
  files: Files,
  dockerfile: string,
  contextDirectory: string,
): Ignore {
  for (const path of [`${dockerfile}.dockerignore`, joinPath(contextDirectory, ".dockerignore")]) {
    if (files.kind(path) !== "file") continue;
    const read = files.read(path);
    if (!read.ok || read.file.text.length > MAX_LENGTH) {
      const { why, settle } = read.ok
        ? { why: `it is longer than ${MAX_LENGTH / 1024} KiB`, settle: "use fewer patterns" }
        : read;
      const unknown = { path, what: "ignore file", why, settle };
      return { matcher: patternMatcher([]), unknowns: [unknown] };
    }
    const matcher = patternMatcher(dockerignorePatterns(read.file.text));
    const unknowns =
      matcher.refused.length === 0
        ? []
        : [
            unknownAt(
              { file: read.file, start: 0, end: 0 },
              "ignore file",
              `${matcher.refused.length} of its patterns cannot be read; the build refuses them`,
              "correct brackets that are not closed, a backslash at the end, or a lone `!`",
            ),
          ];
    return { file: read.file, matcher, unknowns };
  }
  return { matcher: patternMatcher([]), unknowns: [] };
}
