/** `build:` joined with the Dockerfile that it builds. */

import type { Unknown } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { DefaultOrigin, Fact } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Build, BuildArgument } from "../../model/build.ts";
import type { BuiltImage, ConsumedDockerfile, ReadContext } from "../contract.ts";
import type { ResolvedStage, StageFacts, StageOptions } from "../dockerfile/stage-facts.ts";
import { readDockerfileText, resolveStage } from "../dockerfile/stage-facts.ts";
import { joinPath } from "../paths.ts";
import { asText, get, isNull, itemsOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import { pairVariables } from "./environment.ts";
import type { ServiceScope } from "./facts.ts";
import {
  booleanFact,
  originOf,
  reportUnknown,
  scalarFact,
  settledItems,
  settledText,
} from "./facts.ts";
import { imageNamed } from "./image-name.ts";
import { literalLocator } from "./literal-block.ts";
import { isRemote } from "./loader.ts";
import { buildOf } from "./merge.ts";
import { pairsOf } from "./pairs.ts";

/** What building a service's image says of it. */
export interface ServiceBuild {
  /** The Dockerfile's stage; undefined when it could not be resolved, which is reported. */
  readonly stage?: StageFacts;
  /** Why there is no stage. */
  readonly lost?: { readonly why: string; readonly settle: string };
  readonly build: Build;
  /** The `build:` node. */
  readonly span: Span;
  readonly consumed: readonly ConsumedDockerfile[];
  readonly builds: readonly BuiltImage[];
}

/** The build of a service; undefined when it has none. */
export function buildOfService(
  scope: ServiceScope,
  context: ReadContext,
): ServiceBuild | undefined {
  const written = get(scope.service, "build");
  if (written === undefined || isNull(written)) return undefined;
  const node = buildOf(written);
  const args = buildArguments(node);
  const target = settledText(scope, get(node, "target"), "build target");
  const options = { args, ...(target === undefined ? {} : { target }) };
  const { resolved, path, lost } = resolveBuild(scope, node, context, options);
  const stage = resolved?.ok === true ? resolved.stage : undefined;
  if (resolved !== undefined) scope.unknowns.push(...dockerfileProblems(resolved));
  const problem = lost ?? (resolved?.ok === false ? resolved.problem : undefined);
  const build = callerFacts(scope, node, args, stage?.build);
  const consumed =
    path === undefined ? [] : [{ path, ...(target === undefined ? {} : { target }) }];
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(problem === undefined ? {} : { lost: { why: problem.why, settle: problem.settle } }),
    build,
    span: written.span,
    consumed: stage === undefined ? [] : consumed,
    builds: path === undefined ? [] : imageNames(scope, node, path, target),
  };
}

function dockerfileProblems(resolved: ResolvedStage): readonly Unknown[] {
  return resolved.ok ? resolved.stage.unknowns : [...resolved.unknowns, resolved.problem];
}

interface Resolution {
  readonly resolved?: ResolvedStage;
  /** The Dockerfile's path; undefined for an inline one. */
  readonly path?: string;
  readonly lost?: { readonly why: string; readonly settle: string };
}

function resolveBuild(
  scope: ServiceScope,
  node: YamlMap,
  context: ReadContext,
  options: StageOptions,
): Resolution {
  const lose = (at: YamlNode, why: string, settle: string): Resolution => {
    reportUnknown(scope, at, "build", why, settle);
    return { lost: { why, settle } };
  };
  const targetNode = get(node, "target");
  if (targetNode !== undefined && !isNull(targetNode) && options.target === undefined) {
    return {
      lost: { why: "its target stage is not known", settle: "set the variable of `target:`" },
    };
  }
  const contextNode = get(node, "context");
  const written =
    contextNode === undefined ? "." : settledText(scope, contextNode, "build context");
  const base = scope.project.directoryOf((contextNode ?? node).span);
  const remote = written === undefined || isRemote(written);
  const directory = remote ? undefined : joinPath(base, written);
  const full: StageOptions = {
    ...options,
    ...(directory === undefined ? {} : { contextDirectory: directory }),
    contexts: namedContexts(scope, node),
  };
  const inline = get(node, "dockerfile_inline");
  if (inline?.kind === "scalar" && inline.value !== null)
    return { resolved: inlineStage(inline, context, full) };
  if (directory === undefined) {
    const why =
      written === undefined
        ? "its context is not known"
        : "its context stands elsewhere and is not fetched";
    return lose(contextNode ?? node, why, "check the Dockerfile where it stands");
  }
  const dockerfileNode = get(node, "dockerfile");
  const name =
    dockerfileNode === undefined ? "Dockerfile" : settledText(scope, dockerfileNode, "dockerfile");
  if (name === undefined) {
    return { lost: { why: "the name of its Dockerfile is not known", settle: "set the variable" } };
  }
  const read = context.files.read(joinPath(directory, name));
  if (!read.ok) {
    const at = dockerfileNode ?? contextNode ?? node;
    return lose(at, `${joinPath(directory, name)} could not be read: ${read.why}`, read.settle);
  }
  return { resolved: resolveStage(read.file, context, full), path: read.file.path };
}

