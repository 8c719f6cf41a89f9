/** Checks a Compose file against the specification's shape, with a place and a kind word for every error. */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import { nearest } from "../../model/nearest.ts";
import { composeShapes } from "./schema.ts";
import type { Shape, ShapeObject } from "./shape.ts";

export interface ShapeError {
  readonly span: Span;
  /** `services.web.ports[0]`; empty for the file itself. */
  readonly path: string;
  /** The key that is unknown, when that is the error. */
  readonly key?: string;
  readonly why: string;
  readonly settle: string;
}

/** How much of a path is told; keys may be of any length. */
const MAX_PATH = 200;
/** How many errors are reported one by one. */
const MAX_ERRORS = 100;

/** All errors of a whole Compose file, in order of appearance in the tree. */
export function validateCompose(root: YamlNode): ShapeError[] {
  const errors: ShapeError[] = [];
  check(root, "#compose", "", errors, undefined);
  return errors.slice(0, MAX_ERRORS);
}

/** Keys of a service that Compose reads and the revision of the schema that is used here does not have yet. */
const NEWER_KEYS = ["pre_start"];

/** The errors as unknowns: the engine refuses the file, so what it would start is not known. */
export function shapeUnknowns(root: YamlNode): Unknown[] {
  const errors = validateCompose(root).filter(({ key }) => !NEWER_KEYS.includes(key ?? ""));
  return errors.map(({ span, path, why, settle }) =>
    unknownAt(span, path === "" ? "Compose file" : path.slice(0, MAX_PATH), why, settle),
  );
}

const patternsOf = new Map<string, RegExp>();

function matches(pattern: string, text: string): boolean {
  const known = patternsOf.get(pattern) ?? new RegExp(pattern, "u");
  patternsOf.set(pattern, known);
  return known.test(text);
}

function resolve(shape: Shape): ShapeObject | "any" | "none" {
  let current = shape;
  for (let hops = 0; typeof current === "string" && current.startsWith("#") && hops < 10; hops++) {
    current = composeShapes[current.slice(1)] ?? "any";
  }
  if (current === "any" || current === "none") return current;
  return typeof current === "string" ? { type: current } : current;
}

function check(
  node: YamlNode,
  shape: Shape,
  path: string,
  errors: ShapeError[],
  keySpan: Span | undefined,
): void {
  if (errors.length >= MAX_ERRORS) return;
  const wanted = resolve(shape);
  if (wanted === "any") return;
  const at = node.kind === "scalar" && node.text === "" ? (keySpan ?? node.span) : node.span;
  const fail = (why: string, settle: string, span: Span = at): void => {
    if (errors.length < MAX_ERRORS) errors.push({ span, path, why, settle });
  };
  if (wanted === "none") return fail("nothing may stand here", "remove it");
  if (wanted.oneOf !== undefined) checkOneOf(node, wanted.oneOf, path, errors, keySpan, fail);
  if (wanted.type !== undefined && !fitsType(node, wanted.type)) {
    const expected = describeTypes(wanted.type.split("|"));
    return fail(`this is ${describeNode(node)} where ${expected} is expected`, `write ${expected}`);
  }
  if (wanted.words !== undefined && !(node.kind === "scalar" && wanted.words.includes(node.text))) {
    const words = wanted.words.join(", ");
    const guess = node.kind === "scalar" ? nearest(node.text, wanted.words) : undefined;
    fail(
      `only these words are allowed: ${words}`,
      guess === undefined ? `write one of ${words}` : `did you mean \`${guess}\`?`,
    );
  }
  if (node.kind === "scalar") checkScalar(node.value, wanted, fail);
  else if (node.kind === "list") checkList(node.items, wanted, path, errors);
  else checkMap(node, wanted, path, errors, fail);
}

type Fail = (why: string, settle: string, span?: Span) => void;

function checkScalar(value: unknown, wanted: ShapeObject, fail: Fail): void {
  if (
    wanted.pattern !== undefined &&
    typeof value === "string" &&
    !matches(wanted.pattern, value)
  ) {
    fail("the text is not of the form that is expected here", `it must match ${wanted.pattern}`);
  }
  if (typeof value !== "number") return;
  const { minimum, maximum } = wanted;
  if (minimum !== undefined && value < minimum) {
    fail(`the number is below ${minimum}`, `write ${minimum} or more`);
  }
  if (maximum !== undefined && value > maximum) {
    fail(`the number is above ${maximum}`, `write ${maximum} or less`);
  }
}

function checkList(
  items: readonly YamlNode[],
  wanted: ShapeObject,
  path: string,
  errors: ShapeError[],
): void {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (wanted.items !== undefined) {
      check(item, wanted.items, `${path}[${index}]`, errors, undefined);
    }
    if (wanted.unique !== true) continue;
    const identity = identityOf(item);
    if (seen.has(identity) && errors.length < MAX_ERRORS) {
      errors.push({
        span: item.span,
        path: `${path}[${index}]`,
        why: "the same item stands in this list twice",
        settle: "remove one of the two",
      });
    }
    seen.add(identity);
  }
}

