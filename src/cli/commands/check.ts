/** `plimsoll check`: targets in, report out. */

import type { Finding } from "../../model/finding.ts";
import { atLeast } from "../../model/finding.ts";
import type { FileKind } from "../../readers/classify.ts";
import type { PodSource } from "../../readers/contract.ts";
import type { StandardResult } from "../../standards/contract.ts";
import type { PodSecurityStandard } from "../../standards/pod-security/parse-standard.ts";
import { EXCEPTION_RULE, applyExceptions } from "../../rules/exceptions/apply.ts";
import { annotationExceptions } from "../../rules/exceptions/annotation.ts";
import type { Exception } from "../../rules/exceptions/exception.ts";
import { inlineExceptions } from "../../rules/exceptions/inline.ts";
import { checkWorkloads } from "../../rules/check-workload.ts";
import { rules } from "../../rules/registry.ts";
import type { Report } from "../../report/contract.ts";
import { redactReport } from "../../report/redact/redact.ts";
import { summarise } from "../../report/summarise.ts";
import { nearest } from "../../model/nearest.ts";
import type { ExitStatus, Invocation, UsageProblem } from "../command.ts";
import type { Config } from "../config/load.ts";
import { loadConfig } from "../config/load.ts";
import { baselineFindings, readBaseline, writeBaseline } from "./check/baseline.ts";
import { parseOutputs, writeReports } from "./check/output.ts";
import { startProgress } from "./check/progress.ts";
import { parseStandards } from "./check/standards.ts";
import { findRoot, readTargets } from "./check/targets.ts";
import { printableLine } from "../printable.ts";
import { version } from "../version.ts";

const ruleIds = rules.map((rule) => rule.id);

export async function runCheck(invocation: Invocation): Promise<ExitStatus> {
  const { options, io } = invocation;
  const outputs = parseOutputs(options);
  if ("problem" in outputs) return usage(invocation, outputs);
  const only = ruleList(options.texts("only"));
  const skip = ruleList(options.texts("skip"));
  const wrongRule = unknownRule([...only, ...skip]);
  if (wrongRule !== undefined) return usage(invocation, wrongRule);
  const root = findRoot(invocation.arguments, io.workingDirectory);
  if (typeof root !== "string") return usage(invocation, root);
  const config = await configuration(invocation, root);
  if ("problem" in config) return usage(invocation, config);
  const standards = parseStandards([...config.standards, ...options.texts("standard")]);
  if ("problem" in standards) return usage(invocation, standards);
  const baseline = readBaseline(options.text("baseline"), config, io.workingDirectory);
  if (baseline !== undefined && "problem" in baseline) return usage(invocation, baseline);

  const progress = startProgress(io, options.flag("no-progress"));
  const outcome = await readTargets({
    targets: invocation.arguments,
    rest: invocation.rest,
    root,
    io,
    noIgnore: options.flag("no-ignore"),
    ...(config.excluded === undefined ? {} : { excluded: config.excluded }),
    ...kindOption(options.text("as")),
    progress,
  });
  progress.stop();
  if ("problem" in outcome) return usage(invocation, outcome);
  if (outcome.workloads.length === 0 && outcome.unknowns.length === 0) {
    io.err(
      "plimsoll: there is nothing to check: no Dockerfile, Compose file, Kubernetes manifest, run line or OCI config.json was found\n" +
        "  give the path of one, or say what a file is with --as\n",
    );
    return 3;
  }

  const selected = selectRules(only, [...skip, ...config.off]);
  if (selected.length === 0) {
    return usage(invocation, {
      problem: "no rule is left to judge by",
      help: "--only, --skip and `rules:` in the configuration leave none",
    });
  }
  const judged = withSeverities(checkWorkloads(outcome.workloads, selected), config);
  const useInline = config.inlineExceptions && !options.flag("no-inline-exceptions");
  const exceptions: Exception[] = [
    ...(useInline ? outcome.sources.flatMap((source) => inlineExceptions(source)) : []),
    ...(useInline ? outcome.pods.flatMap((pod) => annotationExceptions(pod)) : []),
    ...config.exceptions,
  ];
  const excepted = applyExceptions(judged, {
    exceptions,
    ruleIds,
    // An exception for a rule that did not run is not unused.
    ranRules: selected.map((rule) => rule.id),
    workloads: outcome.workloads,
    today: io.now().toISOString().slice(0, 10),
  });
  const findings =
    baseline === undefined
      ? excepted
      : baselineFindings(excepted, baseline, {
          workingDirectory: io.workingDirectory,
          read: new Set(outcome.sources.map(({ path }) => path)),
        });
  const whole: Report = {
    tool: { name: "plimsoll", version },
    workloads: outcome.workloads,
    findings,
    unknowns: outcome.unknowns,
    standards: await judgePods(outcome.pods, standards),
    summary: summarise(findings, outcome.unknowns),
    files: outcome.files,
  };
  // Once, before any format sees it, so that no format can forget it.
  const report = redactReport(whole, { sources: outcome.sources, environment: io.environment });
  const baselineFile = options.text("write-baseline");
  if (baselineFile !== undefined) {
    const written = writeBaseline(baselineFile, excepted, io);
    if (written !== undefined) return usage(invocation, written);
  }
  const failure = await writeReports(report, outputs, options, io);
  if (failure !== undefined) return usage(invocation, failure);
  return exitStatus(report, invocation, config, baselineFile !== undefined);
}