/** Spans of an inline Dockerfile are places in the Compose file. */
function inlineStage(
  inline: YamlScalar,
  context: ReadContext,
  options: StageOptions,
): ResolvedStage {
  const locate = literalLocator(inline);
  return readDockerfileText(inline.span.file.path, inline.text, context, { ...options, locate });
}

function namedContexts(scope: ServiceScope, node: YamlMap): Record<string, string> {
  const contexts: Record<string, string> = Object.create(null) as Record<string, string>;
  const pairs = pairsOf(get(node, "additional_contexts"));
  for (const [name, { value }] of pairs?.entries ?? []) {
    const text = settledText(scope, value, `build context ${name}`);
    if (text === undefined) continue;
    const service = /^service:(.+)$/.exec(text)?.[1];
    if (service === undefined) {
      contexts[name] =
        /^[a-z-]+:\/\//.test(text) || isRemote(text)
          ? text
          : joinPath(scope.project.directoryOf(value.span), text);
      continue;
    }
    const image = asText(get(get(get(scope.project.root, "services"), service), "image"));
    if (image !== undefined) contexts[name] = `docker-image://${image}`;
    else {
      const why = "it is built by another service that gives it no image name";
      reportUnknown(scope, value, `build context ${name}`, why, `set \`image:\` on ${service}`);
    }
  }
  return contexts;
}

function buildArguments(node: YamlMap): BuildArgument[] {
  const pairs = pairsOf(get(node, "args"));
  return [...(pairs?.entries ?? [])].map(([name, { key, value }]): BuildArgument => {
    const base = { name, from: "passed", origin: originOf(value, key.span) } as const;
    if (value.kind !== "scalar" || value.value === null || value.unresolved !== undefined) {
      return { ...base, reference: true };
    }
    const outside = value.derived !== undefined && !value.derived.includes("default of");
    return {
      ...base,
      value: value.text,
      ...(outside ? { reference: true } : {}),
      valueSpan: value.span,
    };
  });
}

/** What the caller of the build decides, over what the Dockerfile says. */
function callerFacts(
  scope: ServiceScope,
  node: YamlMap,
  args: readonly BuildArgument[],
  stage: Build | undefined,
): Build {
  const none: DefaultOrigin = {
    kind: "default",
    of: "BuildKit",
    source: "Compose Build Specification",
    span: node.span,
  };
  const network = get(node, "network");
  const hostNetwork: Fact<boolean> =
    network === undefined || isNull(network)
      ? (stage?.hostNetwork ?? known(false, none))
      : scalarFact(network, (text) => ({ value: text === "host" }), "a network mode");
  const entitlements = settledItems({ ...scope, service: node }, "entitlements", "entitlement");
  return {
    images: [],
    env: [],
    runs: [],
    copies: [],
    paths: [],
    ...stage,
    args: [...args, ...(stage?.args ?? []).filter((one) => one.from !== "passed")],
    labels: [...(stage?.labels ?? []), ...pairVariables(get(node, "labels"), "build-env")],
    privileged: booleanFact(get(node, "privileged"), stage?.privileged ?? known(false, none)),
    entitlements: [
      ...(stage?.entitlements ?? []),
      ...entitlements.map(({ node: at, text }) => ({ name: text, origin: originOf(at) })),
    ],
    hostNetwork,
  };
}

/** The names under which the image is known afterwards: `image:` and `build.tags`. */
function imageNames(
  scope: ServiceScope,
  node: YamlMap,
  dockerfile: string,
  target: string | undefined,
): BuiltImage[] {
  return [get(scope.service, "image"), ...itemsOf(get(node, "tags"))].flatMap((name) => {
    const image = name?.kind === "scalar" ? imageNamed(name) : undefined;
    if (name === undefined || image === undefined) return [];
    return [{ image, dockerfile, ...(target === undefined ? {} : { target }), span: name.span }];
  });
}
