/** The gate's own labels, and bodies with them. */

import { OWNER_LABEL } from "../judge/contract.ts";
import { foldName } from "../wire/json/fold.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";

/**
 * The owner of an image. It is another label than a container's: a container inherits its image's labels,
 * and whoever runs somebody's image by other ways than the gate must not make a container of theirs.
 */
export const IMAGE_OWNER_LABEL = "dev.plimsoll.image-owner";

/** The id of the engine on which an image was made. Elsewhere, pulled, it is nobody's as every other image. */
export const IMAGE_ENGINE_LABEL = "dev.plimsoll.image-engine";

const RESERVED = foldName("dev.plimsoll.");

/** Whether a label is the gate's own, in whatever case it is written. */
export function isReservedLabel(key: string): boolean {
  return foldName(key).startsWith(RESERVED);
}

/**
 * What an image gets: its owner, and none for the containers that inherit its labels. Always all three, for a
 * Dockerfile may hold any of them. Without the engine's id it is the owner's wherever it is.
 */
export function imageLabels(owner: string, engine = ""): readonly (readonly [string, string])[] {
  return [
    [OWNER_LABEL, ""],
    [IMAGE_OWNER_LABEL, owner],
    [IMAGE_ENGINE_LABEL, engine],
  ];
}

export function ownerOf(labels: JsonValue | undefined): string | undefined {
  const owner = isJsonObject(labels) ? labels.get(OWNER_LABEL) : undefined;
  return typeof owner === "string" && owner !== "" ? owner : undefined;
}

/** An image that was committed by other ways than the gate has its container's label. */
export function imageOwnerOf(
  labels: JsonValue | undefined,
  engine: string | undefined,
): string | undefined {
  if (!isJsonObject(labels)) return undefined;
  const madeOn = labels.get(IMAGE_ENGINE_LABEL);
  const elsewhere = typeof madeOn === "string" && madeOn !== "" && madeOn !== engine;
  if (elsewhere && engine !== undefined) return undefined;
  const owner = labels.get(IMAGE_OWNER_LABEL);
  return typeof owner === "string" && owner !== "" ? owner : ownerOf(labels);
}

/** The value at a path of keys; undefined where one of them is not there. */
export function at(
  value: JsonValue | undefined,
  ...path: readonly string[]
): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (!isJsonObject(current)) return undefined;
    current = current.get(key);
  }
  return current;
}

export function withEntry(object: JsonObject, key: string, value: JsonValue): JsonObject {
  return new Map(object).set(key, value);
}

/** The object with labels added at a path of keys, which are made where they are missing. */
export function withLabels(
  value: JsonValue | undefined,
  path: readonly string[],
  labels: readonly (readonly [string, string])[],
): JsonObject {
  const object = isJsonObject(value) ? value : new Map<string, JsonValue>();
  const [key, ...rest] = path;
  if (key === undefined) return new Map<string, JsonValue>([...object, ...labels]);
  return withEntry(object, key, withLabels(object.get(key), rest, labels));
}

export interface Cleaned {
  readonly value: JsonValue;
  /** Labels that are not for clients to set: their places. */
  readonly refused: readonly string[];
}

/**
 * A body without the gate's labels wherever labels stand in it. Those that a client copied from its own object
 * are left out silently, for the gate writes them again; any other is refused.
 */
export function withoutReserved(body: JsonValue, owner: string | undefined): Cleaned {
  const refused: string[] = [];
  const value = clean(body, "", owner, refused);
  return { value, refused };
}

function clean(
  value: JsonValue,
  path: string,
  owner: string | undefined,
  refused: string[],
): JsonValue {
  if (isJsonList(value)) {
    const items = value.map((item, index) =>
      clean(item, `${path}[${String(index)}]`, owner, refused),
    );
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isJsonObject(value)) return value;
  let changed: Map<string, JsonValue> | undefined;
  for (const [key, inner] of value) {
    const here = path === "" ? key : `${path}.${key}`;
    const kept =
      key === "Labels" && isJsonObject(inner)
        ? cleanLabels(inner, here, owner, refused)
        : clean(inner, here, owner, refused);
    if (kept === inner) continue;
    changed ??= new Map(value);
    changed.set(key, kept);
  }
  return changed ?? value;
}

/** `labels` may also be an object whose key happens to be called so: nothing in it is reserved then. */
export function cleanLabels(
  labels: JsonObject,
  path: string,
  owner: string | undefined,
  refused: string[],
): JsonObject {
  let changed: Map<string, JsonValue> | undefined;
  for (const [key, value] of labels) {
    if (!isReservedLabel(key)) continue;
    if (!isOwnCopy(key, value, owner)) refused.push(`${path}.${key}`);
    changed ??= new Map(labels);
    changed.delete(key);
  }
  return changed ?? labels;
}

function isOwnCopy(key: string, value: JsonValue, owner: string | undefined): boolean {
  if (key === OWNER_LABEL) return value === "" || (owner !== undefined && value === owner);
  // An image's label is inherited by its containers, and says nothing there.
  return key === IMAGE_OWNER_LABEL || key === IMAGE_ENGINE_LABEL;
}
