/**
 * Derives `src/gate/api/generated/` from the Docker Engine API's swagger file. Run by hand:
 *
 *     node scripts/generate-engine-api.ts [swagger.yaml]
 *
 * Only facts are taken: names, types, places of parameters. Descriptions are not. What the file gets
 * wrong about the daemon is corrected in `src/gate/api/by-hand/`, never here.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type {
  Definition,
  DescribedBody,
  DescribedOperation,
  QueryParameter,
} from "../src/gate/api/shapes.ts";

const UPSTREAM = "moby/moby b985e2313a (2026-08-23), api/swagger.yaml";
export const DEFAULT_SWAGGER = "../shared/corpora/docker-api/swagger.yaml";

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});
const nodesOf = (value: unknown): readonly Node[] =>
  Array.isArray(value) ? value.filter(isNode) : [];

const KNOWN = new Set(
  (
    "type x-go-name title description required properties x-nullable format items x-go-type enum example allOf " +
    "$ref additionalProperties minimum default minItems maxItems maximum x-omitempty x-go-package minLength " +
    "maxLength pattern readOnly x-go-type-skip-optional-pointer x-go-json-ignore externalDocs examples"
  ).split(" "),
);

class Collector {
  readonly definitions: Record<string, Definition> = {};

  /** The expression for a schema; structs without a name are collected under `name`. */
  expression(schema: Node, name: string): string {
    const strange = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword));
    if (strange.length > 0)
      throw new Error(`${name}: the keyword ${strange.join()} is not handled`);
    const reference = schema["$ref"];
    if (typeof reference === "string") return reference.replace("#/definitions/", "#");
    if (schema["allOf"] !== undefined) return this.#combined(schema, name);
    switch (schema["type"]) {
      case "boolean":
        return "bool";
      case "number":
        return "float32";
      case "integer":
        return typeof schema["format"] === "string" ? schema["format"] : "int";
      case "string":
        return textType(schema);
      case "array":
        return `[]${this.expression(nodeOf(schema["items"]), name)}`;
      default:
        return this.#object(schema, name);
    }
  }

  #object(schema: Node, name: string): string {
    if (isNode(schema["properties"])) {
      this.definitions[name] = { fields: this.#fields(schema["properties"], name) };
      return `#${name}`;
    }
    if (isNode(schema["additionalProperties"])) {
      return `map[string]${this.expression(schema["additionalProperties"], name)}`;
    }
    return Array.isArray(schema["enum"]) ? "#Empty" : "any";
  }

  #combined(schema: Node, name: string): string {
    const parts = nodesOf(schema["allOf"]);
    const named = parts.flatMap((part) =>
      typeof part["$ref"] === "string" ? [part["$ref"].replace("#/definitions/", "")] : [],
    );
    const own = parts.flatMap((part) => Object.entries(nodeOf(part["properties"])));
    const [only] = named;
    if (own.length === 0 && named.length === 1 && only !== undefined) return `#${only}`;
    this.definitions[name] = { embeds: named, fields: this.#fields(Object.fromEntries(own), name) };
    return `#${name}`;
  }

  #fields(properties: Node, name: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        this.expression(nodeOf(value), `${name}.${key}`),
      ]),
    );
  }
}

function textType(schema: Node): string {
  const goType = nodeOf(schema["x-go-type"])["type"];
  if (goType === "Addr" || goType === "Prefix") return goType.toLowerCase();
  return goType === "HardwareAddr" ? "mac" : "string";
}

const QUERY_KINDS: Readonly<Record<string, QueryParameter["kind"]>> = {
  boolean: "boolean",
  integer: "integer",
  string: "string",
};

function queryParameter(parameter: Node): QueryParameter {
  if (parameter["name"] === "filters") return { kind: "filters" };
  if (parameter["type"] === "array") return { kind: "string", list: true };
  const kind = QUERY_KINDS[String(parameter["type"])];
  if (kind === undefined)
    throw new Error(`the query type ${String(parameter["type"])} is not handled`);
  return { kind };
}

