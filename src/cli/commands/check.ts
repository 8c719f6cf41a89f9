/** `plimsoll check`: targets in, report out. */

import type { FileKind } from "../../readers/classify.ts";
import { applyExceptions } from "../../rules/exceptions/apply.ts";
import { annotationExceptions } from "../../rules/exceptions/annotation.ts";
import type { Exception } from "../../rules/exceptions/exception.ts";
import { inlineExceptions } from "../../rules/exceptions/inline.ts";
import { checkWorkloads } from "../../rules/check-workload.ts";
import type { Report } from "../../report/contract.ts";
import { redactReport } from "../../report/redact/redact.ts";
import { summarise } from "../../report/summarise.ts";
import type { ExitStatus, Invocation } from "../command.ts";
import { baselineFindings, readBaseline, writeBaseline } from "./check/baseline.ts";
import { parseOutputs, writeReports } from "./check/output.ts";
import { besides, overwritten } from "./check/overwritten.ts";
import { configuration, wrongConfiguration } from "./check/configuration.ts";
import { exitStatus, threshold } from "./check/exit-status.ts";
import { judgePods } from "./check/judge-pods.ts";
import {
  ruleIds,
  ruleList,
  selectRules,
  unknownRule,
  withSeverities,
} from "./check/select-rules.ts";
import { readNamed } from "./check/sources/named-sources.ts";
import { tellDrift } from "./check/drift.ts";
import { hasLocalEngine } from "./check/sources/local-engine.ts";
import { startProgress } from "./check/progress.ts";
import { splitTargets } from "./check/sources/targets.ts";
import { stablePaths } from "./check/stable-path.ts";
import { parseStandards } from "./check/standards.ts";
import { findRoot, readTargets } from "./check/targets.ts";
import { tellUsage } from "../tell-usage.ts";
import { version } from "../version.ts";

export async function runCheck(invocation: Invocation): Promise<ExitStatus> {
  const { options, io } = invocation;
  const outputs = parseOutputs(options);
  if ("problem" in outputs) return tellUsage(io, outputs);
  const only = ruleList(options.texts("only"));
  const skip = ruleList(options.texts("skip"));
  const wrongRule = unknownRule([...only, ...skip]);
  if (wrongRule !== undefined) return tellUsage(io, wrongRule);
  const commands = invocation.commands.map(({ name }) => name);
  const { paths: targets, sources } = splitTargets(invocation.arguments);
  const root = findRoot(targets, io.workingDirectory, commands);
  if (typeof root !== "string") return tellUsage(io, root);
  const config = await configuration(invocation);
  if ("problems" in config) return wrongConfiguration(invocation, config);
  const standards = parseStandards([...config.standards, ...options.texts("standard")]);
  if ("problem" in standards) return tellUsage(io, standards);
  const baseline = readBaseline(options.text("baseline"), config, io.workingDirectory);
  if (baseline !== undefined && "problem" in baseline) return tellUsage(io, baseline);

  const progress = startProgress(io, options.flag("no-progress"));
  const read = sources.length === 0 ? undefined : await readNamed(sources, invocation, progress);
  if (read !== undefined && "problem" in read) return tellUsage(io, read);
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
  if ("problem" in outcome) return tellUsage(io, outcome);
  if (outcome.workloads.length === 0 && outcome.unknowns.length === 0) {
    io.err(
      "plimsoll: there is nothing to check: no Dockerfile, Compose file, Kubernetes manifest, run line or OCI config.json was found\n" +
        "  give the path of one, say what a file is with --as, or read what .gitignore leaves out with --no-ignore\n",
    );
    return 3;
  }

  const selected = selectRules(only, [...skip, ...config.off]);
  if (selected.length === 0) {
    return tellUsage(io, {
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
  if (lost !== undefined) return tellUsage(io, lost);
  if (baselineFile !== undefined) {
    const written = writeBaseline(baselineFile, excepted, paths, io);
    if (written !== undefined) return tellUsage(io, written);
  }
  const failure = await writeReports(report, outputs, options, io);
  if (failure !== undefined) return tellUsage(io, failure);
  return exitStatus(report, invocation, config, baselineFile !== undefined);
}

function kindOption(text: string | undefined): { kind?: FileKind } {
  return text === undefined ? {} : { kind: text as FileKind };
}
