/**
 * Derives `src/readers/compose/schema.ts` from the Compose Specification's JSON Schema.
 *
 *     node scripts/generate-compose-schema.ts [compose-spec.json]
 *
 * Only facts are taken: which keys exist, of which type, which are required. Descriptions are not.
 */

import { readFileSync, writeFileSync } from "node:fs";
import type { Shape, ShapeObject } from "../src/readers/compose/shape.ts";

const REVISION = "170098b";
const source = process.argv[2] ?? "../shared/corpora/compose-spec/compose-spec.json";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function mapShapes(value: unknown): Readonly<Record<string, Shape>> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, schema]) => [key, shapeOf(schema)]));
}

const known = new Set([
  ..."type properties additionalProperties patternProperties items oneOf required enum pattern".split(
    " ",
  ),
  ..."minimum maximum uniqueItems $ref description title deprecated default format".split(" "),
  ..."$schema $id definitions".split(" "),
]);

function shapeOf(schema: unknown): Shape {
  if (schema === true) return "any";
  if (!isObject(schema)) throw new Error("a schema is an object or true");
  for (const keyword of Object.keys(schema)) {
    if (!known.has(keyword)) throw new Error(`the keyword ${keyword} is not handled`);
  }
  const reference = schema["$ref"];
  if (typeof reference === "string") return `#${reference.replace("#/definitions/", "")}`;
  const type = Array.isArray(schema["type"]) ? schema["type"].join("|") : schema["type"];
  const rest = schema["additionalProperties"];
  const keys = mapShapes(schema["properties"]);
  const patterns = mapShapes(schema["patternProperties"]);
  const shape: ShapeObject = {
    ...(typeof type === "string" ? { type } : {}),
    ...(keys === undefined ? {} : { keys }),
    ...(patterns === undefined ? {} : { patterns }),
    ...(rest === undefined || rest === true
      ? {}
      : { rest: rest === false ? "none" : shapeOf(rest) }),
    ...(Array.isArray(schema["required"]) ? { required: schema["required"].map(String) } : {}),
    ...(schema["items"] === undefined ? {} : { items: shapeOf(schema["items"]) }),
    ...(schema["uniqueItems"] === true ? { unique: true } : {}),
    ...(Array.isArray(schema["oneOf"]) ? { oneOf: schema["oneOf"].map(shapeOf) } : {}),
    ...(Array.isArray(schema["enum"]) ? { words: schema["enum"].map(String) } : {}),
    ...(typeof schema["pattern"] === "string" ? { pattern: schema["pattern"] } : {}),
    ...(typeof schema["minimum"] === "number" ? { minimum: schema["minimum"] } : {}),
    ...(typeof schema["maximum"] === "number" ? { maximum: schema["maximum"] } : {}),
  };
  const members = Object.keys(shape);
  if (members.length === 0) return "any";
  return members.length === 1 && shape.type !== undefined ? shape.type : shape;
}

const schema: unknown = JSON.parse(readFileSync(source, "utf8"));
if (!isObject(schema)) throw new Error("the schema is no object");
const shapes = { compose: shapeOf(schema), ...mapShapes(schema["definitions"]) };

const print = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/"([A-Za-z_$][\w$]*)":/g, "$1:");

writeFileSync(
  new URL("../src/readers/compose/schema.ts", import.meta.url),
  `/**
 * The shape of a Compose file: which keys there are and of which type.
 *
 * Derived by scripts/generate-compose-schema.ts from compose-spec/compose-spec ${REVISION}
 * schema/compose-spec.json; do not edit. \`shape.ts\` says how to read it.
 */

import type { Shape } from "./shape.ts";

export const composeShapes: Readonly<Record<string, Shape>> = ${print(shapes)};
`,
);
