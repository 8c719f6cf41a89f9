/** `docker exec`: a further process in a container that runs already. */

import { known, unknownFact } from "../../model/fact.ts";
import type { Exec } from "../../model/workload.ts";
import { display } from "./argument.ts";
import type { Invocation } from "./invocation.ts";
import { EXEC_FLAGS } from "./flag-tables.ts";
import type { Report } from "./option-facts.ts";
import { booleanFact, last } from "./option-facts.ts";
import { join, parseFlags } from "./parse-flags.ts";
import type { Draft } from "./run-workload.ts";
import type { Scope } from "./workload-parts.ts";
import { commandLine, environmentOf, noImage, userOption } from "./workload-parts.ts";

/** Undefined when the line names no container, or asks for help. */
export function execWorkload(
  invocation: Invocation,
  scope: Scope,
  report: Report,
): Draft | undefined {
  const { engine, program, span } = invocation;
  const flags = parseFlags(invocation.args, EXEC_FLAGS);
  const [container, ...words] = flags.operands;
  if (container === undefined || last(flags.options, "help") !== undefined) return undefined;
  if (/^[[<.…]/.test(container.text)) return undefined;
  report.unknowns.push(...flags.unknowns);
  const privileged = last(flags.options, "privileged");
  const followsContainer = {
    kind: "inherited",
    from: "the container that it enters",
    span: container.span,
  } as const;
  const user =
    userOption(flags.options) ??
    unknownFact(
      "it runs as the user of the container",
      "name the user with `--user`",
      followsContainer,
    );
  const command = commandLine(words);
  const exec: Exec = {
    what: `${program} exec`,
    user,
    privileged:
      privileged === undefined
        ? known(false, {
            kind: "default",
            of: program,
            source: "docker/cli v28 container/exec.go",
            span,
          })
        : booleanFact(privileged),
    ...(command === undefined ? {} : { command }),
    origin: { kind: "set", span: join(span, container.span) },
  };
  const name = display(container);
  return {
    key: name,
    workload: {
      kind: "run-line",
      name: `${program} exec ${name}`,
      source: span,
      engine,
      platform: "linux",
      image: noImage("the line enters a running container", "check the container itself", span),
      user,
      command: known({}, { kind: "set", span }),
      env: environmentOf(flags.options, "exec", scope, report),
      execs: [exec],
      unknowns: report.unknowns,
      places: [],
    },
  };
}
