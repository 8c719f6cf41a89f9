/** The exit status of a check: whether a finding, a failed standard or what is not known fails it. */

import type { Finding } from "../../../model/finding.ts";
import { atLeast } from "../../../model/finding.ts";
import type { Report, Settings } from "../../../report/contract.ts";
import { DEFAULT_FAIL_ON } from "../../../report/contract.ts";
import { EXCEPTION_RULE } from "../../../rules/exceptions/apply.ts";
import type { ExitStatus, Invocation } from "../../command.ts";
import type { Config } from "../../config/load.ts";

/** From which severity on a finding fails the check. */
export function threshold({ options }: Invocation, config: Config): Settings["failOn"] {
  // The table of options admits no other value.
  const given = options.text("fail-on") as Settings["failOn"] | undefined;
  return given ?? config.failOn ?? DEFAULT_FAIL_ON;
}

export function exitStatus(
  report: Report,
  invocation: Invocation,
  config: Config,
  wroteBaseline: boolean,
): ExitStatus {
  const { options } = invocation;
  const failOn = threshold(invocation, config);
  const fails = (finding: Finding): boolean =>
    failOn !== "none" &&
    finding.suppressed === undefined &&
    atLeast(finding.severity, failOn) &&
    // What was just written into a baseline is accepted, a wrong exception is not.
    (!wroteBaseline || finding.rule === EXCEPTION_RULE);
  if (report.findings.some(fails)) return 1;
  if (report.standards.some((standard) => standard.failures.length > 0)) return 1;
  if ((options.flag("strict") || config.strict) && report.unknowns.length > 0) return 4;
  // Something was named and nothing came of it: green would be a lie (`false | plimsoll check -`).
  return report.workloads.length === 0 ? 3 : 0;
}
