/** `plimsoll gate`: one file for each of its actions. */

import { nearest } from "../../model/nearest.ts";
import type { ExitStatus, Invocation } from "../command.ts";
import { printableLine } from "../printable.ts";

export const gateActions = ["check", "explain", "audit"] as const;

export async function runGateCommand(invocation: Invocation): Promise<ExitStatus> {
  const { io } = invocation;
  const [action, ...rest] = invocation.arguments;
  const given = { ...invocation, arguments: rest };
  if (action === undefined || action === "run")
    return (await import("./gate/run.ts")).runGate(given);
  if (action === "check") return (await import("./gate/check.ts")).checkPolicy(given);
  if (action === "explain") return (await import("./gate/explain.ts")).explainGate(given);
  if (action === "audit") return (await import("./gate/audit.ts")).verifyAuditLog(given);
  const near = nearest(action, ["run", ...gateActions]);
  io.err(
    `plimsoll: gate has no action ${printableLine(action)}${near === undefined ? "" : `; did you mean ${near}?`}\n` +
      `  plimsoll gate [run], plimsoll gate check FILE, plimsoll gate explain REQUEST, plimsoll gate audit FILE…\n`,
  );
  return 2;
}
