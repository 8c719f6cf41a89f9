/** The build context: which files a COPY or ADD takes in. A bounded walk, done only when a step needs it. */

import type { Unknown } from "../../model/fact.ts";
import { holdsNoCredential } from "../../detect/credential-content.ts";
import { credentialFile } from "../../detect/credential-files.ts";
import type { Files } from "../files.ts";
import { baseName, dirName, joinPath } from "../paths.ts";
import type { Ignore } from "./dockerignore.ts";
import { readDockerignore } from "./dockerignore.ts";
import type { ParentMatch, PatternMatcher } from "./pattern-matcher.ts";
import {
  hasWildcards,
  matchesPath,
  matchPath,
  matchSegment,
  nothingBelow,
  patternMatcher,
} from "./pattern-matcher.ts";

/** Entries that are looked at in all walks of one context. */
const MAX_CONTEXT_ENTRIES = 20_000;
const MAX_CONTEXT_DEPTH = 40;
/** Files of a context whose content is looked at. */
const MAX_CONTENTS = 500;
/** Credential files times sources that are looked at for all steps. */
const MAX_CHECKS = 500_000;

export interface ContextSources {
  /** Sources from the context, expanded. */
  readonly sources: readonly string[];
  readonly excludes: readonly string[];
  readonly parents: boolean;
}

export interface BuildContext {
  readonly directory: string;
  readonly files: Files;
  /** Credential files that a step takes in, relative to the context; undefined when they cannot be listed. */
  readonly credentials: (step: ContextSources) => readonly string[] | undefined;
  /** Whether a source is a file that is named like a credential file and holds none. */
  readonly isHarmless: (source: string) => boolean;
  /** What could not be read so far. */
  readonly unknowns: () => readonly Unknown[];
}

/** The context at a directory. `dockerfile` is the path of the Dockerfile as `files` takes it. */
export function buildContext(files: Files, dockerfile: string, directory: string): BuildContext {
  const exists = files.kind(directory) === "directory";
  let ignore: Ignore | undefined;
  let left = MAX_CONTEXT_ENTRIES;
  let checksLeft = MAX_CHECKS;
  let contentsLeft = MAX_CONTENTS;
  let hitBound = false;
  const walks = new Map<string, readonly string[]>();
  const getIgnore = (): Ignore => (ignore ??= readDockerignore(files, dockerfile, directory));

  /** A file's name that promises credentials, refuted by its content. */
  const isHarmless = (source: string): boolean => {
    const path = joinPath("/", source).slice(1);
    if (hasWildcards(source) || credentialFile(path) === undefined) return false;
    if (files.kind(joinPath(directory, path)) !== "file" || contentsLeft-- <= 0) return false;
    const read = files.read(joinPath(directory, path));
    return read.ok && holdsNoCredential(path, read.file.text);
  };

  /** Credential files below a directory of the context, breadth first. */
  const walk = (start: string): readonly string[] => {
    const earlier = walks.get(start);
    if (earlier !== undefined) return earlier;
    const found: string[] = [];
    const { matcher } = getIgnore();
    const queue: { path: string; info: ParentMatch; depth: number }[] = [
      { path: start, info: start === "." ? [] : infoOf(getIgnore(), start), depth: 0 },
    ];
    for (const { path, info, depth } of queue) {
      for (const name of files.list(joinPath(directory, path))) {
        if (left <= 0 || depth > MAX_CONTEXT_DEPTH) {
          hitBound = true;
          break;
        }
        left--;
        const entry = path === "." ? name : `${path}/${name}`;
        const judged = matchPath(matcher, entry, info);
        const credential = !judged.matched && credentialFile(entry) !== undefined;
        if (judged.matched && nothingBelow(matcher, entry)) continue;
        const kind = files.kind(joinPath(directory, entry));
        if (kind === "file" && credential && !isHarmless(entry)) found.push(entry);
        if (kind === "directory") queue.push({ path: entry, info: judged.info, depth: depth + 1 });
      }
    }
    walks.set(start, found);
    return found;
  };

  const credentials = (step: ContextSources): readonly string[] | undefined => {
    if (!exists) return undefined;
    const taken = new Set<string>();
    const excludes = patternMatcher(step.excludes);
    for (const raw of step.sources) {
      if (checksLeft <= 0) {
        hitBound = true;
        break;
      }
      const found = candidates(raw, step.parents);
      checksLeft -= found.length + 1;
      for (const path of found) if (!isExcluded(path, raw, excludes)) taken.add(path);
    }
    return [...taken].sort();
  };

  const candidates = (raw: string, parents: boolean): readonly string[] => {
    const source = joinPath("/", raw).slice(1) || ".";
    if (parents && hasWildcards(source)) {
      const matcher = patternMatcher([source.replace("/./", "/")]);
      return walk(literalPrefix(source)).filter((path) => matchesPath(matcher, path));
    }
    if (hasWildcards(source)) {
      const wanted = source.split("/");
      return walk(literalPrefix(source)).filter((path) => {
        const segments = path.split("/");
        return (
          segments.length >= wanted.length &&
          wanted.every((pattern, index) => matchSegment(pattern, segments[index] ?? ""))
        );
      });
    }
    const path = source.replaceAll(/\\(.)/g, "$1");
    const kind = files.kind(joinPath(directory, path));
    if (kind === "directory") return walk(path);
    if (kind !== "file" || credentialFile(path) === undefined || isHarmless(path)) return [];
    return matchesPath(getIgnore().matcher, path) ? [] : [path];
  };

  return {
    directory,
    files,
    credentials,
    isHarmless,
    unknowns: () => [
      ...(ignore?.unknowns ?? []),
      ...((ignore?.matcher.budget.left ?? 1) > 0
        ? []
        : [
            {
              path: dockerfile,
              what: "credential files in the build context",
              why: "the patterns of the ignore file are too many for this context to match them all",
              settle: "use fewer patterns, or patterns for whole directories",
            },
          ]),
      ...(hitBound
        ? [
            {
              path: dockerfile,
              what: "credential files in the build context",
              why: `the context has more than ${MAX_CONTEXT_ENTRIES} entries; the rest was not looked at`,
              settle: "leave out large directories (node_modules, .git) with a .dockerignore",
            },
          ]
        : []),
    ],
  };
}

