/** gate.yaml, compiled whole or not at all: a policy with a mistake admits nobody. */

import type * as z from "zod";
import type { SourceFile, Span } from "../../model/source.ts";
import { asText, isNull } from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import { parseYaml } from "../../readers/yaml/parse.ts";
import { checkClient, type Tell } from "./check-client.ts";
import { compileClient, withPreset } from "./compile-client.ts";
import { compileSettings } from "./compile-settings.ts";
import type { CompiledClient, CompiledGate, Listener } from "./compiled.ts";
import { joinListener, placeOf, readListener } from "./listeners.ts";
import {
  type Mistake,
  type Path,
  type PolicyProblem,
  keySpan,
  pathText,
  placed,
  quoted,
  schemaMistakes,
  valueSpan,
} from "./problems.ts";
import { type ReadText, readProfile } from "./profile.ts";
import { salvage } from "./salvage.ts";
import { gateSchema, type GateData } from "./schema/gate.ts";
import type { ListenData } from "./schema/client.ts";
import { writeAddress } from "./values.ts";

export type CompileOutcome =
  | { readonly ok: true; readonly gate: CompiledGate }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

export interface CompileOptions {
  /** Gives the texts of files that the policy names, by the path as it is written there. */
  readonly readText?: ReadText;
}

/** How many clients a policy may have. */
const MOST_CLIENTS = 1000;
/** How many mistakes are told at once. */
const MOST = 100;

/** Never throws. */
export function compilePolicy(file: SourceFile, options: CompileOptions = {}): CompileOutcome {
  const { root, mistakes } = readRoot(file);
  if (root === undefined || mistakes.length > 0) return refused(mistakes, file);
  const result = gateSchema.safeParse(plainTexts(root));
  const issues = (result.error?.issues ?? []).slice(0, MOST).map((issue) => bounded(issue));
  const found = schemaMistakes(issues, root, gateSchema);
  const told = issues.flatMap((issue) => pathsOf(issue));
  const tell: Tell = (path, problem, help, part) => {
    // What was told already may only look wrong because it was left out.
    if (told.some((one) => path.every((key, index) => key === one[index]))) return;
    const span = part === "key" ? keySpan(root, path) : valueSpan(root, path);
    found.push({ span, problem: problemAt(path, problem), help });
  };
  const data = result.success ? result.data : salvage(plainTexts(root));
  const gate = data === undefined ? undefined : compileData(data, tell, options);
  return found.length > 0 || gate === undefined ? refused(found, file) : { ok: true, gate };
}

function bounded(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "unrecognized_keys") return issue;
  return { ...issue, keys: issue.keys.slice(0, MOST) };
}

function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  if (issue.code !== "unrecognized_keys") return [issue.path];
  return issue.keys.map((key) => [...issue.path, key]);
}

function refused(mistakes: readonly Mistake[], file: SourceFile): CompileOutcome {
  return { ok: false, problems: placed(mistakes, file).slice(0, MOST) };
}

/** Says of which client a mistake is: its keys stand far below its name. */
function problemAt(path: Path, problem: string): string {
  return path[0] === "clients" && path.length > 1
    ? `${pathText(path.slice(0, 2))}: ${problem}`
    : problem;
}

function readRoot(file: SourceFile): { root?: YamlNode; mistakes: Mistake[] } {
  const whole: Span = { file, start: 0, end: 0 };
  const parsed = parseYaml(file, { booleans: "yaml-1.2" });
  const mistakes = parsed.unknowns.map((unknown): Mistake => ({
    span: unknown.span ?? whole,
    problem: unknown.why,
    help: unknown.settle,
  }));
  const [first, ...others] = parsed.documents;
  const second = others.find(({ root }) => !isNull(root));
  if (second !== undefined) {
    mistakes.push({
      span: second.span,
      problem: "a second document begins here, and a policy is one",
      help: "remove the --- above it, or what follows it",
    });
  }
  const root = first?.root;
  if (root === undefined || isNull(root)) {
    if (mistakes.length === 0) {
      mistakes.push({
        span: whole,
        problem: "the file is empty",
        help: "begin with `version: 1` and `clients:`; docs/gate-policy.md has examples",
      });
    }
    return { mistakes };
  }
  const forbidden = prototypeKeys(root);
  return { root, mistakes: [...mistakes, ...forbidden] };
}

/** A key that plain objects cannot hold would be lost without a word. */
function prototypeKeys(node: YamlNode): Mistake[] {
  if (node.kind === "scalar") return [];
  if (node.kind === "list") return node.items.flatMap((item) => prototypeKeys(item));
  return [...node.entries].flatMap(([name, { key, value }]) => [
    ...(name === "__proto__"
      ? [{ span: key.span, problem: `${quoted(name)} cannot be a key`, help: "write another name" }]
      : []),
    ...prototypeKeys(value),
  ]);
}

