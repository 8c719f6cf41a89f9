/** What a terminal can show, and what its user wants. */

import type { Io } from "./command.ts";

/** --color, then NO_COLOR (no-color.org), then FORCE_COLOR and CLICOLOR_FORCE, then whether it is a terminal. */
export function colorWanted(option: string | undefined, io: Io, toFile: boolean): boolean {
  if (option === "always") return true;
  if (option === "never") return false;
  const { environment } = io;
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  if (toFile) return false;
  for (const name of ["FORCE_COLOR", "CLICOLOR_FORCE"]) {
    const value = environment[name] ?? "";
    if (value !== "" && value !== "0" && value !== "false") return true;
  }
  return io.outIsTerminal && environment["TERM"] !== "dumb";
}

/** --width, then COLUMNS, then the terminal's columns, then 100; never less than 40. */
export function widthWanted(option: string | undefined, io: Io): number {
  if (option !== undefined) return Math.max(40, Number(option));
  const { COLUMNS = "" } = io.environment;
  const columns = /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : io.columns;
  return Math.max(40, Math.min(columns ?? 100, 160));
}
