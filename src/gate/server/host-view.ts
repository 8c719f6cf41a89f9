/** The host's file system as the engine sees it, so that no symbolic link turns a granted path into another. */

import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { HostView } from "../judge/contract.ts";

/** As in Linux, path_resolution(7). */
const MOST_LINKS = 40;
const LONGEST = 4096;

/** Nothing can be looked at: the engine is on another machine, or the gate is in a container. */
export const unseenHost: HostView = { realPath: () => Promise.resolve("unseen") };

/**
 * Looks below `root`, where the host's file system is to be found (`/`, or a read-only mount of it).
 * Links are followed as the host follows them: an absolute one begins at `root`.
 */
export function hostBelow(root: string): HostView {
  return { realPath: (path) => resolveBelow(root, path) };
}

async function resolveBelow(
  root: string,
  path: string,
): Promise<`/${string}` | undefined | "unseen"> {
  if (!path.startsWith("/") || path.length > LONGEST || path.includes("\0")) return undefined;
  const pending = path.split("/").toReversed();
  const resolved: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const part = pending.pop() ?? "";
    if (part === "" || part === ".") continue;
    if (part === "..") {
      resolved.pop();
      continue;
    }
    const here = join(root, ...resolved, part);
    const kind = await kindOf(here);
    if (kind !== "link") {
      if (kind !== "other") return kind;
      resolved.push(part);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return undefined;
    const target = await readlink(here).catch(() => undefined);
    if (target === undefined || target.length > LONGEST) return "unseen";
    if (target.startsWith("/")) resolved.length = 0;
    pending.push(...target.split("/").toReversed());
  }
  return `/${resolved.join("/")}`;
}

/** `undefined` for what is not there, `unseen` for what this process may not look at. */
async function kindOf(path: string): Promise<"link" | "other" | undefined | "unseen"> {
  try {
    return (await lstat(path)).isSymbolicLink() ? "link" : "other";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : "unseen";
  }
}
