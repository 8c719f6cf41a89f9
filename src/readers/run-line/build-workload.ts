/** `docker build` and its kin: what the caller of a build decides. */

import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import type { DefaultOrigin, Fact } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Build, BuildArgument } from "../../model/build.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { BuiltImage } from "../contract.ts";
import { joinPath } from "../paths.ts";
import type { Argument } from "./argument.ts";
import { display, pairOf, split, unknownText } from "./argument.ts";
import { valueOf, variableOf } from "./environment-options.ts";
import { BUILD_FLAGS } from "./flag-tables.ts";
import type { Invocation } from "./invocation.ts";
import type { Report } from "./option-facts.ts";
import { all, booleanFact, factOf, last, originOf, reportUnknown } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";
import { parseFlags } from "./parse-flags.ts";
import type { Draft } from "./run-workload.ts";
import type { Variables } from "./variables.ts";
import type { Scope } from "./workload-parts.ts";
import { imageReference, noImage } from "./workload-parts.ts";

export interface BuildDraft extends Draft {
  readonly builds: readonly BuiltImage[];
}

/** Undefined when the line only asks for help or names no context. */
export function buildWorkload(
  invocation: Invocation,
  scope: Scope,
  report: Report,
): BuildDraft | undefined {
  const flags = parseFlags(invocation.args, BUILD_FLAGS);
  const { options, operands } = flags;
  if (last(options, "help") !== undefined) return undefined;
  if (operands.length === 0 && options.length === 0 && flags.opaque.length === 0) return undefined;
  if (operands.some(({ text }) => /^(\[|\.\.\.$|…|PATH$)/.test(text))) return undefined;
  report.unknowns.push(...flags.unknowns);
  for (const words of flags.opaque) {
    report.unknowns.push(
      unknownAt(
        words.span,
        "flags of the build line",
        `the value of ${unknownText(words)} is not known here, and it may hold any flag`,
        "write the flags out, or set the variable in this file",
      ),
    );
  }
  reportGrants(options, report);
  return buildDraft(
    { ...invocation, what: `${invocation.program} build` },
    options,
    operands[0],
    scope,
    report,
  );
}

/** Flags (most of them Podman's) that give build steps more than they have by themselves. */
const GRANTS = [
  "cap-add",
  "volume",
  "device",
  "security-opt",
  "userns",
  "pid",
  "ipc",
  "cgroup-parent",
];

/** What these give is not part of a build's facts, so it must be told. */
function reportGrants(options: readonly Option[], report: Report): void {
  for (const option of all(options, ...GRANTS)) {
    report.unknowns.push(
      unknownAt(
        option.span,
        `build flag ${option.written}`,
        "what it gives to the steps of the build is not judged",
        "remove it, or make sure that the steps of this build may have it",
      ),
    );
  }
}

/** The build that flags and a context describe; also for builds that are configured and not called. */
export function buildDraft(
  request: { readonly what: string; readonly engine: "docker" | "podman"; readonly span: Span },
  options: readonly Option[],
  contextWord: Argument | undefined,
  scope: Scope,
  report: Report,
): BuildDraft {
  const { engine, span } = request;
  const target = last(options, "target")?.value;
  const dockerfile = dockerfileOf(options, contextWord, scope);
  const tags = all(options, "tag").flatMap(({ value }) => (value === undefined ? [] : [value]));
  const named = tags[0] ?? contextWord ?? last(options, "file")?.value;
  const label = named === undefined ? "an image" : display(named);
  const builds: BuiltImage[] = [];
  for (const tag of dockerfile === undefined ? [] : tags) {
    const image = imageReference(tag);
    if (image === undefined || dockerfile === undefined) continue;
    builds.push({
      image,
      dockerfile,
      ...(target === undefined || target.dynamic ? {} : { target: target.text }),
      span: tag.span,
    });
  }
  return {
    key: label,
    builds,
    workload: {
      kind: "run-line",
      name: `${request.what} ${label}`,
      source: span,
      engine,
      platform: "linux",
      image: noImage("the line builds an image and starts none", "check the Dockerfile", span),
      user: unknownFact("the line builds an image and starts none", "check the Dockerfile", {
        kind: "set",
        span,
      }),
      command: known({}, { kind: "set", span }),
      env: [],
      build: buildFacts(request, options, target, scope.variables, report),
      execs: [],
      unknowns: report.unknowns,
      places: [],
    },
  };
}

function buildFacts(
  request: { readonly what: string; readonly span: Span },
  options: readonly Option[],
  target: Argument | undefined,
  variables: Variables,
  report: Report,
): Build {
  const notSet: DefaultOrigin = {
    kind: "default",
    of: request.what,
    source: "docker/buildx v0.30 commands/build.go",
    span: request.span,
  };
  const privileged = last(options, "privileged");
  const network = last(options, "network");
  const hostNetwork: Fact<boolean> =
    network === undefined ? known(false, notSet) : factOf(network, (text) => text === "host");
  return {
    ...(target === undefined || target.dynamic ? {} : { target: target.text }),
    images: [],
    args: all(options, "build-arg").flatMap((option) => buildArgument(option, variables, report)),
    env: [],
    runs: [],
    copies: [],
    paths: [],
    labels: all(options, "label").flatMap(labelOf),
    privileged: privileged === undefined ? known(false, notSet) : booleanFact(privileged),
    entitlements: all(options, "allow").flatMap((option) => entitlementsOf(option, report)),
    hostNetwork,
  };
}

/** As for `-e`: without a value it comes from the caller, where the file may say what it is. */
function buildArgument(
  option: Option,
  variables: Variables,
  report: Report,
): readonly BuildArgument[] {
  const variable = variableOf(option, "build-env", variables, report);
  if (variable === undefined) return [];
  const { name, value, origin, valueSpan } = variable;
  return [
    {
      name,
      ...(value === undefined ? { reference: true } : { value }),
      from: "passed",
      origin,
      ...(valueSpan === undefined ? {} : { valueSpan }),
    },
  ];
}

function labelOf(option: Option): readonly EnvironmentVariable[] {
  if (option.value === undefined) return [];
  const { name, value } = pairOf(option.value);
  if (name.dynamic || value === undefined) return [];
  const origin = originOf(option);
  return [
    { name: name.text, ...valueOf(value), surface: "image-env", origin, valueSpan: value.span },
  ];
}

function entitlementsOf(option: Option, report: Report): Build["entitlements"] {
  if (option.value === undefined) return [];
  if (option.value.dynamic) {
    reportUnknown(report, option, "entitlement");
    return [];
  }
  return split(option.value, ",").map((item) => ({
    name: item.text.split("=")[0] ?? item.text,
    origin: originOf(option),
  }));
}

/** The Dockerfile's path as the files name it, when it is written out and there. */
function dockerfileOf(
  options: readonly Option[],
  contextWord: Argument | undefined,
  scope: Scope,
): string | undefined {
  const file = last(options, "file")?.value;
  if (file?.dynamic === true || file?.text === "-") return undefined;
  const directory = contextWord === undefined ? "." : contextWord.text;
  if (file === undefined && contextWord?.dynamic === true) return undefined;
  if (/^(-$|https?:|git@|git:|ssh:|github\.com\/)/.test(directory)) return undefined;
  const candidates =
    file === undefined
      ? [joinPath(directory, "Dockerfile"), joinPath(directory, "Containerfile")]
      : [file.text];
  for (const base of scope.bases) {
    for (const candidate of candidates) {
      const path = joinPath(base, candidate);
      if (scope.context.files.kind(path) === "file") return path;
    }
  }
  return undefined;
}
