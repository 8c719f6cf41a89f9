/** Secrets in an image's configuration and history: what everybody reads who may inspect the image. */

import type { Span } from "../../../model/source.ts";
import type { SecretSighting } from "../../../model/image-contents.ts";
import { asText, entriesOf, get, itemsOf } from "../../yaml/access.ts";
import type { YamlNode } from "../../yaml/node.ts";
import type { KeyedHash, TextSighting } from "./secrets-in-text.ts";
import { commandSecrets, valueSecrets, variableSecret } from "./secrets-in-text.ts";
import { parseHistoryStep } from "../history.ts";
import { spanInString } from "./span-in-string.ts";

export interface DocumentContext {
  readonly image: string;
  readonly keyedHash: KeyedHash;
}

/** A document with more secrets is searched no further. */
const MAX_SIGHTINGS = 2000;

/** Secrets in `config` (Env, Labels, commands, health check, triggers) and in the old `container_config`. */
export function configSecrets(root: YamlNode, context: DocumentContext): SecretSighting[] {
  const found: SecretSighting[] = [];
  for (const section of ["config", "container_config"]) {
    const config = get(root, section);
    // The classic builder kept the last step's configuration too, which mostly says the same.
    const seen = new Set(found.map(keyOf));
    const inSection = sectionSecrets(config, section, context);
    found.push(...inSection.filter((sighting) => !seen.has(keyOf(sighting))));
  }
  return found.slice(0, MAX_SIGHTINGS);
}

function keyOf({ detector, keyedHash, name }: SecretSighting): string {
  return JSON.stringify([detector, keyedHash, name]);
}

function sectionSecrets(
  config: YamlNode | undefined,
  section: string,
  context: DocumentContext,
): SecretSighting[] {
  const found: SecretSighting[] = [];
  const take = (node: YamlNode, field: string, sightings: readonly TextSighting[]): void => {
    for (const sighting of sightings) found.push(placed(sighting, node.span, field, context));
  };
  for (const [index, node] of itemsOf(get(config, "Env")).entries()) {
    const text = asText(node) ?? "";
    const equals = text.indexOf("=");
    if (equals < 0) continue;
    const name = text.slice(0, equals);
    const secret = variableSecret(name, text.slice(equals + 1), equals + 1, context.keyedHash);
    take(node, `${section}.Env[${String(index)}]`, secret === undefined ? [] : [secret]);
  }
  for (const [name, { value }] of entriesOf(get(config, "Labels"))) {
    const secret = variableSecret(name, asText(value) ?? "", 0, context.keyedHash);
    take(value, `${section}.Labels[${JSON.stringify(name)}]`, secret === undefined ? [] : [secret]);
  }
  for (const [name, node] of commandsOf(config)) {
    const words = node.kind === "list" ? node.items : [node];
    for (const [index, word] of words.entries()) {
      take(
        word,
        `${section}.${name}[${String(index)}]`,
        // A trigger is an instruction, as the steps of the history are.
        name === "OnBuild"
          ? stepSecrets(asText(word) ?? "", new Set(), context.keyedHash)
          : wordSecrets(words, index, word, context.keyedHash),
      );
    }
  }
  return found;
}

function commandsOf(config: YamlNode | undefined): [string, YamlNode][] {
  const nodes: [string, YamlNode | undefined][] = [
    ["Entrypoint", get(config, "Entrypoint")],
    ["Cmd", get(config, "Cmd")],
    ["Healthcheck.Test", get(get(config, "Healthcheck"), "Test")],
    ["OnBuild", get(config, "OnBuild")],
  ];
  return nodes.filter((entry): entry is [string, YamlNode] => entry[1] !== undefined);
}

