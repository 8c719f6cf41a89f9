/** Reads a gate.yaml from disk, and the files that it names as parts of itself. */

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { decode } from "../../readers/file-system.ts";
import { compilePolicy, type CompileOutcome } from "./compile.ts";
import type { ReadText } from "./profile.ts";

export type LoadOutcome =
  | (CompileOutcome & { readonly read: true })
  | { readonly read: false; readonly why: string };

/** `shown` is the path as messages name it. */
export function loadPolicy(path: string, shown: string): LoadOutcome {
  const text = readText(path);
  if (!text.ok) return { read: false, why: text.why };
  const folder = dirname(resolve(path));
  const outcome = compilePolicy(
    { path: shown, text: text.text },
    { readText: (named) => readText(resolve(folder, named)) },
  );
  return { ...outcome, read: true };
}

const readText = (path: string): ReturnType<ReadText> => {
  try {
    const read = decode(path, readFileSync(path));
    return read.ok ? { ok: true, text: read.file.text } : { ok: false, why: read.why };
  } catch (error) {
    return {
      ok: false,
      why: error instanceof Error && "code" in error ? String(error.code) : "it cannot be read",
    };
  }
};
