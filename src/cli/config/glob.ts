/** Globs over reported paths: `*` within a segment, `**` over segments, `?`. */

import { ignores, parseGitignore } from "../../readers/gitignore.ts";

/** A test for paths. A pattern without `/` matches a name at any depth; a directory covers what it holds. */
export function globTest(patterns: readonly string[]): (path: string) => boolean {
  const rules = parseGitignore(patterns.join("\n"));
  return (path) => {
    const parts = path.split("/");
    for (let count = 1; count <= parts.length; count++) {
      if (ignores(rules, parts.slice(0, count).join("/"), count < parts.length) === true)
        return true;
    }
    return false;
  };
}