/** A word by itself: a script, or one word of a command whose option may stand before it. */
function wordSecrets(
  words: readonly YamlNode[],
  index: number,
  word: YamlNode,
  keyedHash: KeyedHash,
): TextSighting[] {
  const text = asText(word) ?? "";
  const option = asText(words[index - 1]) ?? "";
  const named = /^--?([A-Za-z][\w-]{1,60})$/.exec(option)?.[1];
  const byOption = named === undefined ? undefined : variableSecret(named, text, 0, keyedHash);
  if (byOption !== undefined) return [byOption];
  const whole = /^--?([A-Za-z][\w-]{1,60})=/.exec(text);
  const inOption =
    whole === null
      ? undefined
      : variableSecret(whole[1] ?? "", text.slice(whole[0].length), whole[0].length, keyedHash);
  return inOption === undefined ? commandSecrets(text, keyedHash) : [inOption];
}

/** Secrets in the steps of the history, and the steps without them. */
export function historySecrets(
  root: YamlNode,
  context: DocumentContext,
): {
  readonly sightings: SecretSighting[];
  /** What made each layer, in order, without secrets. Steps that made none are left out. */
  readonly createdBy: readonly string[];
} {
  const sightings: SecretSighting[] = [];
  const createdBy: string[] = [];
  const known = new Set<string>();
  for (const [index, entry] of itemsOf(get(root, "history")).entries()) {
    const node = get(entry, "created_by");
    const text = asText(node) ?? "";
    const secrets = node === undefined ? [] : stepSecrets(text, known, context.keyedHash);
    if (node !== undefined && sightings.length < MAX_SIGHTINGS) {
      const field = `history[${String(index)}].created_by`;
      for (const secret of secrets) sightings.push(placed(secret, node.span, field, context));
    }
    if (asText(get(entry, "empty_layer")) !== "true") createdBy.push(withoutValues(text, secrets));
  }
  return { sightings, createdBy };
}

function stepSecrets(text: string, known: Set<string>, keyedHash: KeyedHash): TextSighting[] {
  const step = parseHistoryStep(text, known);
  if (step.instruction === "ARG") known.add(argumentName(step.rest));
  const byName = step.variables.flatMap(({ name, value, start }) => {
    const secret = variableSecret(name, value, start, keyedHash);
    return secret === undefined ? [] : [secret];
  });
  // A history quotes nothing: all that follows the shell is the script.
  const shell = step.instruction === "RUN" ? (SHELL.exec(step.rest)?.[0].length ?? 0) : 0;
  const rest = step.rest.slice(shell);
  const restAt = text.length - rest.length - (text.endsWith(" # buildkit") ? 11 : 0);
  const inRest =
    step.instruction === "RUN" || step.variables.length === 0
      ? (step.instruction === "RUN" ? commandSecrets : valueSecrets)(rest, keyedHash)
      : [];
  return [
    ...byName,
    ...inRest.map((found) => ({ ...found, start: found.start + restAt, end: found.end + restAt })),
  ];
}

const SHELL = /^(?:\/\S{1,100}\/)?(?:ba|da|a|z|k)?sh (?:-[\w-]{1,20} ){0,8}?-\w{0,8}c /;

function argumentName(rest: string): string {
  const equals = rest.indexOf("=");
  return equals < 0 ? rest.trim() : rest.slice(0, equals);
}

/** Longer steps are shown cut. */
const MAX_STEP = 300;

function withoutValues(text: string, secrets: readonly TextSighting[]): string {
  let shown = "";
  let at = 0;
  for (const { start, end } of secrets.toSorted((left, right) => left.start - right.start)) {
    if (start >= at) shown += `${text.slice(at, start)}***`;
    at = Math.max(at, end);
  }
  shown += text.slice(at);
  return shown.length > MAX_STEP ? `${shown.slice(0, MAX_STEP)}…` : shown;
}

function placed(
  { start, end, ...sighting }: TextSighting,
  span: Span,
  field: string,
  { image }: DocumentContext,
): SecretSighting {
  return {
    ...sighting,
    encoding: "plain",
    state: { is: "live" },
    place: { image, field },
    span: spanInString(span, start, end),
  };
}
