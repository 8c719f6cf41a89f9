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
import type { Report, Settings } from "../../report/contract.ts";
import { DEFAULT_FAIL_ON } from "../../report/contract.ts";
import { redactReport } from "../../report/redact/redact.ts";
import { summarise } from "../../report/summarise.ts";
import { nearest } from "../../model/nearest.ts";
import type { ExitStatus, Invocation, UsageProblem } from "../command.ts";
import type { Config, ConfigProblems } from "../config/load.ts";
import { loadConfig } from "../config/load.ts";
import { baselineFindings, readBaseline, writeBaseline } from "./check/baseline.ts";
import { parseOutputs, writeReports } from "./check/output.ts";
import { overwritten } from "./check/overwritten.ts";
import { tellDrift } from "./check/drift.ts";
import { hasLocalEngine } from "./check/sources/local-engine.ts";
import { startProgress } from "./check/progress.ts";
import type { Progress } from "./check/progress.ts";
import type { SourceReading } from "./check/sources/read.ts";
import type { SourceTarget } from "./check/sources/targets.ts";
import { splitTargets } from "./check/sources/targets.ts";
import { stablePaths } from "./check/stable-path.ts";
import { parseStandards } from "./check/standards.ts";
import { findRoot, readTargets, realTargets } from "./check/targets.ts";
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
  const commands = invocation.commands.map(({ name }) => name);
  const { paths: targets, sources } = splitTargets(invocation.arguments);
  const root = findRoot(targets, io.workingDirectory, commands);
  if (typeof root !== "string") return usage(invocation, root);
  const config = await configuration(invocation);
  if ("problems" in config) return wrongConfiguration(invocation, config);
  const standards = parseStandards([...config.standards, ...options.texts("standard")]);
  if ("problem" in standards) return usage(invocation, standards);
  const baseline = readBaseline(options.text("baseline"), config, io.workingDirectory);
  if (baseline !== undefined && "problem" in baseline) return usage(invocation, baseline);

  const progress = startProgress(io, options.flag("no-progress"));
  const read = sources.length === 0 ? undefined : await readNamed(sources, invocation, progress);
  if (read !== undefined && "problem" in read) return usage(invocation, read);
  const outcome = await readTargets({
    targets,
    rest: invocation.rest,
    ...(read === undefined ? {} : { further: read }),
    images: async (wanted) => {
      const use = options.text("images") ?? "auto";
      if (use === "never" || (use === "auto" && !hasLocalEngine(io.environment))) return undefined;
      const { settleImages } = await import("./check/sources/settle-images.ts");
      return settleImages(wanted, {
        io,
        pull: use === "pull",
        useCache: !options.flag("no-cache"),
      });
    },
    root,
    io,
    noIgnore: options.flag("no-ignore"),
    ...(config.excluded === undefined ? {} : { excluded: config.excluded }),
    ...kindOption(options.text("as")),
    progress,
    commands,
  });
  progress.stop();
  if ("problem" in outcome) return usage(invocation, outcome);
  if (outcome.workloads.length === 0 && outcome.unknowns.length === 0) {
    io.err(
      "plimsoll: there is nothing to check: no Dockerfile, Compose file, Kubernetes manifest, run line or OCI config.json was found\n" +
        "  give the path of one, say what a file is with --as, or read what .gitignore leaves out with --no-ignore\n",
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
  const paths = stablePaths(io.workingDirectory, config.directory, baseline?.root);
  const { findings: judged, unknowns: drift } = await tellDrift(
    withSeverities(checkWorkloads(outcome.workloads, selected, paths.of), config),
    outcome.workloads,
    io.workingDirectory,
  );
  const unknowns = [...outcome.unknowns, ...drift];
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
    stablePath: paths.of,
  });
  const findings =
    baseline === undefined
      ? excepted
      : baselineFindings(excepted, baseline, {
          paths,
          read: outcome.sources.map(({ path }) => path),
          ranRules: selected.map((rule) => rule.id),
        });
  const whole: Report = {
    tool: { name: "plimsoll", version },
    workloads: outcome.workloads,
    findings,
    unknowns,
    standards: await judgePods(outcome.pods, standards),
    summary: summarise(findings, unknowns),
    settings: {
      ...(config.path === undefined ? {} : { config: config.path }),
      ...(config.passedOver === undefined ? {} : { passedOver: config.passedOver }),
      failOn: threshold(invocation, config),
    },
    stablePath: paths.of,
    files: outcome.files,
  };
  // Once, before any format sees it, so that no format can forget it.
  const report = redactReport(whole, { sources: outcome.sources, environment: io.environment });
  const baselineFile = options.text("write-baseline");
  const files = outputs.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const lost =
    overwritten(
      baselineFile === undefined ? files : [...files, baselineFile],
      [...outcome.readPaths, ...besides(sources, invocation, config)],
      io.workingDirectory,
    ) ?? overwritten(files, baseline === undefined ? [] : [baseline.full], io.workingDirectory);
  if (lost !== undefined) return usage(invocation, lost);
  if (baselineFile !== undefined) {
    const written = writeBaseline(baselineFile, excepted, paths, io);
    if (written !== undefined) return usage(invocation, written);
  }
  const failure = await writeReports(report, outputs, options, io);
  if (failure !== undefined) return usage(invocation, failure);
  return exitStatus(report, invocation, config, baselineFile !== undefined);
}

