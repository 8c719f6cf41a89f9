/** What becomes of a field's value. The very same value back means that it stays. */

import { OWNER_LABEL } from "../judge/contract.ts";
import { IMAGE_OWNER_LABEL } from "../ownership/labels.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { MASK, isSecretValue, maskScript, maskText, maskWords } from "./mask.ts";

export interface Site {
  readonly strict: boolean;
  /** Of the client, where it has ownership: its own labels are not hidden from it. */
  readonly owner?: string;
  /** The object whose field it is. */
  readonly object: JsonObject;
}

export type Treatment = (value: JsonValue, site: Site) => JsonValue;

/** Shown as it is, for a reason that stands beside the row. */
export const keep: Treatment = (value) => value;

/** Every text in it. */
export const hide: Treatment = (value) => {
  if (typeof value === "string") return value === "" ? value : MASK;
  if (isJsonList(value)) return mapped(value, (item) => hide(item, NOWHERE));
  return isJsonObject(value) ? mappedValues(value, (inner) => hide(inner, NOWHERE)) : value;
};

const NOWHERE: Site = { strict: true, object: new Map() };

/** Only texts that are themselves a secret, or hold one. */
export const search: Treatment = (value) => {
  if (typeof value === "string") return maskText(value);
  if (isJsonList(value)) return mapped(value, (item) => search(item, NOWHERE));
  return isJsonObject(value) ? mappedValues(value, (inner) => search(inner, NOWHERE)) : value;
};

/** `NAME=value`: every value. */
export const variables: Treatment = (value) =>
  eachText(value, (entry) => {
    const equals = entry.indexOf("=");
    return equals === -1 || equals === entry.length - 1
      ? entry
      : `${entry.slice(0, equals)}=${MASK}`;
  });

/** `name=value`: the values that are secrets. */
export const settings: Treatment = (value) =>
  eachText(value, (entry) => {
    const equals = entry.indexOf("=");
    if (equals === -1) return maskText(entry);
    const [name, text] = [entry.slice(0, equals), entry.slice(equals + 1)];
    return isSecretValue(name, text) ? `${name}=${MASK}` : entry;
  });

/** A map of names and values: the values that are secrets. */
export const named: Treatment = (value) =>
  mappedEntries(value, (name, text) => (isSecretValue(name, text) ? MASK : maskText(text)));

/** Options of drivers: also what stands in a list of mount options. */
export const options: Treatment = (value) =>
  mappedEntries(value, (name, text) => {
    if (/^(?:o|opts?|options)$/i.test(name)) return maskMountOptions(text);
    return isSecretValue(name, text) ? MASK : maskText(text);
  });

/** mount(8): `username=…,password=…`, of cifs among others. */
const MOUNT_SECRET =
  /^(?:pass|password|password2|user|username|cred|credentials|key|secret|token)$/i;

function maskMountOptions(text: string): string {
  return text
    .split(",")
    .map((part) => {
      const equals = part.indexOf("=");
      if (equals === -1) return part;
      const [name, value] = [part.slice(0, equals), part.slice(equals + 1)];
      return MOUNT_SECRET.test(name.trim()) || isSecretValue(name, value)
        ? `${name}=${MASK}`
        : part;
    })
    .join(",");
}

/** Labels of the client's own objects are searched for secrets; of others, when strict, only names are shown. */
export const labels: Treatment = (value, { strict, owner }) => {
  if (!strict) return named(value, NOWHERE);
  const own =
    owner !== undefined &&
    isJsonObject(value) &&
    (value.get(OWNER_LABEL) === owner || value.get(IMAGE_OWNER_LABEL) === owner);
  if (!own) return hide(value, NOWHERE);
  return mappedEntries(value, (name, text) =>
    isSecretValue(name, text) || isHostPath(text) ? MASK : maskText(text),
  );
};

/** A command as one text. */
export const script: Treatment = (value) => eachText(value, maskScript);

/** A command as words. */
export const words: Treatment = (value) => {
  if (typeof value === "string") return maskScript(value);
  const list = textsOf(value);
  return list === undefined ? search(value, NOWHERE) : unlessSame(value, maskWords(list));
};

