/** Which engine a line talks to, when it says so by itself. */

import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { EngineName } from "../../model/workload.ts";
import type { ParsedCommand } from "../shell/syntax.ts";
import type { ClientCall } from "./invocation.ts";
import { last, originOf } from "./option-facts.ts";
import type { Variables } from "./variables.ts";

/**
 * The address over TCP that `docker -H tcp://…`, `podman --url tcp://…`, `DOCKER_HOST=tcp://… docker …`
 * or an earlier `export DOCKER_HOST=tcp://…` gives, as the variable that the flag stands for. With a flag
 * or variable for TLS there is none.
 */
export function clientHost(
  { globals, engine }: ClientCall,
  command: ParsedCommand | undefined,
  variables: Variables,
): readonly EnvironmentVariable[] {
  const assignments = command?.assignments ?? [];
  if (last(globals, "tls", "tlsverify") !== undefined) return [];
  if (assignments.some(({ name }) => name === "DOCKER_TLS_VERIFY")) return [];
  const name = hostVariable(engine);
  const surface = "exec";
  const option = last(globals, "host", "url");
  if (option?.value !== undefined) {
    const { text, span } = option.value;
    if (!isTcp(text)) return [];
    const origin = originOf(option);
    return [{ name, value: text, from: "literal", surface, origin, valueSpan: span }];
  }
  const assigned = assignments.findLast((assignment) => assignment.name === name);
  if (assigned === undefined) return hostFromVariables(variables, engine);
  if (!isTcp(assigned.value)) return [];
  const { value, span, valueSpan } = assigned;
  return [{ name, value, from: "literal", surface, origin: { kind: "set", span }, valueSpan }];
}

/**
 * The address over TCP that a script or the `env:` of a CI file has set for its engine's client. One that
 * is set to different values at different places counts with the last.
 */
export function hostFromVariables(
  { settings }: Variables,
  engine: EngineName,
): readonly EnvironmentVariable[] {
  const name = hostVariable(engine);
  const setting = settings.get(name);
  if (setting?.span === undefined || setting.pieces.length === 0) return [];
  const value = setting.pieces.map(({ text }) => text).join("");
  if (!isTcp(value) || setsTls(settings)) return [];
  const { span } = setting;
  return [{ name, value, from: "literal", surface: "exec", origin: { kind: "set", span } }];
}

/** Variables that make the client talk TLS, whatever they hold. */
function setsTls(settings: Variables["settings"]): boolean {
  return ["DOCKER_TLS", "DOCKER_TLS_VERIFY"].some((name) =>
    (settings.get(name)?.pieces ?? []).some(({ text }) => text !== ""),
  );
}

function hostVariable(engine: EngineName): string {
  return engine === "podman" ? "CONTAINER_HOST" : "DOCKER_HOST";
}

function isTcp(text: string): boolean {
  return /^(?:tcp|http):\/\//.test(text);
}
