/** Tells what is wrong with a call, and what to write instead. */

import type { ExitStatus, Io, UsageProblem } from "./command.ts";
import { printableLine } from "./printable.ts";

export function tellUsage(io: Pick<Io, "err">, { problem, help }: UsageProblem): ExitStatus {
  io.err(`plimsoll: ${printableLine(problem)}\n  ${printableLine(help)}\n`);
  return 2;
}