/** Files that a run reads besides those that hold workloads. A baseline may be written over itself. */
function besides(
  sources: readonly SourceTarget[],
  { options }: Invocation,
  config: Config,
): readonly string[] {
  const archives = sources.filter(({ scheme }) => scheme === "archive").map(({ name }) => name);
  return [config.path, options.text("ca"), ...archives].filter((path) => path !== undefined);
}

/** Images and containers. What reads them is loaded only for them. */
async function readNamed(
  sources: readonly SourceTarget[],
  { options, io }: Invocation,
  progress: Progress,
): Promise<SourceReading | UsageProblem> {
  const { readSources } = await import("./check/sources/read.ts");
  const platform = options.text("platform");
  const authorities = options.text("ca");
  const lines = options.text("log-lines") ?? "0";
  if (!/^\d{1,7}$/.test(lines)) {
    return {
      problem: `--log-lines ${lines} is no number of lines`,
      help: "write --log-lines 1000",
    };
  }
  if (platform !== undefined && !/^\w+\/[\w.-]+(?:\/[\w.-]+)?$/.test(platform)) {
    return { problem: `--platform ${platform} is no platform`, help: "write it as linux/arm64" };
  }
  return readSources(sources, {
    io,
    progress,
    useCache: !options.flag("no-cache"),
    logLines: Number(lines),
    plainHttp: options.flag("plain-http"),
    ...(authorities === undefined ? {} : { authorities }),
    ...(platform === undefined ? {} : { platform }),
  });
}

async function judgePods(
  pods: readonly PodSource[],
  standards: readonly PodSecurityStandard[],
): Promise<readonly StandardResult[]> {
  if (standards.length === 0) return [];
  const { judgePod } = await import("../../standards/pod-security/judge-pod.ts");
  return standards.flatMap((standard) => pods.map((pod) => judgePod(pod, standard)));
}

function threshold({ options }: Invocation, config: Config): Settings["failOn"] {
  // The table of options admits no other value.
  const given = options.text("fail-on") as Settings["failOn"] | undefined;
  return given ?? config.failOn ?? DEFAULT_FAIL_ON;
}

function exitStatus(
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

async function configuration(invocation: Invocation): Promise<Config | ConfigProblems> {
  const { options, io } = invocation;
  if (options.flag("no-config")) {
    const { emptyConfig } = await import("../config/load.ts");
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

/** The most problems of a configuration that are shown. */
const MAX_PROBLEMS = 30;

function wrongConfiguration(invocation: Invocation, { problems }: ConfigProblems): ExitStatus {
  for (const problem of problems.slice(0, MAX_PROBLEMS)) usage(invocation, problem);
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) invocation.io.err(`plimsoll: ${more} more problems in the configuration\n`);
  return 2;
}

function usage({ io }: Invocation, { problem, help }: UsageProblem): ExitStatus {
  io.err(`plimsoll: ${printableLine(problem)}\n  ${printableLine(help)}\n`);
  return 2;
}
