/** Trees to measure on. */

import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** `count` pod manifests, the distinct ones repeated, a hundred to a directory. */
export function podTree(pods: string, tree: string, count: number): string {
  const names = readdirSync(pods).filter((name) => name.endsWith(".yaml"));
  for (let index = 0; index < count; index++) {
    const folder = join(tree, String(Math.floor(index / 100)));
    if (index % 100 === 0) mkdirSync(folder, { recursive: true });
    copyFileSync(join(pods, names[index % names.length] ?? ""), join(folder, `${index}.yaml`));
  }
  return tree;
}

/** The examples repeated until there are `count` files; only those that are taken, when a test is given. */
export function mixedTree(
  examples: string,
  tree: string,
  count: number,
  takes: (path: string, text: string) => boolean = () => true,
): string {
  const names = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(examples, name);
    return statSync(path).isFile() && takes(name, readFileSync(path, "utf8"));
  });
  if (names.length === 0) throw new Error(`nothing to repeat in ${examples}`);
  for (let copied = 0, round = 0; copied < count; round++) {
    for (const name of names) {
      if (copied++ >= count) break;
      const target = join(tree, String(round), name);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(examples, name), target);
    }
  }
  return tree;
}
