/** Every mistake of a gate.yaml, each with its place, what is expected there, and what was probably meant. */

import * as z from "zod";
import { nearest } from "../../model/nearest.ts";
import type { Position, SourceFile, Span } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import { entryOf, nodeAt, spanAt } from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import { expectedBy } from "./schema/values.ts";

export type Path = readonly (string | number)[];

export interface PolicyProblem {
  /** As reported. */
  readonly path: string;
  readonly at: Position;
  /** What is wrong, one line, no full stop. */
  readonly problem: string;
  /** What is expected, and what was probably meant. */
  readonly help: string;
}

/** A mistake before its place is worked out. */
export interface Mistake {
  readonly span: Span;
  readonly problem: string;
  readonly help: string;
}

/** `gate.yaml:3:5: …` */
export function problemLine({ path, at, problem }: PolicyProblem): string {
  return `${path}:${String(at.line)}:${String(at.column)}: ${problem}`;
}

type Issue = z.core.$ZodIssue;

/** What the schema refuses. */
export function schemaMistakes(
  issues: readonly Issue[],
  root: YamlNode,
  schema: z.core.$ZodType,
): Mistake[] {
  return issues.flatMap((issue) => issueMistakes(issue, [], root, schema));
}

function issueMistakes(
  issue: Issue,
  prefix: Path,
  root: YamlNode,
  schema: z.core.$ZodType,
): Mistake[] {
  const path = [...prefix, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(key, path, root, schema));
  }
  if (issue.code === "invalid_key") {
    const key = String(path.at(-1));
    const help = "names begin with a letter or a digit; letters, digits, dots, dashes, underscores";
    return [{ span: keySpan(root, path), problem: `${quoted(key)} cannot be a name here`, help }];
  }
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one that came furthest is the one that was meant.
    const deeper = issue.errors.filter((errors) =>
      errors.some((one) => one.path.length > 0 || one.code === "unrecognized_keys"),
    );
    if (deeper.length > 0)
      return deeper.flat().flatMap((one) => issueMistakes(one, path, root, schema));
  }
  return [wrongValue(path, root, schema)];
}

function unknownKey(key: string, path: Path, root: YamlNode, schema: z.core.$ZodType): Mistake {
  const known = keysAt(schemasAt(schema, path));
  const near = nearest(key, known);
  return {
    span: keySpan(root, [...path, key]),
    problem: `unknown key ${quoted(key)}${path.length === 0 ? "" : ` in ${pathText(path)}`}`,
    help: near === undefined ? `keys here are ${known.join(", ")}` : `did you mean ${near}?`,
  };
}

function wrongValue(path: Path, root: YamlNode, schema: z.core.$ZodType): Mistake {
  const schemas = schemasAt(schema, path);
  const expected = schemas.map((one) => expectedBy(one)).find((one) => one !== undefined);
  const node = nodeAt(root, path);
  const name = path.length === 0 ? "the file" : pathText(path);
  const help = `expected ${expected ?? "something else; docs/gate-policy.md describes every key"}`;
  if (node === undefined) {
    return { span: spanAt(root, path), problem: `${name} is missing`, help };
  }
  const word = node.kind === "scalar" ? node.text : "";
  const near = nearest(word, choicesAt(schemas));
  return {
    span: valueSpan(root, path),
    // What is no policy at all may be a file of secrets that was named by mistake.
    problem: `${name} is ${path.length === 0 && node.kind === "scalar" ? "a single value" : described(node)}`,
    help: help + (near === undefined || near === word ? "" : `; did you mean ${near}?`),
  };
}

/** The schemas that may hold at a path, the outermost alternative first. */
export function schemasAt(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  let current = alternatives(schema);
  for (const part of path) {
    current = current.flatMap((one) => {
      if (one instanceof z.ZodArray) return alternatives(one.element);
      if (one instanceof z.ZodRecord) return alternatives(one.valueType);
      if (!(one instanceof z.ZodObject)) return [];
      const shape = one.shape as Readonly<Record<string, z.core.$ZodType>>;
      const inner = Object.hasOwn(shape, part) ? shape[part] : undefined;
      return inner === undefined ? [] : alternatives(inner);
    });
  }
  return current;
}

/** A schema without `optional`, followed by what it is a union of. */
function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return alternatives(schema.unwrap());
  if (schema instanceof z.ZodUnion) {
    return [schema, ...schema.options.flatMap((option) => alternatives(option))];
  }
  return [schema];
}

function keysAt(schemas: readonly z.core.$ZodType[]): string[] {
  return [
    ...new Set(
      schemas.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])),
    ),
  ];
}

function choicesAt(schemas: readonly z.core.$ZodType[]): string[] {
  return schemas.flatMap((one) => {
    if (one instanceof z.ZodEnum) return one.options.map(String);
    if (one instanceof z.ZodLiteral) return [...one.values].map(String);
    return one instanceof z.ZodBoolean ? ["true", "false"] : [];
  });
}

/** Where a value stands; its key, when an alias brought the value from elsewhere. */
export function valueSpan(root: YamlNode, path: Path): Span {
  const node = nodeAt(root, path);
  if (node === undefined || (node.through?.length ?? 0) > 0) return spanAt(root, path);
  return node.span;
}

/** Where a key stands. */
export function keySpan(root: YamlNode, path: Path): Span {
  const parent = nodeAt(root, path.slice(0, -1));
  return entryOf(parent, String(path.at(-1)))?.key.span ?? spanAt(root, path);
}

/** `clients.ci.grant.binds[2]`, counted from one. */
export function pathText(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${String(part + 1)}]` : `.${clipped(part)}`))
    .join("")
    .replace(/^\./, "");
}

/** What a value is, in the words of YAML. */
function described(node: YamlNode): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  const { value, text } = node;
  if (value === null) return "empty";
  if (typeof value === "string")
    return value.trim() === "" ? "an empty text" : `the text ${quoted(text)}`;
  return typeof value === "number" ? `the number ${clipped(text)}` : clipped(text);
}

export function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}

/** In the order of the file, each once. */
export function placed(mistakes: readonly Mistake[], file: SourceFile): PolicyProblem[] {
  const seen = new Set<string>();
  return mistakes
    .toSorted((left, right) => left.span.start - right.span.start)
    .flatMap(({ span, problem, help }) => {
      const one = { path: file.path, at: positionAt(file, span.start), problem, help };
      const line = problemLine(one);
      if (seen.has(line)) return [];
      seen.add(line);
      return [one];
    });
}
