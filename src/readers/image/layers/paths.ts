/** Paths of layer members as a container sees them. */

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/**
 * The absolute, cleaned path of a member: `./a/../b/` is `/b`. A `..` above the root stays there, as
 * it does in a container; engines refuse such members.
 */
export function imagePath(written: string): string {
  // Nearly all paths need nothing but a slash before them.
  if (!/\/\/|(?:^|\/)\.{1,2}(?:\/|$)|\/$/.test(written)) {
    return written.startsWith("/") ? written : `/${written}`;
  }
  const parts: string[] = [];
  for (const part of written.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Whether a member's path leaves the root. */
export function leavesRoot(written: string): boolean {
  if (!written.includes("..")) return false;
  let depth = 0;
  for (const part of written.split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return true;
  }
  return false;
}

/**
 * What a member deletes by its name. Source: opencontainers/image-spec v1.1.1, layer.md, "Whiteouts".
 * Other names that begin with `.wh..wh.` are AUFS's own and delete nothing.
 */
export function whiteoutOf(
  path: string,
):
  | { readonly deletes: string }
  | { readonly empties: string }
  | { readonly ignored: true }
  | undefined {
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  if (!name.startsWith(WHITEOUT)) return undefined;
  if (name === OPAQUE) return { empties: slash === 0 ? "/" : path.slice(0, slash) };
  if (name === WHITEOUT || name.startsWith(".wh..wh.")) return { ignored: true };
  return { deletes: `${path.slice(0, slash + 1)}${name.slice(WHITEOUT.length)}` };
}

/** The directories that lead to a path, the nearest first, without the root. */
export function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    parents.push(path.slice(0, at));
  }
  return parents;
}
