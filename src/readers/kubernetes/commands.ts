/** What a container starts: `command` and `args`, lifecycle hooks, exec probes. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Command, CommandLine, Exec, User } from "../../model/workload.ts";
import { asText, entryOf, entrySpan, get } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import type { Report } from "./fields.ts";
import { listAt, wrongItem } from "./fields.ts";

/** Parts that are not written are the image's. */
export function readCommand(container: YamlMap, otherwise: Origin, report: Report): Fact<Command> {
  const entrypoint = commandLine(container, "command", report);
  const command = commandLine(container, "args", report);
  const span = entrypoint?.span ?? command?.span;
  return known(
    {
      ...(entrypoint === undefined ? {} : { entrypoint }),
      ...(command === undefined ? {} : { command }),
    },
    span === undefined ? otherwise : { kind: "set", span },
  );
}

/** A list of words at a key, each with its place. `textOf` says which scalars are words. */
export function commandLine(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
  textOf: (node: YamlNode) => string | undefined = asText,
): CommandLine | undefined {
  const entry = entryOf(parent, name);
  const words: string[] = [];
  const spans: Span[] = [];
  for (const item of listAt(parent, name, report)) {
    const text = textOf(item);
    if (text === undefined) report(wrongItem(item, name, "text"));
    words.push(text ?? "");
    spans.push(item.span);
  }
  if (entry === undefined || words.length === 0) return undefined;
  return { words, spans, shell: false, span: entrySpan(entry) };
}

const PROCESSES: readonly (readonly [what: string, path: readonly string[]])[] = [
  ["postStart hook", ["lifecycle", "postStart", "exec"]],
  ["preStop hook", ["lifecycle", "preStop", "exec"]],
  ["liveness probe", ["livenessProbe", "exec"]],
  ["readiness probe", ["readinessProbe", "exec"]],
  ["startup probe", ["startupProbe", "exec"]],
];

/** Hooks and exec probes run as the container does and get no privileges beyond it. */
export function readExecs(container: YamlMap, user: Fact<User>, report: Report): Exec[] {
  const execs: Exec[] = [];
  const { span } = user.origin;
  const origin: Origin = {
    kind: "inherited",
    from: "the container",
    ...(span === undefined ? {} : { span }),
  };
  const inheritedUser: Fact<User> = { ...user, origin };
  const privileged = known(false, origin);
  for (const [what, path] of PROCESSES) {
    let parent: YamlNode | undefined = container;
    for (const name of path) parent = get(parent, name);
    const entry = entryOf(parent, "command");
    if (entry === undefined) continue;
    const command = commandLine(parent, "command", report);
    execs.push({
      what,
      user: inheritedUser,
      privileged,
      ...(command === undefined ? {} : { command }),
      origin: { kind: "set", span: entrySpan(entry) },
    });
  }
  return execs;
}
