/** What a container starts: `command` and `args`, lifecycle hooks, exec probes. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Command } from "../../model/command.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import { entryOf, entrySpan, get } from "../yaml/access.ts";
import { commandLine } from "../yaml/command-line.ts";
import type { Report } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

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