function bodyOf(parameter: Node, id: string, collector: Collector): DescribedBody {
  const schema = nodeOf(parameter["schema"]);
  if (schema["type"] === "string") return { kind: "upload" };
  const type = collector.expression(schema, `${id}Request`);
  return { kind: "json", type, required: parameter["required"] === true };
}

function operationOf(
  method: string,
  path: string,
  node: Node,
  collector: Collector,
): DescribedOperation {
  const id = String(node["operationId"]);
  const parameters = nodesOf(node["parameters"]);
  const within = (place: string): readonly Node[] =>
    parameters.filter((parameter) => parameter["in"] === place);
  const query = Object.fromEntries(
    within("query").map((parameter) => [String(parameter["name"]), queryParameter(parameter)]),
  );
  const required = within("query")
    .filter((parameter) => parameter["required"] === true)
    .map((parameter) => String(parameter["name"]));
  const headers = within("header").map((parameter) => String(parameter["name"]));
  const body = within("body").map((parameter) => bodyOf(parameter, id, collector))[0];
  const success = Object.entries(nodeOf(node["responses"])).find(
    ([status, response]) => status.startsWith("2") && isNode(nodeOf(response)["schema"]),
  );
  const responseType =
    success === undefined
      ? undefined
      : collector.expression(nodeOf(nodeOf(success[1])["schema"]), `${id}Response`);
  return {
    method: method.toUpperCase(),
    path,
    ...(Object.keys(query).length > 0 ? { query } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(body === undefined ? {} : { body }),
    ...(responseType === undefined ? {} : { responseType }),
  };
}

/** File name below `src/gate/api/generated/` to its text. */
export function engineApiFiles(swagger: string): Readonly<Record<string, string>> {
  const document = nodeOf(parse(swagger));
  const version = String(nodeOf(document["info"])["version"]);
  const collector = new Collector();
  for (const [name, schema] of Object.entries(nodeOf(document["definitions"]))) {
    // The definition itself is the list: its items need a name of their own.
    const own = nodeOf(schema)["type"] === "array" ? `${name}.Item` : name;
    const expression = collector.expression(nodeOf(schema), own);
    if (expression !== `#${name}`) collector.definitions[name] = expression;
  }
  const operations = Object.fromEntries(
    Object.entries(nodeOf(document["paths"])).flatMap(([path, methods]) =>
      Object.entries(nodeOf(methods)).map(([method, node]) => [
        String(nodeOf(node)["operationId"]),
        operationOf(method, path, nodeOf(node), collector),
      ]),
    ),
  );
  const definitions = Object.fromEntries(
    Object.entries(collector.definitions).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    "definitions.ts": file(version, "Definitions", "describedDefinitions", definitions),
    "operations.ts": file(
      version,
      "DescribedOperation",
      "describedOperations",
      operations,
      "Readonly<Record<string, DescribedOperation>>",
    ),
  };
}

const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (!isNode(value)) return JSON.stringify(value);
  const rows = Object.entries(value).map(
    ([key, inner]) => `${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}: ${literal(inner)}`,
  );
  return rows.length === 0 ? "{}" : `{ ${rows.join(", ")} }`;
}

function file(version: string, type: string, name: string, table: Node, full = type): string {
  return [
    `/** Made by scripts/generate-engine-api.ts from ${UPSTREAM}, version ${version} (Apache-2.0). */`,
    "",
    `import type { ${type} } from "../shapes.ts";`,
    "",
    "// oxfmt-ignore",
    `export const ${name}: ${full} = {`,
    ...Object.entries(table).map(
      ([key, value]) => `  ${PLAIN_KEY.test(key) ? key : JSON.stringify(key)}: ${literal(value)},`,
    ),
    "};",
    "",
  ].join("\n");
}

if (import.meta.main) {
  const made = engineApiFiles(readFileSync(process.argv[2] ?? DEFAULT_SWAGGER, "utf8"));
  for (const [name, text] of Object.entries(made)) {
    writeFileSync(join(import.meta.dirname, "../src/gate/api/generated", name), text);
  }
}
