/**
 * Names a file alike from wherever Plimsoll is run, for fingerprints and baselines. What people read
 * stays relative to the working directory.
 */

import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isInside, reportedPath } from "../../../readers/file-system.ts";
import { isCheckout } from "../../checkout.ts";

/** `<stdin>` and `<command line>`. */
const IN_NO_FOLDER = /^<[a-z ]+>$/;

export interface StablePaths {
  /** The path of a reported file, relative to its root. */
  readonly of: (path: string) => string;
  /** Whether a file with this stable path exists under any root that was met, or the working directory's own. */
  readonly exists: (stable: string) => boolean;
  /** The one root of the files that lie in no checkout; undefined when there are none, or several. Absolute. */
  readonly rootOutsideCheckouts: () => string | undefined;
}

/**
 * The root of a file is the checkout that holds it: one and the same whatever is configured, so that
 * --no-config and a new configuration leave fingerprints as they are. Without a checkout it is the root
 * that the baseline was written with, else the configuration's folder, else the working directory.
 */
export function stablePaths(
  workingDirectory: string,
  configDirectory: string | undefined,
  baselineRoot?: string,
): StablePaths {
  const folders = new Map<string, { readonly real: string; readonly root: string }>();
  const outside = new Set<string>();
  const paths = new Map<string, string>();
  const locate = (folder: string): { readonly real: string; readonly root: string } => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const real = realPath(folder);
    const located = { real, root: checkoutAbove(real) ?? rootWithoutCheckout(real) };
    folders.set(folder, located);
    return located;
  };
  const checkouts = new Map<string, string | undefined>();
  /** As `checkoutOf`, but of many folders side by side those above them are looked at once. */
  const checkoutAbove = (real: string): string | undefined => {
    if (checkouts.has(real)) return checkouts.get(real);
    const parent = dirname(real);
    const found = isCheckout(real) ? real : parent === real ? undefined : checkoutAbove(parent);
    checkouts.set(real, found);
    return found;
  };
  const rootWithoutCheckout = (real: string): string => {
    const root = rootOf(real);
    outside.add(root);
    return root;
  };
  const rootOf = (real: string): string => {
    const written = baselineRoot === undefined ? undefined : realPath(baselineRoot);
    // A baseline that was carried elsewhere says nothing of these files.
    if (
      written !== undefined &&
      [real, realPath(workingDirectory)].some((at) => isInside(at, written))
    )
      return written;
    const configured = configDirectory === undefined ? undefined : realPath(configDirectory);
    return configured !== undefined && isInside(real, configured)
      ? configured
      : realPath(workingDirectory);
  };
  locate(workingDirectory);
  return {
    of: (path) => {
      if (IN_NO_FOLDER.test(path)) return path;
      const earlier = paths.get(path);
      if (earlier !== undefined) return earlier;
      const full = resolve(workingDirectory, path);
      const { real, root } = locate(dirname(full));
      const stable = reportedPath(root, join(real, basename(full)));
      paths.set(path, stable);
      return stable;
    },
    exists: (stable) =>
      [...new Set([...folders.values()].map(({ root }) => root))].some((root) =>
        existsSync(resolve(root, stable)),
      ),
    rootOutsideCheckouts: () => (outside.size === 1 ? [...outside][0] : undefined),
  };
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
