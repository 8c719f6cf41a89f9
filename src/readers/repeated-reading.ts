/** Keeps one file that is named again and again (a Dockerfile by a thousand services) from multiplying the work. */

import type { SourceFile } from "../model/source.ts";
import type { Files } from "./files.ts";

const spent = new WeakMap<Files, WeakMap<SourceFile, number>>();

/**
 * Notes that `amount` of work is about to be done for a file, in any unit of the caller's. False when
 * more than `limit` would have been done for it in this run; the first time is always granted.
 */
export function mayRead(files: Files, file: SourceFile, amount: number, limit: number): boolean {
  const byFile = spent.get(files) ?? new WeakMap<SourceFile, number>();
  spent.set(files, byFile);
  const before = byFile.get(file) ?? 0;
  if (before > 0 && before + amount > limit) return false;
  byFile.set(file, before + amount);
  return true;
}