/** Plain data in which numbers stay as they are written: 1.40 is no 1.4, and 0660 no 432. */
function plainTexts(node: YamlNode): unknown {
  if (node.kind === "scalar") {
    return typeof node.value === "number" ? asText(node) : node.value;
  }
  if (node.kind === "list") return node.items.map((item) => plainTexts(item));
  return Object.fromEntries(
    [...node.entries].map(([name, { value }]) => [name, plainTexts(value)]),
  );
}

function compileData(
  data: GateData,
  tell: Tell,
  options: CompileOptions,
): CompiledGate | undefined {
  const settings = compileSettings(data, tell);
  let listeners: readonly Listener[] = [];
  const clients: CompiledClient[] = [];
  const named = Object.entries(data.clients);
  if (named.length > MOST_CLIENTS) {
    tell(
      ["clients"],
      `${String(named.length)} are more clients than a gate has`,
      "run several gates",
    );
  }
  for (const [name, client] of named.slice(0, MOST_CLIENTS)) {
    const tellHere: Tell = (path, ...rest) => tell(["clients", name, ...path], ...rest);
    checkClient(client, tellHere);
    listeners = withListeners(listeners, client.listen, name, tellHere);
    const written = client.force?.["seccomp-profile"];
    const profile =
      written === undefined ? undefined : readProfile(written, tellHere, options.readText);
    // Checked against the preset as well: what both say together may be too much.
    checkTogether(withPreset(client), tellHere);
    clients.push({
      policy: compileClient(name, client, profile),
      ...(client.preset === undefined ? {} : { preset: client.preset }),
    });
  }
  if (clients.length === 0) {
    tell(["clients"], "clients is empty: nobody could connect", "name a client");
  }
  if (settings === undefined) return undefined;
  checkPlaces(settings, listeners, tell);
  return { ...settings, clients: besideEachOther(clients), listeners };
}

/** Operations that leave an image with its owner's label. */
const MAKING_IMAGES = ["ImageBuild", "ImageCommit", "ImageCreate", "Grpc"];

function besideEachOther(clients: readonly CompiledClient[]): readonly CompiledClient[] {
  const owners = new Set(
    clients
      .filter(({ policy: { ownership, operations } }) =>
        MAKING_IMAGES.some((id) => ownership && operations.has(id)),
      )
      .map(({ policy }) => policy.owner),
  );
  return clients.map((client) => {
    const { ownership, owner } = client.policy;
    const others = owners.size - (owners.has(owner) ? 1 : 0);
    return ownership && others > 0
      ? { ...client, policy: { ...client.policy, besideOwners: true } }
      : client;
  });
}

function withListeners(
  listeners: readonly Listener[],
  data: ListenData | readonly ListenData[],
  client: string,
  tell: Tell,
): readonly Listener[] {
  const isList = Array.isArray(data);
  const items = (isList ? data : [data]) as readonly ListenData[];
  let all = listeners;
  for (const [index, item] of items.entries()) {
    const tellHere: Tell = (path, ...rest) =>
      tell(["listen", ...(isList ? [index] : []), ...path], ...rest);
    const listener = readListener(item, client, tellHere);
    if (listener !== undefined) all = joinListener(all, listener, tellHere);
  }
  return all;
}

function checkTogether(data: GateData["clients"][string], tell: Tell): void {
  const { force, grant } = data;
  if (force?.["seccomp-profile"] !== undefined && grant?.["seccomp-unconfined"] === true) {
    tell(
      ["grant", "seccomp-unconfined"],
      "a seccomp profile is forced and its absence granted",
      "remove seccomp-unconfined, or the forced profile",
    );
  }
}

/** The gate listening where it asks the engine, or where its own pages are, would answer itself. */
function checkPlaces(
  { upstream, admin }: Pick<CompiledGate, "upstream" | "admin">,
  listeners: readonly Listener[],
  tell: Tell,
): void {
  const places = listeners.map((listener) => placeOf(listener));
  if (upstream.kind === "unix" && places.includes(upstream.path)) {
    tell(
      ["upstream"],
      `${quoted(upstream.path)} is the engine's socket and a client's`,
      "give the client another path",
    );
  }
  const own = admin?.kind === "unix" ? admin.path : admin && writeAddress(admin.address);
  if (own !== undefined && places.includes(own)) {
    tell(["admin"], `${quoted(own)} is a client's address`, "give admin an address of its own");
  }
}
