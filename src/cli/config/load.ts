/** Finds and reads plimsoll.yaml. A wrong configuration stops the run: it is never half applied. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { nearest } from "../../model/nearest.ts";
import type { Severity } from "../../model/finding.ts";
import type { SourceFile } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import { decode, readRegularFile, reportedPath } from "../../readers/file-system.ts";
import type { FileRead } from "../../readers/files.ts";
import { spanAt, toPlain } from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import type { Exception } from "../../rules/exceptions/exception.ts";
import type { UsageProblem } from "../command.ts";
import { globTest } from "./glob.ts";
import type { ConfigData } from "./schema.ts";

export interface Config {
  /** Absolute directory of the file, to which its paths are relative; undefined without a file. */
  readonly directory?: string;
  readonly failOn?: Severity | "none";
  readonly excluded?: (path: string) => boolean;
  readonly off: readonly string[];
  readonly severities: Readonly<Record<string, Severity>>;
  readonly standards: readonly string[];
  readonly baseline?: string;
  readonly strict: boolean;
  readonly inlineExceptions: boolean;
  readonly exceptions: readonly Exception[];
}

export const emptyConfig: Config = {
  off: [],
  severities: {},
  standards: [],
  strict: false,
  inlineExceptions: true,
  exceptions: [],
};

export interface LoadOptions {
  readonly workingDirectory: string;
  /** Where the search starts; it goes up to the root of the checkout. */
  readonly from: string;
  readonly root: string;
  /** A file that the user named. */
  readonly named?: string;
  readonly ruleIds: readonly string[];
}

const NAMES = ["plimsoll.yaml", "plimsoll.yml", ".plimsoll.yaml"];

/** The configuration that holds for the run, or what is wrong with it. */
export async function loadConfig(options: LoadOptions): Promise<Config | UsageProblem> {
  const path =
    options.named === undefined
      ? findConfig(options.from, options.root)
      : resolve(options.workingDirectory, options.named);
  if (path === undefined) return emptyConfig;
  const shown = reportedPath(options.workingDirectory, path);
  // What the user names may be a pipe; what merely lies there may not.
  const read = options.named === undefined ? readRegularFile(path, shown) : readAny(path, shown);
  if (!read.ok) return { problem: `${shown} cannot be read: ${read.why}`, help: read.settle };
  return parseConfig(read.file, dirname(path), options);
}

function readAny(path: string, shown: string): FileRead {
  try {
    return decode(shown, readFileSync(path));
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { ok: false, why, settle: "correct --config, or make the file readable" };
  }
}

/** The nearest configuration file from a directory up to the root. */
function findConfig(from: string, root: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    for (const name of NAMES) {
      const path = join(directory, name);
      if (existsSync(path)) return path;
    }
    if (directory === root || dirname(directory) === directory) return undefined;
  }
}

async function parseConfig(
  file: SourceFile,
  directory: string,
  options: LoadOptions,
): Promise<Config | UsageProblem> {
  const { parseYaml } = await import("../../readers/yaml/parse.ts");
  const parsed = parseYaml(file, { booleans: "yaml-1.2" });
  const wrong = parsed.unknowns[0];
  if (wrong !== undefined) {
    const at = wrong.span === undefined ? file.path : place(file, wrong.span.start);
    return { problem: `${at}: ${wrong.why}`, help: wrong.settle };
  }
  const root = parsed.documents[0]?.root;
  if (root === undefined) return { ...emptyConfig, directory };
  const { configSchema } = await import("./schema.ts");
  const result = configSchema.safeParse(toPlain(root));
  if (!result.success) {
    const { describeIssue } = await import("./describe-issue.ts");
    return describeIssue(result.error.issues, root, file);
  }
  const badRule = unknownRule(result.data, root, file, options.ruleIds);
  return badRule ?? toConfig(result.data, root, directory, options.workingDirectory);
}

function unknownRule(
  data: ConfigData,
  root: YamlNode,
  file: SourceFile,
  ruleIds: readonly string[],
): UsageProblem | undefined {
  for (const rule of Object.keys(data.rules ?? {})) {
    if (ruleIds.includes(rule)) continue;
    const near = nearest(rule, ruleIds);
    const at = place(file, spanAt(root, ["rules", rule]).start);
    return {
      problem: `${at}: there is no rule ${JSON.stringify(rule)}`,
      help: near === undefined ? "`plimsoll explain` lists the rules" : `did you mean ${near}?`,
    };
  }
  return undefined;
}

function toConfig(
  data: ConfigData,
  root: YamlNode,
  directory: string,
  workingDirectory: string,
): Config {
  const settings = Object.entries(data.rules ?? {});
  const severityOf = (setting: (typeof settings)[number][1]): Severity | undefined => {
    if (typeof setting !== "string") return setting.severity;
    return setting === "off" ? undefined : setting;
  };
  // Globs are relative to the configuration's directory, reported paths to the working directory.
  const prefix = reportedPath(workingDirectory, directory);
  const relativeTo = (path: string): string =>
    prefix === "." || !path.startsWith(`${prefix}/`) ? path : path.slice(prefix.length + 1);
  const glob = (patterns: readonly string[]): ((path: string) => boolean) => {
    const test = globTest(patterns);
    return (path) => test(relativeTo(path));
  };
  return {
    directory,
    ...(data["fail-on"] === undefined ? {} : { failOn: data["fail-on"] }),
    ...(data.exclude === undefined ? {} : { excluded: glob(data.exclude) }),
    off: settings.filter(([, setting]) => setting === "off").map(([rule]) => rule),
    severities: Object.fromEntries(
      settings.flatMap(([rule, setting]) => {
        const severity = severityOf(setting);
        return severity === undefined ? [] : [[rule, severity]];
      }),
    ),
    standards: data.standards ?? [],
    ...(data.baseline === undefined ? {} : { baseline: data.baseline }),
    strict: data.strict ?? false,
    inlineExceptions: data["inline-exceptions"] ?? true,
    exceptions: (data.exceptions ?? []).map((exception, index) => ({
      by: "config",
      rules: typeof exception.rule === "string" ? [exception.rule] : exception.rule,
      reason: exception.reason,
      ...(exception.until === undefined ? {} : { until: exception.until }),
      span: spanAt(root, ["exceptions", index]),
      scope: {
        kind: "match",
        ...(exception.path === undefined ? {} : { path: glob([exception.path]) }),
        ...(exception.workload === undefined ? {} : { workload: exception.workload }),
        ...(exception.subject === undefined ? {} : { subject: exception.subject }),
      },
    })),
  };
}

function place(file: SourceFile, offset: number): string {
  const { line, column } = positionAt(file, offset);
  return `${file.path}:${line}:${column}`;
}
