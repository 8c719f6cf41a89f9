/** What the lines of a stage and of those that it is built on make of the image: command, health check, variables. */

import type { DefaultOrigin, Fact, Origin } from "../../model/fact.ts";
import { known, setAt } from "../../model/fact.ts";
import type { Build } from "../../model/build.ts";
import type { Command } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Exec } from "../../model/workload.ts";
import type { Evaluation, SetCommand, StageState } from "./evaluator.ts";
import { spanIn } from "./logical-text.ts";
import type { Stage } from "./stages.ts";
import { stageLabel, stageSpan } from "./stages.ts";

/** Parts that no line of the chain sets are left to the image. */
export function commandFact({ entrypoint, command, node }: StageState): Fact<Command> {
  const set = entrypoint ?? command;
  const span = set?.line.span ?? node.imageSpan;
  const origin: Origin =
    set === undefined
      ? { kind: "inherited", from: "the base image", span }
      : set.stage === node
        ? { kind: "set", span }
        : { kind: "inherited", from: `stage ${stageLabel(set.stage.stage)}`, span };
  return known(
    {
      ...(entrypoint === undefined ? {} : { entrypoint: entrypoint.line }),
      ...(command === undefined ? {} : { command: command.line }),
    },
    origin,
  );
}

/** It runs as the stage's user, which is judged by itself. */
export function healthCheckOf({ user }: StageState, { line, instruction }: SetCommand): Exec {
  const { keyword, rest } = instruction;
  const { span } = user.origin;
  const follows: Origin = {
    kind: "inherited",
    from: "the stage",
    ...(span === undefined ? {} : { span }),
  };
  return {
    what: "health check",
    user: { ...user, origin: follows },
    privileged: known(false, follows),
    command: line,
    origin: setAt(spanIn(instruction.line, keyword.start, Math.max(keyword.end, rest.end))),
  };
}

/** The variables of the image, and the rest of what its build decides. */
export function environments(
  evaluation: Evaluation,
  last: StageState,
  target: Stage,
): { env: readonly EnvironmentVariable[]; build: Build } {
  const chain: StageState[] = [];
  for (let state: StageState | undefined = last; state !== undefined; state = state.parent) {
    chain.push(state);
  }
  const effective = new Map<string, EnvironmentVariable>();
  // A value that a later line replaces is still in the history of the image.
  const others: EnvironmentVariable[] = [];
  for (const state of chain.reverse()) {
    for (const variable of state.env) {
      const replaced = effective.get(variable.name);
      if (replaced !== undefined) others.push({ ...replaced, surface: "build-env" });
      effective.set(variable.name, variable);
    }
  }
  for (const state of evaluation.states) {
    if (!state.inImage) for (const variable of state.env) others.push(variable);
  }
  const none: DefaultOrigin = {
    kind: "default",
    of: "BuildKit",
    source: "docs.docker.com/reference/dockerfile, RUN --security and --network",
    span: stageSpan(target),
  };
  return {
    env: [...effective.values()],
    build: {
      target: stageLabel(target),
      images: evaluation.images,
      args: evaluation.args,
      env: others,
      runs: evaluation.runs,
      copies: evaluation.copies,
      paths: evaluation.paths
        .filter(({ inImage }) => inImage)
        .map(({ what, path, origin }) => ({ what, path, origin })),
      labels: evaluation.labels,
      privileged: known(false, none),
      entitlements: [],
      hostNetwork: known(false, none),
    },
  };
}
