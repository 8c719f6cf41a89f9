/**
 * The graph of stages: what each is based on. Follows moby/buildkit 73ed6825c, dockerfile2llb/convert.go.
 *
 * Where it differs: `FROM Build` finds the stage `build` (BuildKit takes such a base for an image, whose
 * name it then refuses); a target may be an index, as in the classic builder; a base that only an automatic
 * argument decides (`FROM base-${TARGETARCH}`) is unknown, as the platform is.
 */

import type { ImageLookup } from "../contract.ts";
import type { Fact, RelatedPlace, Unknown } from "../../model/fact.ts";
import { known, setAt, unknownAt, unknownFact } from "../../model/fact.ts";
import { isWindowsImage, parseImageReference } from "../../model/image-reference.ts";
import type { Span } from "../../model/source.ts";
import type { BuildArgument } from "../../model/build.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import { isTemplate } from "./instruction.ts";
import { spanIn } from "./logical-text.ts";
import type { Budget, BuildVariable, Scope } from "./scope.ts";
import { globalScope, passedVariable, resolve, setVariable } from "./scope.ts";
import type { Stage, StageList } from "./stages.ts";
import { stageLabel } from "./stages.ts";
import type { Instruction } from "./syntax.ts";

export interface StageNode {
  readonly stage: Stage;
  /** The earlier stage that it is based on. */
  readonly parent?: StageNode;
  /** The image at the root of its chain. */
  readonly image: Fact<ImageReference>;
  /** Where that image is named. */
  readonly imageSpan: Span;
  /** FROM lines from this stage to the root, this one first; the root's is left out. Bounded. */
  readonly links: readonly RelatedPlace[];
  readonly platform: "linux" | "windows";
}

export interface GraphOptions {
  readonly escape: string;
  readonly passed: ReadonlyMap<string, BuildArgument>;
  readonly target: string | undefined;
  /** Named contexts of the caller: name to `docker-image://…`, a path, a URL. */
  readonly contexts: ReadonlyMap<string, string>;
  readonly budget: Budget;
  /** Images that are at hand. */
  readonly images: ImageLookup | undefined;
}

export interface StageGraph {
  readonly nodes: readonly StageNode[];
  readonly globals: Scope;
  readonly problems: readonly Unknown[];
}

const MAX_LINKS = 8;

export function buildGraph(list: StageList, options: GraphOptions): StageGraph {
  const problems: Unknown[] = [];
  const globals = globalScope(options.passed, options.target);
  for (const instruction of list.globals) declareGlobals(instruction, globals, options, problems);
  const nodes: StageNode[] = [];
  const byName = new Map<string, StageNode>();
  for (const stage of list.stages) {
    const node = stageNode(stage, byName, globals, options, problems);
    nodes.push(node);
    if (stage.name !== undefined) byName.set(stage.name.toLowerCase(), node);
  }
  return { nodes, globals, problems };
}

function declareGlobals(
  instruction: Instruction,
  scope: Scope,
  options: GraphOptions,
  problems: Unknown[],
): void {
  for (const { key, value } of instruction.pairs) {
    const span = spanIn(instruction.line, key.start, value?.end ?? key.end);
    const argument = options.passed.get(key.text);
    if (argument !== undefined) setVariable(scope, key.text, passedVariable(argument));
    else if (value !== undefined) {
      const resolved = resolve(value.text, scope, options.escape, options.budget);
      if (resolved.error !== undefined) {
        problems.push(unknownAt(span, `ARG ${key.text}`, resolved.error, "correct the value"));
      }
      setVariable(scope, key.text, variableOf("ARG", resolved, span));
    } else if (!scope.own.has(key.text)) {
      setVariable(scope, key.text, { kind: "ARG", declared: true, span });
    }
  }
}

