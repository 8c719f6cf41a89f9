/** The configuration that applies to a check, and what is told when it is wrong. */

import type { ExitStatus, Invocation } from "../../command.ts";
import type { Config, ConfigProblems } from "../../config/load.ts";
import { loadConfig } from "../../config/load.ts";
import { tellUsage } from "../../tell-usage.ts";
import { ruleIds } from "./select-rules.ts";
import { realTargets } from "./targets.ts";

export async function configuration(invocation: Invocation): Promise<Config | ConfigProblems> {
  const { options, io } = invocation;
  if (options.flag("no-config")) {
    const { emptyConfig } = await import("../../config/load.ts");
    return emptyConfig;
  }
  const named = options.text("config");
  return loadConfig({
    workingDirectory: io.workingDirectory,
    targets: realTargets(invocation.arguments, invocation.rest, io.workingDirectory),
    ruleIds,
    ...(named === undefined ? {} : { named }),
  });
}

/** The most problems of a configuration that are shown. */
const MAX_PROBLEMS = 30;

export function wrongConfiguration(
  invocation: Invocation,
  { problems }: ConfigProblems,
): ExitStatus {
  for (const problem of problems.slice(0, MAX_PROBLEMS)) tellUsage(invocation.io, problem);
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) invocation.io.err(`plimsoll: ${more} more problems in the configuration\n`);
  return 2;
}