/** Words that come after those of another field of the same object: a program, an entry point. */
export const wordsAfter =
  (field: string): Treatment =>
  (value, { object }) => {
    const list = textsOf(value);
    if (list === undefined) return words(value, NOWHERE);
    const before = object.get(field);
    const program = typeof before === "string" ? [before] : (textsOf(before) ?? []);
    return unlessSame(value, maskWords([...program, ...list]).slice(program.length));
  };

/** A path of the host, or what begins with one. */
export const path: Treatment = (value) =>
  eachText(value, (text) => (isHostPath(text) ? MASK : text));

/** `source:target:mode`, where the source is a path. */
export const binds: Treatment = (value) =>
  eachText(value, (text) => {
    const colon = text.indexOf(":");
    return colon > 0 && isHostPath(text) ? `${MASK}${text.slice(colon)}` : text;
  });

function isHostPath(text: string): boolean {
  return /^(?:[a-z]+:\/\/)?\/./.test(text);
}

/** `exec_create: sh -c …`: the command behind the colon. */
export const action: Treatment = (value, { strict }) =>
  eachText(value, (text) => {
    const match = /^(exec_(?:create|start): )(.+)$/s.exec(text);
    if (match === null) return text;
    const [, before = "", command = ""] = match;
    return `${before}${strict ? MASK : maskScript(command)}`;
  });

/** Attributes of an event that say what happened; all others are labels. */
const ATTRIBUTES = new Set(
  "image name exitCode execID execDuration signal container type driver destination read/write propagation oldName comment plugin".split(
    " ",
  ),
);

export const attributes: Treatment = (value, site) => {
  if (!isJsonObject(value)) return value;
  const shown = labels(value, site);
  if (shown === value || !isJsonObject(shown)) return value;
  return new Map(
    [...shown].map(([key, text]) => [key, ATTRIBUTES.has(key) ? (value.get(key) ?? text) : text]),
  );
};

/** The list of processes of a container: which column holds the command is said by the titles. */
export const processes: Treatment = (value, { strict, object }) => {
  const titles = textsOf(object.get("Titles")) ?? [];
  const commands = new Set(
    titles.flatMap((title, index) => (/^(?:CMD|COMMAND|ARGS)$/i.test(title) ? [index] : [])),
  );
  const row = (cells: JsonValue): JsonValue =>
    isJsonList(cells)
      ? mapped(cells, (cell, index) => {
          if (typeof cell !== "string") return cell;
          const last = commands.has(index) || (commands.size === 0 && index === cells.length - 1);
          return strict && last ? MASK : maskScript(cell);
        })
      : cells;
  return isJsonList(value) ? mapped(value, row) : value;
};

function textsOf(value: JsonValue | undefined): readonly string[] | undefined {
  return isJsonList(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

function unlessSame(value: JsonValue, list: readonly string[]): JsonValue {
  return isJsonList(value) && list.every((text, index) => text === value[index]) ? value : list;
}

function eachText(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === "string") return change(value);
  return isJsonList(value)
    ? mapped(value, (item) => (typeof item === "string" ? change(item) : item))
    : value;
}

function mappedEntries(
  value: JsonValue,
  change: (name: string, text: string) => string,
): JsonValue {
  if (!isJsonObject(value)) return eachText(value, maskText);
  return mappedValues(value, (inner, name) =>
    typeof inner === "string" ? change(name, inner) : search(inner, NOWHERE),
  );
}

/** The list itself where nothing changes. */
export function mapped(
  list: readonly JsonValue[],
  change: (item: JsonValue, index: number) => JsonValue,
): readonly JsonValue[] {
  let changed: JsonValue[] | undefined;
  for (const [index, item] of list.entries()) {
    const next = change(item, index);
    if (next === item) continue;
    changed ??= [...list];
    changed[index] = next;
  }
  return changed ?? list;
}

/** The object itself where nothing changes. */
export function mappedValues(
  object: JsonObject,
  change: (value: JsonValue, key: string) => JsonValue,
): JsonObject {
  let changed: Map<string, JsonValue> | undefined;
  for (const [key, value] of object) {
    const next = change(value, key);
    if (next === value) continue;
    changed ??= new Map(object);
    changed.set(key, next);
  }
  return changed ?? object;
}