/** The variable that an ARG or ENV with this value makes. */
export function variableOf(
  kind: "ARG" | "ENV",
  resolved: { readonly text: string; readonly doubt?: unknown },
  span: Span,
): BuildVariable {
  return resolved.doubt === undefined
    ? { kind, value: resolved.text, span }
    : { kind, why: "is set to a value that cannot be told here", span };
}

function stageNode(
  stage: Stage,
  byName: ReadonlyMap<string, StageNode>,
  globals: Scope,
  options: GraphOptions,
  problems: Unknown[],
): StageNode {
  const { from, base } = stage;
  const span = spanIn(from.line, base.start, from.words.length > 3 ? from.rest.end : base.end);
  const ownPlatform = windowsPlatform(from, globals, options);
  const named =
    options.contexts.get((stage.name ?? "").toLowerCase()) ?? options.contexts.get(base.text);
  if (named !== undefined) {
    const image = contextImage(named, span);
    return {
      stage,
      image,
      imageSpan: span,
      links: [],
      platform: ownPlatform ?? platformOfImage(image),
    };
  }
  if (isTemplate(from.rest.text)) {
    const why = "the FROM line holds a placeholder of a template";
    const settle = "render the template and check the result";
    problems.push(unknownAt(span, `base image of stage ${stageLabel(stage)}`, why, settle));
    const image = unknownFact(why, settle, setAt(span));
    return { stage, image, imageSpan: span, links: [], platform: ownPlatform ?? "linux" };
  }
  const resolved = resolve(base.text, globals, options.escape, options.budget);
  const parent = resolved.doubt === undefined ? byName.get(resolved.text.toLowerCase()) : undefined;
  if (parent !== undefined) {
    const link = {
      span,
      label: `stage ${stageLabel(stage)} is based on stage ${stageLabel(parent.stage)}`,
    };
    return {
      stage,
      parent,
      image: parent.image,
      imageSpan: parent.imageSpan,
      links: [link, ...parent.links].slice(0, MAX_LINKS),
      platform: parent.platform,
    };
  }
  const origin = {
    ...setAt(span),
    ...(resolved.through.length === 0 ? {} : { through: resolved.through }),
    ...(resolved.derived === undefined ? {} : { derived: resolved.derived }),
  };
  const reference = resolved.doubt === undefined ? parseImageReference(resolved.text) : undefined;
  const doubt = resolved.doubt ?? {
    why: "the FROM line names no image that can be read",
    settle: "write FROM image:tag",
  };
  const image: Fact<ImageReference> =
    reference === undefined
      ? unknownFact(doubt.why, doubt.settle, origin)
      : known(reference, origin);
  // A variable for the tag leaves open which image it is, not that it is one of Windows.
  const repository = base.text.slice(0, base.text.search(/[$:@]|$/));
  const outlined = reference ?? parseImageReference(repository);
  const platform = platformOfImage(outlined === undefined ? image : known(outlined, origin));
  return { stage, image, imageSpan: span, links: [], platform: ownPlatform ?? platform };
}

/** The image that a named context stands for. */
export function contextImage(value: string, span: Span): Fact<ImageReference> {
  const reference = value.startsWith("docker-image://")
    ? parseImageReference(value.slice("docker-image://".length))
    : undefined;
  return reference === undefined
    ? unknownFact(
        "the caller replaces it with a build context of its own",
        "check what that context builds",
        setAt(span),
      )
    : known(reference, setAt(span));
}

function windowsPlatform(
  from: Instruction,
  globals: Scope,
  options: GraphOptions,
): "linux" | "windows" | undefined {
  const flag = from.flags.find(({ name }) => name === "platform")?.value;
  if (flag === undefined) return undefined;
  const { text } = resolve(flag, globals, options.escape, options.budget);
  if (/^windows(\/|\(|$)/i.test(text)) return "windows";
  return /^linux(\/|$)/i.test(text) ? "linux" : undefined;
}

function platformOfImage(image: Fact<ImageReference>): "linux" | "windows" {
  return image.known && isWindowsImage(image.value) ? "windows" : "linux";
}
