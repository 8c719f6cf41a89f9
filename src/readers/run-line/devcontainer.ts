/** `devcontainer.json`. Source: containers.dev, "Development Container Metadata Reference". */

import { unknownFact } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { resolveStage } from "../dockerfile/stage-facts.ts";
import { dirName, joinPath } from "../paths.ts";
import { mapText } from "../shell/mapped-text.ts";
import { scriptWords } from "../shell/nested-scripts.ts";
import { asScalar, asText, entriesOf, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { literalArgument, makeArgument } from "./argument.ts";
import { buildDraft } from "./build-workload.ts";
import type { Collection } from "./collect.ts";
import { addDraft, collectScript, collectWords } from "./collect.ts";
import { BUILD_FLAGS, RUN_FLAGS } from "./flag-tables.ts";
import type { Report } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";
import type { Draft } from "./run-workload.ts";
import { runWorkload } from "./run-workload.ts";
import {
  flagsOfList,
  listOptions,
  mapOptions,
  scalarArgument,
  scalarOption,
} from "./scalar-options.ts";
import { newVariables } from "./variables.ts";
import type { Variables } from "./variables.ts";
import type { Scope } from "./workload-parts.ts";
import { collectScalars, collectTree, scriptScalars } from "./yaml-scripts.ts";

export function collectDevcontainer(collection: Collection): void {
  const { file } = collection;
  const parsed = parseYaml(
    { path: file.path, text: withoutComments(file.text) },
    { booleans: "yaml-1.2" },
  );
  for (const unknown of parsed.unknowns) {
    const { span } = unknown;
    collection.unknowns.push(
      span === undefined ? unknown : { ...unknown, span: { ...span, file } },
    );
  }
  const root = parsed.documents[0]?.root;
  if (root?.kind !== "map") return;
  readContainer(collection, moveTo(root, file));
}

/** JSON with comments and trailing commas: both become spaces, so that every offset stays. */
export function withoutComments(text: string): string {
  const out: string[] = [];
  let start = 0;
  let index = 0;
  const blank = (from: number, to: number): void => {
    out.push(text.slice(start, from), text.slice(from, to).replaceAll(/[^\r\n]/g, " "));
    start = to;
  };
  let comma = -1;
  while (index < text.length) {
    const char = text[index];
    if (char === '"') {
      comma = -1;
      index++;
      while (index < text.length && text[index] !== '"' && text[index] !== "\n") {
        index += text[index] === "\\" ? 2 : 1;
      }
      index++;
    } else if (char === "/" && (text[index + 1] === "/" || text[index + 1] === "*")) {
      const isLine = text[index + 1] === "/";
      const found = text.indexOf(isLine ? "\n" : "*/", index + 2);
      const end = found < 0 ? text.length : isLine ? found : found + 2;
      blank(index, end);
      index = end;
    } else {
      if (char === ",") comma = index;
      else if ((char === "}" || char === "]") && comma >= start) blank(comma, comma + 1);
      if (char !== "," && char !== undefined && !/\s/.test(char)) comma = -1;
      index++;
    }
  }
  out.push(text.slice(start));
  return out.join("");
}

/** The tree with its spans in the file as it is. */
function moveTo(node: YamlNode, file: SourceFile): YamlNode {
  const span: Span = { ...node.span, file };
  if (node.kind === "scalar") return { ...node, span };
  if (node.kind === "list")
    return { ...node, span, items: node.items.map((item) => moveTo(item, file)) };
  const entries = new Map<string, YamlEntry>();
  for (const [name, { key, value }] of node.entries) {
    entries.set(name, { key: { ...key, span: { ...key.span, file } }, value: moveTo(value, file) });
  }
  return { ...node, span, entries };
}

function readContainer(collection: Collection, root: YamlNode): void {
  const { file, context } = collection;
  const directory = dirName(file.path);
  const variables = newVariables();
  const scope = { context, bases: [directory, dirName(directory), "."], variables };
  const build = get(root, "build");
  const dockerfile = asScalar(
    get(build, "dockerfile") ?? get(build, "dockerFile") ?? get(root, "dockerFile"),
  );
  if (dockerfile !== undefined) addBuild(collection, root, dockerfile, scope);
  const image = asScalar(get(root, "image"));
  const named = image ?? dockerfile;
  if (named !== undefined) {
    const flags = flagsOfList(get(root, "runArgs"), variables, RUN_FLAGS);
    const report: Report = { unknowns: [...flags.unknowns] };
    const options = [...configured(root, variables), ...flags.options];
    const built = `built from ${named.text.slice(0, 60)}`;
    const argument =
      image === undefined
        ? makeArgument([{ text: built, span: named.span, unknown: {} }], named.span)
        : scalarArgument(image, variables);
    const request = {
      what: "devcontainer",
      engine: "docker",
      span: named.span,
      options,
      image: argument,
      command: [],
      opaque: flags.opaque,
    } as const;
    const { workload } = runWorkload(request, scope, report);
    const joined =
      image === undefined ? withStage(workload, dockerfile, build, scope, options) : workload;
    const written = { ...joined, configuredBy: "devcontainer" } as const;
    addDraft(collection, { key: "devcontainer", workload: written });
  }
  const entries = [...(root.kind === "map" ? root.entries : [])];
  for (const [key, { value }] of entries)
    if (LIFECYCLE.has(key)) collectLifecycle(collection, value, scope);
  if (root.kind !== "map") return;
  const others = new Map(entries.filter(([key]) => !LIFECYCLE.has(key)));
  collectTree(collection, { ...root, entries: others });
}

/** Commands that run on the way to a ready container; the first of them on the host. */
const LIFECYCLE = new Set([
  "initializeCommand",
  "onCreateCommand",
  "updateContentCommand",
  "postCreateCommand",
  "postStartCommand",
  "postAttachCommand",
]);

/** A text is a script, a list is the words of one command, a map holds several of either. */
function collectLifecycle(collection: Collection, node: YamlNode, scope: Scope): void {
  if (node.kind === "map") {
    for (const [, { value }] of entriesOf(node))
      if (value.kind !== "map") collectLifecycle(collection, value, scope);
  } else if (node.kind === "scalar") {
    collectScalars(collection, scriptScalars(node), newVariables());
  } else {
    const words = node.items.flatMap((item) =>
      item.kind === "scalar" ? [scalarArgument(item, scope.variables)] : [],
    );
    if (collectWords(collection, words, scope)) return;
    for (const { pieces, span } of scriptWords({ words }))
      collectScript(collection, mapText(pieces, span), { ...scope, variables: newVariables() });
  }
}

function addBuild(
  collection: Collection,
  root: YamlNode,
  dockerfile: YamlScalar,
  scope: Scope,
): void {
  const { variables } = scope;
  const build = get(root, "build");
  const flags = flagsOfList(get(build, "options"), variables, BUILD_FLAGS);
  const options = [
    ...flags.options,
    ...scalarOption("file", dockerfile, variables),
    ...scalarOption("target", get(build, "target"), variables),
    ...mapOptions("build-arg", get(build, "args"), variables),
  ];
  const directory = asScalar(get(build, "context") ?? get(root, "context"));
  const word = directory === undefined ? undefined : scalarArgument(directory, variables);
  const request = { what: "devcontainer build", engine: "docker", span: dockerfile.span } as const;
  const report: Report = { unknowns: [...flags.unknowns] };
  addDraft(collection, buildDraft(request, options, word, scope, report));
}

/** What the stage says that the container is built from. */
function withStage(
  workload: Draft["workload"],
  dockerfile: YamlScalar | undefined,
  build: YamlNode | undefined,
  { context, bases }: Scope,
  options: readonly Option[],
): Draft["workload"] {
  const path = bases
    .map((base) => joinPath(base, dockerfile?.text ?? "Dockerfile"))
    .find((candidate) => context.files.kind(candidate) === "file");
  const read = path === undefined ? undefined : context.files.read(path);
  if (dockerfile === undefined) return workload;
  const target = asText(get(build, "target"));
  const resolved =
    read?.ok === true
      ? resolveStage(read.file, context, target === undefined ? {} : { target })
      : undefined;
  if (read?.ok !== true || resolved?.ok !== true) return ofLostBuild(workload, dockerfile);
  const { stage } = resolved;
  const places = [{ span: stage.source, label: "built from this stage" }];
  if (options.some(({ name }) => name === "user"))
    return { ...workload, image: stage.image, places };
  const { span } = stage.user.origin;
  const origin = {
    kind: "inherited",
    from: `stage ${stage.stage} of ${read.file.path}`,
    ...(span === undefined ? {} : { span }),
    through: [{ span: dockerfile.span, label: "the Dockerfile is named here" }],
  } as const;
  return {
    ...workload,
    places,
    image: stage.image,
    user: { ...stage.user, origin },
    ...(stage.privilegeDrop === undefined ? {} : { privilegeDrop: stage.privilegeDrop }),
  };
}

/** Nothing is known of an image whose Dockerfile is not here or cannot be followed. */
function ofLostBuild(workload: Draft["workload"], dockerfile: YamlScalar): Draft["workload"] {
  const image = unknownFact(
    "it is built here, and its Dockerfile cannot be followed",
    "check the Dockerfile, and that its path is right",
    { kind: "set", span: dockerfile.span },
  );
  return { ...workload, image, ...(workload.user.known ? {} : { user: image }) };
}

/** The keys that stand for flags of `docker run`. */
function configured(root: YamlNode, variables: Variables): readonly Option[] {
  const ports = get(root, "appPort");
  return [
    ...booleanOption("privileged", entryOf(root, "privileged")),
    ...booleanOption("init", entryOf(root, "init")),
    ...listOptions("cap-add", get(root, "capAdd"), variables, "capAdd"),
    ...listOptions("security-opt", get(root, "securityOpt"), variables, "securityOpt"),
    ...scalarOption("user", get(root, "containerUser"), variables, "containerUser"),
    ...mapOptions("env", get(root, "containerEnv"), variables, "containerEnv"),
    ...mapOptions("env", get(root, "remoteEnv"), variables, "remoteEnv"),
    ...listOptions("publish", ports, variables, "appPort"),
    ...scalarOption("mount", get(root, "workspaceMount"), variables, "workspaceMount"),
    ...mounts(get(root, "mounts"), variables),
  ];
}

function booleanOption(name: string, entry: YamlEntry | undefined): readonly Option[] {
  const scalar = asScalar(entry?.value);
  if (entry === undefined || scalar === undefined || scalar.value === null) return [];
  const span: Span = { ...entry.key.span, end: Math.max(entry.key.span.end, scalar.span.end) };
  return [{ name, written: name, value: literalArgument(scalar.text, scalar.span), span }];
}

/** `mounts` holds texts as for `--mount`, or maps with the same keys. */
function mounts(node: YamlNode | undefined, variables: Variables): readonly Option[] {
  return itemsOf(node).flatMap((item) => {
    if (item.kind === "scalar") return scalarOption("mount", item, variables, "mounts");
    const pairs = mapOptions("mount", item, variables, "mounts").flatMap(
      ({ value }) => value ?? [],
    );
    const comma = { text: ",", span: { ...item.span, end: item.span.start } };
    const pieces = pairs.flatMap((pair, index) =>
      index === 0 ? pair.pieces : [comma, ...pair.pieces],
    );
    const value = makeArgument(pieces, item.span);
    return [{ name: "mount", written: "mounts", value, span: item.span }];
  });
}
