/** Finds the files to read under a directory, honouring .gitignore. */

import type { Dirent } from "node:fs";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Unknown } from "../model/fact.ts";
import { kindByName, mayMatter } from "./classify.ts";
import { isInside, readRegularFile, reportedPath } from "./file-system.ts";
import type { IgnoreRules } from "./gitignore.ts";
import { ignores, parseGitignore } from "./gitignore.ts";

/** How many directory entries are looked at; beyond it the rest is an unknown. */
const MAX_ENTRIES = 500_000;
const MAX_DEPTH = 100;
/** The longest ignore file, in UTF-16 code units. */
const MAX_IGNORE_LENGTH = 128 * 1024;
const NEVER = new Set([".git", ".hg", ".svn", "node_modules"]);

export interface Discovery {
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
  readonly unknowns: readonly Unknown[];
}

export interface DiscoverOptions {
  readonly workingDirectory: string;
  readonly root: string;
  /** Read what .gitignore leaves out, too. */
  readonly noIgnore?: boolean;
  /** Reported paths for which this is true are left out. */
  readonly excluded?: (path: string) => boolean;
}

/** Files under `directory` (absolute) that may matter. Never follows a link to a directory. */
export function discover(directory: string, options: DiscoverOptions): Discovery {
  const files: string[] = [];
  const unknowns: Unknown[] = [];
  let entries = 0;

  const reported = (full: string): string => reportedPath(options.workingDirectory, full);
  const walk = (folder: string, inherited: readonly Scope[], depth: number): void => {
    const listing = listDirectory(folder);
    if (listing === undefined) {
      unknowns.push({
        path: reported(folder),
        what: "directory",
        why: "it cannot be listed",
        settle: "make it readable for this user",
      });
      return;
    }
    const scopes =
      options.noIgnore !== true && listing.some((entry) => entry.name === ".gitignore")
        ? [...inherited, ...readScope(folder, ".gitignore", options, unknowns)]
        : inherited;
    for (const entry of listing) {
      if (++entries > MAX_ENTRIES) return;
      const full = join(folder, entry.name);
      const isDirectory = entry.isDirectory();
      if (isDirectory && NEVER.has(entry.name)) continue;
      if (!isDirectory && !mayMatter(entry.name)) continue;
      if (isIgnored(full, isDirectory, scopes)) continue;
      if (options.excluded?.(reported(full)) === true) continue;
      if (isDirectory) {
        if (depth < MAX_DEPTH) walk(full, scopes, depth + 1);
        else unknowns.push(tooDeep(reported(full)));
      } else if (entry.isFile()) files.push(full);
      else if (entry.isSymbolicLink()) followLink(full);
      else if (kindByName(full) !== undefined) {
        unknowns.push({
          path: reported(full),
          what: "file",
          why: "it is not a regular file",
          settle: "replace it by a regular file",
        });
      }
    }
  };
  const followLink = (full: string): void => {
    try {
      const target = realpathSync(full);
      // A link to a file that the walk meets anyway would only be read twice.
      if (!isInside(target, directory)) files.push(full);
    } catch {
      if (kindByName(full) !== undefined) files.push(full);
    }
  };

  walk(directory, options.noIgnore === true ? [] : scopesAbove(directory, options, unknowns), 0);
  if (entries > MAX_ENTRIES) {
    unknowns.push({
      path: reported(directory),
      what: "directory",
      why: `it holds more than ${MAX_ENTRIES} entries; the rest was not looked at`,
      settle: "check its parts one by one, or list what to leave out under `exclude:`",
    });
  }
  return { files: files.sort(), unknowns };
}

interface Scope {
  readonly folder: string;
  readonly rules: IgnoreRules;
}

/** The .gitignore files between the root and the directory, outermost first. */
function scopesAbove(directory: string, options: DiscoverOptions, unknowns: Unknown[]): Scope[] {
  const { root } = options;
  const scopes = readScope(root, ".git/info/exclude", options, unknowns);
  if (directory === root || !isInside(directory, root)) return scopes;
  let folder = root;
  for (const part of relative(root, directory).split(sep)) {
    scopes.push(...readScope(folder, ".gitignore", options, unknowns));
    folder = join(folder, part);
  }
  return scopes;
}

/** The patterns of an ignore file. One that cannot be used leaves nothing out, which is said. */
function readScope(
  folder: string,
  name: string,
  options: DiscoverOptions,
  unknowns: Unknown[],
): Scope[] {
  const full = join(folder, name);
  if (!existsSync(full)) return [];
  const path = reportedPath(options.workingDirectory, full);
  const read = readRegularFile(full, path);
  if (read.ok && read.file.text.length <= MAX_IGNORE_LENGTH) {
    return [{ folder, rules: parseGitignore(read.file.text) }];
  }
  const { why, settle } = read.ok
    ? { why: `it is longer than ${MAX_IGNORE_LENGTH / 1024} KiB`, settle: "use fewer patterns" }
    : read;
  unknowns.push({ path, what: "ignore file", why: `${why}; what it lists is read`, settle });
  return [];
}

function isIgnored(full: string, isDirectory: boolean, scopes: readonly Scope[]): boolean {
  for (let index = scopes.length - 1; index >= 0; index--) {
    const scope = scopes[index];
    if (scope === undefined) continue;
    const path = full
      .slice(scope.folder.length + 1)
      .split(sep)
      .join("/");
    const decided = ignores(scope.rules, path, isDirectory);
    if (decided !== undefined) return decided;
  }
  return false;
}

function listDirectory(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((left, right) =>
      left.name < right.name ? -1 : 1,
    );
  } catch {
    return undefined;
  }
}

function tooDeep(path: string): Unknown {
  return {
    path,
    what: "directory",
    why: `it lies more than ${MAX_DEPTH} directories deep`,
    settle: "check it by itself",
  };
}