function checkMap(
  node: YamlMap,
  wanted: ShapeObject,
  path: string,
  errors: ShapeError[],
  fail: Fail,
): void {
  const { entries } = node;
  for (const name of wanted.required ?? []) {
    if (!entries.has(name)) fail(`the key \`${name}\` is missing`, `add \`${name}:\``);
  }
  const patterns = Object.entries(wanted.patterns ?? {});
  for (const [name, { key, value }] of entries) {
    if (errors.length >= MAX_ERRORS) return;
    const below = path === "" ? name : `${path}.${name}`;
    let known = false;
    if (wanted.keys !== undefined && Object.hasOwn(wanted.keys, name)) {
      known = true;
      check(value, wanted.keys[name] ?? "any", below, errors, key.span);
    }
    for (const [pattern, shape] of patterns) {
      if (!matches(pattern, name)) continue;
      known = true;
      check(value, shape, below, errors, key.span);
    }
    if (known || wanted.rest === undefined) continue;
    if (wanted.rest !== "none") {
      check(value, wanted.rest, below, errors, key.span);
      continue;
    }
    const guess = nearest(name, Object.keys(wanted.keys ?? {}));
    const settle =
      guess === undefined ? "remove it, or begin its name with `x-`" : `did you mean \`${guess}\`?`;
    const why = `the Compose specification has no key \`${shorten(name)}\` here`;
    errors.push({ span: key.span, path, key: name, why, settle });
  }
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}

function checkOneOf(
  node: YamlNode,
  shapes: readonly Shape[],
  path: string,
  errors: ShapeError[],
  keySpan: Span | undefined,
  fail: Fail,
): void {
  const failures: ShapeError[][] = [];
  for (const shape of shapes) {
    const found: ShapeError[] = [];
    check(node, shape, path, found, keySpan);
    failures.push(found);
  }
  const fitting = failures.filter((found) => found.length === 0).length;
  if (fitting === 1) return;
  // A substituted text fits every type that it can be cast to.
  if (fitting > 1 && isSubstituted(node)) return;
  if (fitting > 1) return fail("this can be read in two ways", "write it in one form only");
  // The branch of the right type tells what is wrong inside; the others only say "wrong type".
  const same = shapes.findIndex((shape) => fitsShape(node, shape));
  if (same >= 0) {
    for (const error of failures[same] ?? []) if (errors.length < MAX_ERRORS) errors.push(error);
    return;
  }
  const types = shapes.flatMap((shape) => typesOf(shape));
  const expected = describeTypes([...new Set(types)]);
  fail(`this is ${describeNode(node)} where ${expected} is expected`, `write ${expected}`);
}

function typesOf(shape: Shape): string[] {
  const resolved = resolve(shape);
  if (typeof resolved === "string") return [];
  if (resolved.oneOf !== undefined) return resolved.oneOf.flatMap((inner) => typesOf(inner));
  return resolved.type?.split("|") ?? [];
}

function fitsShape(node: YamlNode, shape: Shape): boolean {
  const types = typesOf(shape);
  return types.length === 0 || fitsType(node, types.join("|"));
}

function fitsType(node: YamlNode, types: string): boolean {
  const type = typeOf(node);
  const wanted = types.split("|");
  if (wanted.includes(type)) return true;
  // A substituted text is cast to what the field wants.
  if (isSubstituted(node))
    return wanted.some((name) => ["boolean", "integer", "number"].includes(name));
  if (type !== "number") return false;
  return wanted.includes("integer") && node.kind === "scalar" && Number.isInteger(node.value);
}

function isSubstituted(node: YamlNode): boolean {
  return node.kind === "scalar" && (node.derived ?? node.unresolved) !== undefined;
}

function typeOf(node: YamlNode): string {
  if (node.kind === "map") return "object";
  if (node.kind === "list") return "array";
  return node.value === null ? "null" : typeof node.value;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  null: "nothing",
};

function describeTypes(types: readonly string[]): string {
  const names = types.map((type) => TYPE_NAMES[type] ?? type);
  const last = names.at(-1) ?? "nothing";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

function describeNode(node: YamlNode): string {
  const type = typeOf(node);
  if (type === "boolean") return "a boolean";
  return type === "null" ? "empty" : (TYPE_NAMES[type] ?? type);
}

/** A text that two nodes share exactly when their data is the same. */
function identityOf(node: YamlNode): string {
  if (node.kind === "scalar") return `${typeof node.value}:${JSON.stringify(node.value)}`;
  if (node.kind === "list") return `[${node.items.map(identityOf).join()}]`;
  const entries = [...node.entries].map(
    ([name, { value }]) => `${JSON.stringify(name)}:${identityOf(value)}`,
  );
  return `{${entries.sort().join()}}`;
}