async function judgePods(
  pods: readonly PodSource[],
  standards: readonly PodSecurityStandard[],
): Promise<readonly StandardResult[]> {
  if (standards.length === 0) return [];
  const { judgePod } = await import("../../standards/pod-security/judge-pod.ts");
  return standards.flatMap((standard) => pods.map((pod) => judgePod(pod, standard)));
}

function exitStatus(
  report: Report,
  { options }: Invocation,
  config: Config,
  wroteBaseline: boolean,
): ExitStatus {
  const threshold = options.text("fail-on") ?? config.failOn ?? "medium";
  const fails = (finding: Finding): boolean =>
    threshold !== "none" &&
    finding.suppressed === undefined &&
    atLeast(finding.severity, threshold as Finding["severity"]) &&
    // What was just written into a baseline is accepted, a wrong exception is not.
    (!wroteBaseline || finding.rule === EXCEPTION_RULE);
  if (report.findings.some(fails)) return 1;
  if (report.standards.some((standard) => standard.failures.length > 0)) return 1;
  if ((options.flag("strict") || config.strict) && report.unknowns.length > 0) return 4;
  // Something was named and nothing came of it: green would be a lie (`false | plimsoll check -`).
  return report.workloads.length === 0 ? 3 : 0;
}

async function configuration(
  { options, io }: Invocation,
  root: string,
): Promise<Config | UsageProblem> {
  if (options.flag("no-config")) {
    const { emptyConfig } = await import("../config/load.ts");
    return emptyConfig;
  }
  const named = options.text("config");
  return loadConfig({
    workingDirectory: io.workingDirectory,
    from: io.workingDirectory,
    root,
    ruleIds,
    ...(named === undefined ? {} : { named }),
  });
}

/** `--only a,b` is `--only a --only b`. */
function ruleList(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(",")).filter((id) => id !== "");
}

function selectRules(only: readonly string[], without: readonly string[]): typeof rules {
  return rules.filter(
    (rule) => (only.length === 0 || only.includes(rule.id)) && !without.includes(rule.id),
  );
}

function withSeverities(findings: readonly Finding[], config: Config): Finding[] {
  return findings.map((finding) => {
    const severity = config.severities[finding.rule];
    return severity === undefined ? finding : { ...finding, severity };
  });
}

function unknownRule(ids: readonly string[]): UsageProblem | undefined {
  for (const id of ids) {
    if (ruleIds.includes(id)) continue;
    const near = nearest(id, ruleIds);
    return {
      problem: `there is no rule ${JSON.stringify(id)}`,
      help: near === undefined ? "plimsoll explain lists the rules" : `did you mean ${near}?`,
    };
  }
  return undefined;
}

function kindOption(text: string | undefined): { kind?: FileKind } {
  return text === undefined ? {} : { kind: text as FileKind };
}

function usage({ io }: Invocation, { problem, help }: UsageProblem): ExitStatus {
  io.err(`plimsoll: ${printableLine(problem)}\n  ${printableLine(help)}\n`);
  return 2;
}
