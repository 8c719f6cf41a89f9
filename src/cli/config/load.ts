/** Finds and reads plimsoll.yaml. A wrong configuration stops the run: it is never half applied. */

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Severity } from "../../model/finding.ts";
import type { SourceFile } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import { decode, isInside, readRegularFile, reportedPath } from "../../readers/file-system.ts";
import type { FileRead } from "../../readers/files.ts";
import { isNull, spanAt, toPlain } from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import type { Exception } from "../../rules/exceptions/exception.ts";
import { checkoutOf } from "../checkout.ts";
import type { UsageProblem } from "../command.ts";
import { globTest } from "./glob.ts";
import type { ConfigData } from "./schema.ts";

export interface Config {
  /** Absolute directory of the file, to which its paths are relative; undefined without a file. */
  readonly directory?: string;
  /** The file, as reported; undefined without one. */
  readonly path?: string;
  /** A file that was found and does not hold for these targets, as reported. */
  readonly passedOver?: string;
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
  /** Where the search starts. */
  readonly workingDirectory: string;
  /** Absolute real paths of the files and directories that are judged; none for text from elsewhere. */
  readonly targets: readonly string[];
  /** A file that the user named. */
  readonly named?: string;
  readonly ruleIds: readonly string[];
}

const NAMES = ["plimsoll.yaml", "plimsoll.yml", ".plimsoll.yaml"];

/** Everything that is wrong with a configuration. */
export interface ConfigProblems {
  readonly problems: readonly UsageProblem[];
}

/**
 * The configuration that holds for the run, or what is wrong with it. A file that is found from the
 * working directory holds for the targets of its own folder: a foreign tree is not judged by it.
 */
export async function loadConfig(options: LoadOptions): Promise<Config | ConfigProblems> {
  const path =
    options.named === undefined
      ? findConfig(options.workingDirectory)
      : resolve(options.workingDirectory, options.named);
  if (path === undefined) return emptyConfig;
  const shown = reportedPath(options.workingDirectory, path);
  // What the user names may be a pipe; what merely lies there may not.
  const read = options.named === undefined ? readRegularFile(path, shown) : readAny(path, shown);
  if (!read.ok) {
    return { problems: [{ problem: `${shown} cannot be read: ${read.why}`, help: read.settle }] };
  }
  if (options.named === undefined && !governs(dirname(path), options.targets)) {
    return { ...emptyConfig, passedOver: shown };
  }
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

/** Whether one of the targets lies in the configuration's folder, or none lies anywhere. */
function governs(directory: string, targets: readonly string[]): boolean {
  const real = realpathSync(directory);
  return targets.length === 0 || targets.some((target) => isInside(target, real));
}

/**
 * The nearest configuration file, from a directory up to the root of its checkout. Outside of a checkout
 * the search ends at a folder of another owner, or one that everyone may write: in /tmp anybody could
 * leave a file that switches rules off.
 */
function findConfig(from: string): string | undefined {
  const checkout = checkoutOf(from);
  const { uid } = statSync(from);
  for (let directory = from; ; directory = dirname(directory)) {
    if (checkout === undefined && directory !== from && !isOwn(directory, uid)) return undefined;
    for (const name of NAMES) {
      const path = join(directory, name);
      if (existsSync(path)) return path;
    }
    if (directory === checkout || dirname(directory) === directory) return undefined;
  }
}

function isOwn(directory: string, owner: number): boolean {
  try {
    const { uid, mode } = statSync(directory);
    return uid === owner && (mode & 0o002) === 0;
  } catch {
    return false;
  }
}

async function parseConfig(
  file: SourceFile,
  directory: string,
  options: LoadOptions,
): Promise<Config | ConfigProblems> {
  const { parseYaml } = await import("../../readers/yaml/parse.ts");
  const parsed = parseYaml(file, { booleans: "yaml-1.2" });
  const problems = parsed.unknowns.map((unknown): UsageProblem => {
    const at = unknown.span === undefined ? file.path : place(file, unknown.span.start);
    return { problem: `${at}: ${unknown.why}`, help: unknown.settle };
  });
  const [first, ...others] = parsed.documents;
  const second = others.find(({ root }) => !isNull(root));
  if (second !== undefined) {
    problems.push({
      problem: `${place(file, second.span.start)}: a second document begins here, and a configuration is one`,
      help: "remove the --- above it, or what follows it",
    });
  }
  const root = first?.root;
  const base = { ...emptyConfig, directory, path: file.path };
  if (root === undefined || isNull(root)) return problems.length > 0 ? { problems } : base;
  const { configSchema } = await import("./schema.ts");
  const result = configSchema.safeParse(toPlain(root));
  const { configProblems } = await import("./problems.ts");
  problems.push(...configProblems(result.error?.issues ?? [], root, file, options.ruleIds));
  if (!result.success || problems.length > 0) return { problems };
  return {
    ...toConfig(result.data, root, directory, options.workingDirectory),
    path: file.path,
  };
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
  const here = directory === workingDirectory;
  const relativeTo = (path: string): string =>
    here ? path : reportedPath(directory, resolve(workingDirectory, path));
  const glob = (patterns: readonly string[]): ((path: string) => boolean) => {
    const test = globTest(patterns);
    return (path) => {
      const own = relativeTo(path);
      // What lies elsewhere is none of its business.
      return own !== ".." && !own.startsWith("../") && test(path.endsWith("/") ? `${own}/` : own);
    };
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
        ...(exception.workload === undefined
          ? {}
          : { workload: reportedId(exception.workload, directory, workingDirectory) }),
        ...(exception.subject === undefined ? {} : { subject: exception.subject }),
      },
    })),
  };
}

/** An id begins with a path, which the configuration writes relative to its own folder. */
function reportedId(workload: string, directory: string, workingDirectory: string): string {
  const hash = workload.indexOf("#");
  if (hash <= 0) return workload;
  const path = reportedPath(workingDirectory, resolve(directory, workload.slice(0, hash)));
  return path + workload.slice(hash);
}

function place(file: SourceFile, offset: number): string {
  const { line, column } = positionAt(file, offset);
  return `${file.path}:${line}:${column}`;
}
