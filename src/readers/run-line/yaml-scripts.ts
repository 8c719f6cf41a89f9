/** Scripts in the scalars of a YAML or JSON file, and `env:` maps that they see. */

import type { Span } from "../../model/source.ts";
import type { TextPiece } from "../shell/mapped-text.ts";
import { mapText } from "../shell/mapped-text.ts";
import { asScalar, asText, entriesOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode, YamlScalar } from "../yaml/node.ts";
import type { Collection } from "./collect.ts";
import { basesOf, collectScript } from "./collect.ts";
import { scalarPieces } from "./scalar-text.ts";
import type { Variables } from "./variables.ts";
import { innerVariables, newVariables, setVariable } from "./variables.ts";

const ENGINE = /docker|podman|nerdctl|CONTAINER|OCI_/i;
const WORKFLOW_ENV = /\$\{\{\s*env\.([A-Za-z_]\w*)\s*\}\}/g;

/** Reads scalars as one script, one after the other. */
export function collectScalars(
  collection: Collection,
  scalars: readonly YamlScalar[],
  variables: Variables,
  workingDirectory?: string,
): void {
  if (!scalars.some((scalar) => ENGINE.test(scalar.text))) return;
  const pieces: TextPiece[] = [];
  for (const scalar of scalars) {
    for (const piece of scalarPieces(scalar)) {
      for (const part of withoutEnvExpressions(piece)) pieces.push(part);
    }
    const { file, end } = scalar.span;
    pieces.push({ text: "\n", span: { file, start: end, end } });
  }
  const fallback = scalars[0]?.span;
  if (fallback === undefined) return;
  collectScript(collection, mapText(pieces, fallback), {
    context: collection.context,
    bases: basesOf(collection.file, workingDirectory),
    variables,
  });
}

/** `${{ env.X }}` is put in before the shell runs; here it is read as the shell's `${X}`. */
function withoutEnvExpressions(piece: TextPiece): TextPiece[] {
  const exact = piece.span.end - piece.span.start === piece.text.length;
  if (!exact || !piece.text.includes("${{")) return [piece];
  const pieces: TextPiece[] = [];
  const { file, start: base } = piece.span;
  const place = (from: number, to: number): Span => ({ file, start: base + from, end: base + to });
  let start = 0;
  for (const found of piece.text.matchAll(WORKFLOW_ENV)) {
    const { index } = found;
    pieces.push({ text: piece.text.slice(start, index), span: place(start, index) });
    start = index + found[0].length;
    pieces.push({ text: `\${${found[1] ?? ""}}`, span: place(index, start) });
  }
  pieces.push({ text: piece.text.slice(start), span: place(start, piece.text.length) });
  return pieces;
}

/** The scalars of a script: one string, or a list of strings (which may nest). */
export function scriptScalars(node: YamlNode | undefined, depth = 0): readonly YamlScalar[] {
  if (depth > 10) return [];
  const scalar = asScalar(node);
  if (scalar !== undefined) return scalar.value === null ? [] : [scalar];
  return itemsOf(node).flatMap((item) => scriptScalars(item, depth + 1));
}

/** Variables with those of an `env:` map added. */
export function withEnvironment(outer: Variables, node: YamlNode | undefined): Variables {
  const entries = entriesOf(node);
  if (entries.length === 0) return outer;
  const variables = innerVariables(outer);
  for (const [name, { value }] of entries) {
    const text = asText(value) ?? asText(get(value, "value"));
    const scalar = asScalar(value) ?? asScalar(get(value, "value"));
    if (text === undefined || scalar === undefined) continue;
    if (!/[$]/.test(text)) setVariable(variables, name, text, scalar.span);
    else {
      const piece = { text, span: scalar.span, unknown: {} };
      variables.settings.set(name, { pieces: [piece], span: scalar.span });
    }
  }
  return variables;
}

/** Keys under which CI systems and task runners hold shell commands. */
const SCRIPT_KEYS = new Set([
  "run",
  "script",
  "scripts",
  "before_script",
  "after_script",
  "before_install",
  "install",
  "before_deploy",
  "deploy_script",
  "after_success",
  "command",
  "commands",
  "cmd",
  "cmds",
  "bash",
  "sh",
  "shell",
  "inlineScript",
  "args",
]);
const ENVIRONMENT_KEYS = ["env", "environment", "variables", "vars"];

/** Finds scripts anywhere in a tree by the keys that hold them. */
export function collectTree(collection: Collection, root: YamlNode): void {
  const stack: { node: YamlNode; variables: Variables }[] = [
    { node: root, variables: newVariables() },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    let { variables } = next;
    const inner: { node: YamlNode; variables: Variables }[] = [];
    if (node.kind === "list") {
      for (const item of node.items) inner.push({ node: item, variables });
    } else if (node.kind === "map") {
      for (const key of ENVIRONMENT_KEYS) variables = withEnvironment(variables, get(node, key));
      for (const [key, { value }] of node.entries) {
        const scalars = SCRIPT_KEYS.has(key) ? scriptScalars(value) : [];
        if (scalars.length === 0) inner.push({ node: value, variables });
        else collectScripts(collection, key, value, scalars, variables);
        if (value.kind === "list" && scalars.length > 0) {
          for (const item of value.items)
            if (item.kind === "map") inner.push({ node: item, variables });
        }
      }
    }
    for (const item of inner.reverse()) stack.push(item);
  }
}

/** `args: [run, …]` is no script; `command: [docker, run, …]` is one command in words. */
function collectScripts(
  collection: Collection,
  key: string,
  value: YamlNode,
  scalars: readonly YamlScalar[],
  variables: Variables,
): void {
  if (key === "args" && value.kind !== "scalar") return;
  collectScalars(collection, scalars, innerVariables(variables));
}
