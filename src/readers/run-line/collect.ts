/** Gathers the run lines of one file. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { sameSpan } from "../../model/source.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Workload } from "../../model/workload.ts";
import type { BuiltImage, ReadContext, Reading } from "../contract.ts";
import { dirName, joinPath } from "../paths.ts";
import { parseScript } from "../shell/parse.ts";
import type { MappedText } from "../shell/mapped-text.ts";
import type { ParsedCommand, ShellOptions } from "../shell/syntax.ts";
import type { Argument } from "./argument.ts";
import { wholeExpansion } from "./argument.ts";
import { buildWorkload } from "./build-workload.ts";
import { clientHost, hostFromVariables } from "./client-host.ts";
import { clientWorkload } from "./client-workload.ts";
import { execWorkload } from "./exec-workload.ts";
import { RUN_FLAGS, SERVICE_FLAGS } from "./flag-tables.ts";
import type { ClientCall, Invocation } from "./invocation.ts";
import { clientCallOf, invocationOf } from "./invocation.ts";
import type { Report } from "./option-facts.ts";
import { last } from "./option-facts.ts";
import { parseFlags } from "./parse-flags.ts";
import type { Draft } from "./run-workload.ts";
import { runWorkload } from "./run-workload.ts";
import type { Variables } from "./variables.ts";
import { applyAssignments, evaluateWord } from "./variables.ts";
import type { Scope } from "./workload-parts.ts";

/** The most run lines that are read of one file. */
const MAX_RUN_LINES = 1000;

/** In a script with more variables, those of a single command are not told from the script's. */
const MAX_COPIED = 500;

export interface Collection {
  readonly file: SourceFile;
  readonly context: ReadContext;
  readonly workloads: Workload[];
  readonly unknowns: Unknown[];
  readonly builds: BuiltImage[];
  /** Whether the bound on run lines was hit and reported. */
  full: boolean;
}

export function newCollection(file: SourceFile, context: ReadContext): Collection {
  return { file, context, workloads: [], unknowns: [], builds: [], full: false };
}

export function readingOf(collection: Collection): Reading {
  const { workloads, unknowns, builds } = collection;
  return { workloads, unknowns, ...(builds.length === 0 ? {} : { builds }) };
}

/** A workflow's steps run in the directory that holds its `.github`. */
const WORKFLOW = /^(?:(.*?)\/)?\.github\/workflows\//;

/** Relative paths are most often relative to the file's directory or to the checkout's. */
export function basesOf(file: SourceFile, workingDirectory?: string): readonly string[] {
  const workflow = WORKFLOW.exec(file.path);
  const checkout = workflow === null ? [] : [workflow[1] ?? "."];
  const own = checkout.map((directory) => joinPath(directory, workingDirectory ?? "."));
  const directories = [...own, ...checkout, workingDirectory, dirName(file.path), "."];
  return [...new Set(directories.filter((directory) => directory !== undefined))];
}

/** Takes a workload up, with an id that does not change when lines move. */
export function addDraft(collection: Collection, draft: Draft): void {
  const { workloads, file } = collection;
  if (isFull(collection, draft.workload.source)) return;
  const id = `${file.path}#line:${workloads.length + 1}:${draft.key}`;
  const marked = draft.workload.unknowns.map((unknown) => ({ ...unknown, workload: id }));
  workloads.push({ ...draft.workload, id, unknowns: marked });
}

/** Whether the bound on run lines is hit; says so once. */
function isFull(collection: Collection, span: Span): boolean {
  if (collection.workloads.length < MAX_RUN_LINES) return false;
  if (!collection.full) {
    collection.full = true;
    const why = `the file has more than ${MAX_RUN_LINES} run lines`;
    collection.unknowns.push(unknownAt(span, "the rest of the file", why, "split the file"));
  }
  return true;
}

/** Reads the run lines of a script. What it assigns stays in `scope.variables`. */
export function collectScript(
  collection: Collection,
  script: MappedText,
  scope: Scope,
  options: ShellOptions = {},
): void {
  const { commands, stoppedAt } = parseScript(script.text, script.spanOf, {
    ...options,
    useOf: script.useOf,
  });
  for (const command of commands) {
    collectCommand(collection, command, scope);
    applyAssignments(command, scope.variables);
  }
  if (stoppedAt !== undefined) {
    const why = "the script is too large to be read whole";
    collection.unknowns.push(
      unknownAt(stoppedAt, "the rest of the script", why, "split the script"),
    );
  }
}

function collectCommand(collection: Collection, command: ParsedCommand, scope: Scope): void {
  if (collection.full || !mayCallEngine(command, scope.variables)) return;
  const words = command.words.flatMap((word) => evaluateWord(word, scope.variables));
  collectWords(collection, words, scope, command);
}

