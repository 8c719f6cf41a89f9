/** For tests of the parser. */

import type { Dockerfile } from "./syntax.ts";

/** The text again, put together from the pieces of the tree. */
export function printDockerfile(dockerfile: Dockerfile): string {
  const { text } = dockerfile.file;
  const parts: string[] = [];
  for (const item of dockerfile.items) {
    for (const piece of item.kind === "instruction" ? item.pieces : [item]) {
      parts.push(text.slice(piece.start, piece.end));
    }
  }
  return parts.join("");
}
