/** Policies for tests. */

import { compilePolicy } from "./compile.ts";
import type { ClientPolicy } from "./client-policy.ts";
import type { CompiledGate } from "./compiled.ts";
import { problemLine } from "./problems.ts";

/** The policy's mistakes as `line:column: problem`, each with its help behind an arrow. */
export function mistakesOf(text: string): string[] {
  const outcome = compilePolicy({ path: "g", text });
  return outcome.ok
    ? []
    : outcome.problems.map((problem) => `${problemLine(problem).slice(2)} -> ${problem.help}`);
}

export function compiled(text: string): CompiledGate {
  const outcome = compilePolicy({ path: "gate.yaml", text });
  if (!outcome.ok) throw new Error(outcome.problems.map((one) => problemLine(one)).join("\n"));
  return outcome.gate;
}

/** The policy of the one client `a`, of which `keys` are the lines. */
export function client(...keys: readonly string[]): ClientPolicy {
  const [first] = compiled(clientText(...keys)).clients;
  if (first === undefined) throw new Error("no client");
  return first.policy;
}

/** `keys` begin at line 5, column 5. */
export function clientText(...keys: readonly string[]): string {
  const lines = ["version: 1", "clients:", "  a:", "    listen: {unix: /run/a.sock}"];
  return [...lines, ...keys.map((key) => `    ${key}`), ""].join("\n");
}