const ENGINE = /docker|podman|nerdctl/i;

/** Whether a command can be a call at all: cheap, since scripts have many commands. */
function mayCallEngine(command: ParsedCommand, variables: Variables): boolean {
  const { words } = command;
  if (words.length < 2) return false;
  return words.some(
    (word) =>
      ENGINE.test(word.text) ||
      (word.dynamic &&
        word.parts.some(
          (part) =>
            part.kind === "expansion" &&
            part.variable !== undefined &&
            (variables.settings.has(part.variable.name) ||
              /CONTAINER|OCI_/i.test(part.variable.name)),
        )),
  );
}

/** Reads the words of one command, already evaluated. False when they are no run line. */
export function collectWords(
  collection: Collection,
  words: readonly Argument[],
  scope: Scope,
  command?: ParsedCommand,
): boolean {
  const invocation = invocationOf(words);
  if (invocation === undefined) return collectClient(collection, words, scope, command);
  if (isFull(collection, invocation.span)) return false;
  const report: Report = { unknowns: [] };
  const inner = command === undefined ? scope : withAssignments(command, scope);
  const add = (draft: Draft): void => {
    const env = [...draft.workload.env, ...clientHost(invocation, command, scope.variables)];
    addDraft(collection, { ...draft, workload: { ...draft.workload, env } });
  };
  if (invocation.action === "exec") {
    const draft = execWorkload(invocation, inner, report);
    if (draft !== undefined) add(draft);
    return draft !== undefined;
  }
  if (invocation.action === "build") {
    const draft = buildWorkload(invocation, inner, report);
    if (draft === undefined) return false;
    add(draft);
    for (const build of draft.builds) collection.builds.push(build);
    return true;
  }
  const draft = runDraft(invocation, inner, report);
  if (draft !== undefined) add(draft);
  return draft !== undefined;
}

/** `docker compose up`, `docker push`: told only for the address of the engine, once per address. */
function collectClient(
  collection: Collection,
  words: readonly Argument[],
  scope: Scope,
  command: ParsedCommand | undefined,
): boolean {
  const call = clientCallOf(words);
  if (call === undefined) return false;
  return addClient(collection, clientHost(call, command, scope.variables), call);
}

/** The address that a script exports and no line of it uses. */
export function collectHost(collection: Collection, variables: Variables): void {
  const hosts = hostFromVariables(variables, "docker");
  const { span } = hosts[0]?.origin ?? {};
  if (span === undefined) return;
  addClient(collection, hosts, { program: "DOCKER_HOST", engine: "docker", globals: [], span });
}

function addClient(
  collection: Collection,
  [host]: readonly EnvironmentVariable[],
  call: ClientCall,
): boolean {
  const { span } = host?.origin ?? {};
  if (host === undefined || span === undefined) return false;
  const isTold = collection.workloads.some(({ env }) =>
    env.some(({ origin }) => origin.span !== undefined && sameSpan(origin.span, span)),
  );
  if (isTold) return false;
  addDraft(collection, clientWorkload(call, host));
  return true;
}

/** `TOKEN=x docker run -e TOKEN …`. */
function withAssignments(command: ParsedCommand, scope: Scope): Scope {
  const { settings, budget } = scope.variables;
  if (command.assignments.length === 0 || settings.size > MAX_COPIED) return scope;
  const variables = { settings: new Map(settings), budget };
  applyAssignments(command, variables);
  return { ...scope, variables };
}

/** Words that documentation writes where an image would stand. */
const PLACEHOLDER = /^(\[.*|\.{2,}|…|IMAGE|OPTIONS)$/;

function runDraft(invocation: Invocation, scope: Scope, report: Report): Draft | undefined {
  const { action, args, program, engine, span } = invocation;
  const flags = parseFlags(args, action === "service create" ? SERVICE_FLAGS : RUN_FLAGS);
  const { options, operands } = flags;
  if (last(options, "help") !== undefined) return undefined;
  report.unknowns.push(...flags.unknowns);
  // With nothing but `$@`, the image is among the words that are not known.
  const image = operands[0] ?? flags.opaque.at(-1);
  if (image === undefined || PLACEHOLDER.test(image.text)) return undefined;
  const allWords = operands.length > 0 && /^[@*]$/.test(wholeExpansion(image)?.name ?? "");
  const opaque = allWords ? [...flags.opaque, image] : flags.opaque;
  return runWorkload(
    {
      what: `${program} ${action}`,
      engine,
      span,
      options,
      image,
      ...(flags.unclear
        ? { imageDoubt: "an unknown flag before it makes it unclear which word is the image" }
        : {}),
      command: operands.slice(1),
      opaque,
    },
    scope,
    report,
  );
}
