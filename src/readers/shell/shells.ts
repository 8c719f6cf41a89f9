/** Programs that run scripts in the language of the shell. */

import { baseName } from "../paths.ts";

const SHELLS = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "rbash"]);

/** Whether a program, by its name or path, is a shell. */
export function isShell(program: string): boolean {
  return SHELLS.has(baseName(program));
}
