/** Turns what the schema says of a configuration into one clear sentence with a place. */

import type * as z from "zod";
import { nearest } from "../../model/nearest.ts";
import type { SourceFile } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import { spanAt } from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import type { UsageProblem } from "../command.ts";
import { configSchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;

/** The first issue, deepest alternative first. */
export function describeIssue(
  issues: readonly Issue[],
  root: YamlNode,
  file: SourceFile,
): UsageProblem {
  const [issue] = issues.map((one) => deepest(one, []));
  if (issue === undefined) return { problem: `${file.path} is not valid`, help: "see the schema" };
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const near = nearest(key, keysAt(path));
    return {
      problem: `${at(file, root, [...path, key])}: unknown key ${JSON.stringify(key)}`,
      help:
        near === undefined ? `keys here are: ${keysAt(path).join(", ")}` : `did you mean ${near}?`,
    };
  }
  return {
    problem: `${at(file, root, path)}: ${path.join(".") || "the file"}: ${issue.message.replace(/^Invalid input: /, "")}`,
    help: "docs/configuration.md describes every key",
  };
}

/** Of a union's alternatives, the one that came furthest is the one that was meant. */
function deepest(issue: Issue, prefix: readonly PropertyKey[]): Issue {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return { ...issue, path };
  const nested = issue.errors.flat().map((one) => deepest(one, path));
  const best = nested.sort((left, right) => right.path.length - left.path.length)[0];
  return best !== undefined && best.path.length > path.length ? best : { ...issue, path };
}

function keysAt(path: readonly (string | number)[]): string[] {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path[0] === "exceptions") return ["rule", "path", "workload", "subject", "reason", "until"];
  return ["severity"];
}

function at(file: SourceFile, root: YamlNode, path: readonly (string | number)[]): string {
  const { line, column } = positionAt(file, spanAt(root, path).start);
  return `${file.path}:${line}:${column}`;
}
