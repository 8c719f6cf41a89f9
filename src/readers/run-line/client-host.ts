/** Which engine a line talks to, when it says so by itself. */

import type { EnvironmentVariable } from "../../model/workload.ts";
import type { ParsedCommand } from "../shell/syntax.ts";
import type { Invocation } from "./invocation.ts";
import { last, originOf } from "./option-facts.ts";

/**
 * The address over TCP that `docker -H tcp://…`, `podman --url tcp://…` or `DOCKER_HOST=tcp://… docker …`
 * gives, as the variable that the flag stands for. With a flag or variable for TLS there is none.
 */
export function clientHost(
  { globals, engine }: Invocation,
  command: ParsedCommand | undefined,
): readonly EnvironmentVariable[] {
  const assignments = command?.assignments ?? [];
  if (last(globals, "tls", "tlsverify") !== undefined) return [];
  if (assignments.some(({ name }) => name === "DOCKER_TLS_VERIFY")) return [];
  const name = engine === "podman" ? "CONTAINER_HOST" : "DOCKER_HOST";
  const surface = "exec";
  const option = last(globals, "host", "url");
  if (option?.value !== undefined) {
    const { text, span } = option.value;
    if (!isTcp(text)) return [];
    const origin = originOf(option);
    return [{ name, value: text, from: "literal", surface, origin, valueSpan: span }];
  }
  const assigned = assignments.findLast((assignment) => assignment.name === name);
  if (assigned === undefined || !isTcp(assigned.value)) return [];
  const { value, span, valueSpan } = assigned;
  return [{ name, value, from: "literal", surface, origin: { kind: "set", span }, valueSpan }];
}

function isTcp(text: string): boolean {
  return /^(?:tcp|http):\/\//.test(text);
}