/** What the ignore patterns say of a directory and of those above it. */
function infoOf(ignore: Ignore, directory: string): ParentMatch {
  let info: ParentMatch = [];
  const segments = directory.split("/");
  for (let count = 1; count <= segments.length; count++) {
    ({ info } = matchPath(ignore.matcher, segments.slice(0, count).join("/"), info));
  }
  return info;
}

/** The directory above the first segment with a wildcard. */
function literalPrefix(source: string): string {
  const segments = source.split("/");
  const first = segments.findIndex((segment) => hasWildcards(segment));
  return segments.slice(0, first).join("/").replaceAll(/\\(.)/g, "$1") || ".";
}

/** `--exclude` is relative to what is copied. */
function isExcluded(path: string, raw: string, excludes: PatternMatcher): boolean {
  if (excludes.patterns.length === 0) return false;
  const source = joinPath("/", raw).slice(1);
  const relative =
    source !== "" && path.startsWith(`${source}/`) ? path.slice(source.length + 1) : path;
  return (
    matchesPath(excludes, relative) || (hasWildcards(raw) && matchesPath(excludes, baseName(path)))
  );
}

/**
 * The context that a Dockerfile is probably built with when no caller says: the nearest directory at or
 * above it in which most of what it copies exists. Undefined when nothing exists anywhere.
 */
export function probableContext(
  files: Files,
  dockerfile: string,
  sources: readonly string[],
): string | undefined {
  const own = dirName(dockerfile);
  const wanted = sources
    .filter((source) => !hasWildcards(source))
    .slice(0, 24)
    .map((source) => joinPath("/", source).slice(1));
  const candidates = [own];
  if (!own.startsWith("..") && !own.startsWith("/")) {
    for (let at = own; at !== "." && candidates.length < 12;) {
      at = dirName(at);
      candidates.push(at);
    }
  }
  let best: string | undefined;
  let bestCount = 0;
  for (const directory of candidates) {
    let count = 0;
    for (const source of wanted) {
      const path = source === "" ? directory : `${directory}/${source}`;
      if (files.kind(directory === "." && source !== "" ? source : path) !== "missing") count++;
    }
    if (count > bestCount) {
      best = directory;
      bestCount = count;
    }
    if (count === wanted.length) break;
  }
  return best ?? (wanted.length === 0 ? own : undefined);
}
