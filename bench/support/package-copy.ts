/** The package as published: the bundle and its launcher, without sources. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Builds and copies it below `work`; gives the path of the launcher. */
export function packageCopy(root: string, work: string): string {
  const { status } = spawnSync(process.execPath, ["scripts/build.ts"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the bundle could not be built");
  const copy = join(work, "package");
  mkdirSync(copy, { recursive: true });
  for (const part of ["bin", "dist", "package.json"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  return join(copy, "bin/plimsoll.js");
}
