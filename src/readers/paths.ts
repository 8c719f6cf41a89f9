/** Paths with `/`, as text: no file system is asked. */

/** Joins and cleans: `.` and `..` are resolved, a leading `..` is kept, the empty path is `.`. */
export function joinPath(...parts: readonly string[]): string {
  let joined = "";
  for (const part of parts)
    joined = part.startsWith("/") ? part : joined === "" ? part : `${joined}/${part}`;
  const absolute = joined.startsWith("/");
  const out: string[] = [];
  for (const segment of joined.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === ".." && out.length > 0 && out.at(-1) !== "..") out.pop();
    else if (segment !== ".." || !absolute) out.push(segment);
  }
  const path = out.join("/");
  return absolute ? `/${path}` : path === "" ? "." : path;
}

/** The directory of a path; `.` for a bare name. */
export function dirName(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Whether a relative path, or one below `~`, climbs higher than the tree that is checked is known to
 * reach: above the working directory, which `directory` is relative to, or above the home directory.
 * Of an absolute `directory` all but the root counts as the tree.
 */
export function leavesTree(directory: string, path: string): boolean {
  const home = /^~\/(.*)$/s.exec(path)?.[1];
  if (home !== undefined) return stepsUp(home) > 0;
  if (path.startsWith("/") || path.startsWith("~")) return false;
  const base = joinPath(directory).split("/");
  const depth = base.filter((segment) => !["", ".", ".."].includes(segment)).length;
  const up = stepsUp(path);
  return up > 0 && (directory.startsWith("/") ? up >= depth : up > depth);
}

function stepsUp(path: string): number {
  const segments = joinPath(`./${path}`).split("/");
  const other = segments.findIndex((segment) => segment !== "..");
  return other < 0 ? segments.length : other;
}

/**
 * A host path as Linux resolves it in every common distribution: cleaned, `/var/run` as `/run`.
 * `~` and `$HOME` stay as `~`. Undefined for a path relative to the project.
 */
export function hostPathOf(path: string): string | undefined {
  if (/^(~|\$HOME|\$\{HOME\})(\/|$)/.test(path)) {
    const rest = joinPath("/", path.replace(/^(~|\$HOME|\$\{HOME\})\/?/, ""));
    return rest === "/" ? "~" : `~${rest}`;
  }
  if (!path.startsWith("/")) return undefined;
  const clean = joinPath(path);
  if (clean === "/var/run") return "/run";
  return clean.startsWith("/var/run/") ? `/run/${clean.slice("/var/run/".length)}` : clean;
}
