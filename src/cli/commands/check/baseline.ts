/** Reads and writes baseline files. */

import { existsSync, readFileSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Finding } from "../../../model/finding.ts";
import { sha256 } from "../../../model/sha256.ts";
import type { SourceFile } from "../../../model/source.ts";
import { reportedPath } from "../../../readers/file-system.ts";
import { EXCEPTION_RULE } from "../../../rules/exceptions/apply.ts";
import type { Baseline } from "../../../rules/exceptions/baseline.ts";
import { applyBaseline, baselineOf, parseBaseline } from "../../../rules/exceptions/baseline.ts";
import { systemReason } from "../../system-error.ts";
import type { Io, UsageProblem } from "../../command.ts";
import type { Config } from "../../config/load.ts";
import type { StablePaths } from "./stable-path.ts";

export interface LoadedBaseline {
  readonly file: SourceFile;
  readonly baseline: Baseline;
  /** Where it lies. Absolute. */
  readonly full: string;
  /** The root that it was written with, if it says one. Absolute. */
  readonly root?: string;
}

/** The baseline that --baseline or the configuration names; undefined when neither does. */
export function readBaseline(
  option: string | undefined,
  config: Config,
  workingDirectory: string,
): LoadedBaseline | UsageProblem | undefined {
  const named =
    option === undefined
      ? config.baseline === undefined
        ? undefined
        : resolve(config.directory ?? workingDirectory, config.baseline)
      : resolve(workingDirectory, option);
  if (named === undefined) return undefined;
  const path = reportedPath(workingDirectory, named);
  if (!existsSync(named)) {
    return {
      problem: `there is no baseline ${path}`,
      help: `make it: plimsoll check --write-baseline ${path}`,
    };
  }
  try {
    const file = { path, text: readFileSync(named, "utf8") };
    const baseline = parseBaseline(file.text);
    if (typeof baseline !== "string") {
      const { root } = baseline;
      const folder = realFolder(named);
      return {
        file,
        baseline,
        full: named,
        ...(root === undefined ? {} : { root: resolve(folder, root) }),
      };
    }
    return {
      problem: `${path} is no baseline: ${baseline}`,
      help: `make it anew: plimsoll check --write-baseline ${path}`,
    };
  } catch (error) {
    return {
      problem: `${path} cannot be read (${systemReason(error)})`,
      help: "make it readable, or leave --baseline out",
    };
  }
}

/** Findings with those of the baseline marked, and a finding for the entries that are stale. */
export function baselineFindings(
  findings: readonly Finding[],
  loaded: LoadedBaseline,
  run: {
    readonly paths: StablePaths;
    /** Reported paths of the files that were read. */
    readonly read: Iterable<string>;
    readonly ranRules: readonly string[];
  },
): Finding[] {
  const { findings: judged, stale: unmatched } = applyBaseline(findings, loaded.baseline);
  const read = new Set([...run.read].map(run.paths.of));
  // Of a rule that did not run, or a file that is there and was not among the targets, this run can say nothing.
  const stale = unmatched.filter(
    ({ path, rule }) => run.ranRules.includes(rule) && (read.has(path) || !run.paths.exists(path)),
  );
  if (stale.length === 0) return judged;
  const matched = unmatched.length < loaded.baseline.findings.length;
  if (!matched && stale.length > 1 && stale.every(({ path }) => !read.has(path))) {
    return [...judged, foreignFinding(stale, loaded)];
  }
  const places = new Map<string, number>();
  for (const match of loaded.file.text.matchAll(/"fingerprint"\s{0,8}:\s{0,8}"([^"]{1,100})"/g)) {
    places.set(match[1] ?? "", match.index + match[0].lastIndexOf(match[1] ?? ""));
  }
  return [
    ...judged,
    ...stale.map((entry) => staleFinding(entry, loaded.file, places.get(entry.fingerprint) ?? 0)),
  ];
}

/** Writes all findings as a baseline, through a temporary file so that it is whole or not there. */
export function writeBaseline(
  name: string,
  findings: readonly Finding[],
  paths: StablePaths,
  io: Io,
): UsageProblem | undefined {
  const full = resolve(io.workingDirectory, name);
  const root = paths.rootOutsideCheckouts();
  const baseline = baselineOf(
    findings.filter((finding) => finding.rule !== EXCEPTION_RULE),
    paths.of,
    root === undefined ? undefined : reportedPath(realFolder(full), root),
  );
  // Of this run alone, so that two runs at once do not take each other's.
  const temporary = `${full}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(baseline, undefined, 2)}\n`);
    renameSync(temporary, full);
  } catch (error) {
    return {
      problem: `${name} cannot be written (${systemReason(error)})`,
      help: "give a path that can be written",
    };
  }
  io.err(
    `plimsoll: ${baseline.findings.length} findings written to ${reportedPath(io.workingDirectory, full)}\n`,
  );
  return undefined;
}

function realFolder(full: string): string {
  try {
    return realpathSync.native(dirname(full));
  } catch {
    return dirname(full); // Writing the file will say what is wrong with it.
  }
}

/** One finding for a baseline that fits nothing here: each of its entries by itself would bury the report. */
function foreignFinding(stale: Baseline["findings"], { file, full }: LoadedBaseline): Finding {
  const subject = `baseline of other files ${sha256(file.text).slice(0, 16)}`;
  return {
    rule: EXCEPTION_RULE,
    severity: "low",
    confidence: "high",
    workloads: [],
    message: `nothing in the baseline matches: none of the files of its ${stale.length} findings is here`,
    detail: `It was written for other files, from another folder, or everything that it names is gone: ${stale[0]?.path ?? ""} is looked for, for one.`,
    help: `Run it where it was written, or write it anew: plimsoll check --write-baseline ${basename(full)}. In a checkout, or with a plimsoll.yaml, it serves from every folder.`,
    primary: { file, start: 0, end: Math.min(1, file.text.length) },
    label: "",
    related: [],
    subject,
    fingerprint: sha256(`${EXCEPTION_RULE}\0${subject}`).slice(0, 32),
  };
}

function staleFinding(
  entry: Baseline["findings"][number],
  file: SourceFile,
  start: number,
): Finding {
  const subject = `baseline ${entry.fingerprint}`;
  return {
    rule: EXCEPTION_RULE,
    severity: "low",
    confidence: "high",
    workloads: [],
    message: `the baseline holds a finding that is gone: ${entry.rule} in ${entry.path}`,
    detail: "It was mended, or its file is gone.",
    help: "Write the baseline anew with --write-baseline, so that it cannot come back unseen.",
    primary: { file, start, end: start + entry.fingerprint.length },
    label: "",
    related: [],
    subject,
    fingerprint: sha256(`${EXCEPTION_RULE}\0${subject}`).slice(0, 32),
  };
}
