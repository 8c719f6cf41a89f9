/** The limit for a tree: every file under a directory is read and nothing else. */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const [tree = "."] = process.argv.slice(2);
for (const name of readdirSync(tree, { recursive: true, encoding: "utf8" })) {
  const path = join(tree, name);
  if (statSync(path).isFile()) readFileSync(path, "utf8");
}
