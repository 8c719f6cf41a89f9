/** `plimsoll gate check gate.yaml`: what is wrong with a policy, or what each of its clients may do. */

import { describePolicy } from "../../../gate/policy/describe.ts";
import type { ExitStatus, Invocation } from "../../command.ts";
import { printableLine } from "../../printable.ts";
import { loadFile, loadPolicy, usage } from "./load-policy.ts";

export function checkPolicy(invocation: Invocation): ExitStatus {
  const { io } = invocation;
  const [path] = invocation.arguments;
  const loaded = path === undefined ? loadPolicy(invocation) : loadFile(path, io);
  if (!loaded.ok) return usage(io, loaded.problems);
  const { gate, warnings } = loaded.policy;
  for (const line of describePolicy(gate)) io.out(`${printableLine(line)}\n`);
  for (const warning of warnings) io.out(`warning: ${printableLine(warning)}\n`);
  return 0;
}
