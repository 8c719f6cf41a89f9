/** From nodes to facts: origins, unresolved variables, Compose's spellings of booleans. */

import type { Fact, SetOrigin, Unknown } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { get } from "../yaml/access.ts";
import type { YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import type { Project } from "./load.ts";

/** A service while it is read. */
export interface ServiceScope {
  readonly name: string;
  readonly service: YamlMap;
  /** The service's key. */
  readonly source: Span;
  readonly project: Project;
  /** What could not be decided about it. */
  readonly unknowns: Unknown[];
}

/** The origin of what is written in a node. */
export function originOf(node: YamlNode, span: Span = node.span): SetOrigin {
  const through = node.through ?? [];
  return {
    kind: "set",
    span,
    ...(through.length === 0 ? {} : { through }),
    ...(node.kind === "scalar" && node.derived !== undefined ? { derived: node.derived } : {}),
  };
}

/** Why a text is not known, when a variable in it has no value. */
export function missingVariable(
  node: YamlNode | undefined,
): { readonly why: string; readonly settle: string } | undefined {
  if (node?.kind !== "scalar" || node.unresolved === undefined) return undefined;
  const names = [...new Set(node.unresolved)]
    .slice(0, 5)
    .map((name) => `\${${name.replace("${", "")}}`);
  const first = names[0] ?? "${}";
  return {
    why: `the variable ${names.join(", ")} has no value here`,
    settle: `set ${first} in \`.env\`, or give it a default: ${first.slice(0, -1)}:-…}`,
  };
}

/** Reports that something of the service is not known, at a node. */
export function reportUnknown(
  scope: ServiceScope,
  node: YamlNode,
  what: string,
  why: string,
  settle: string,
): void {
  scope.unknowns.push({
    ...unknownAt(node.span, `${what} of service ${scope.name}`, why, settle),
  });
}

/** The text of a scalar of which all variables are known; reports it when they are not. */
export function settledText(
  scope: ServiceScope,
  node: YamlNode | undefined,
  what: string,
): string | undefined {
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  const missing = missingVariable(node);
  if (missing === undefined) return node.text;
  reportUnknown(scope, node, what, missing.why, missing.settle);
  return undefined;
}

/** The scalars of a field that may be one text or a list, with variables known; others are reported. */
export function settledItems(
  scope: ServiceScope,
  field: string,
  what: string,
): { readonly node: YamlScalar; readonly text: string }[] {
  const value = get(scope.service, field);
  const items = value?.kind === "list" ? value.items : value === undefined ? [] : [value];
  return items.flatMap((node) => {
    const text = settledText(scope, node, what);
    return text === undefined || node.kind !== "scalar" ? [] : [{ node, text }];
  });
}

/** A fact read from one scalar. `parse` gives undefined for a text that makes no sense. */
export function scalarFact<T>(
  node: YamlNode,
  parse: (text: string, node: YamlScalar) => { readonly value: T } | undefined,
  expected: string,
): Fact<T> {
  const origin = originOf(node);
  const missing = missingVariable(node);
  if (missing !== undefined) return unknownFact(missing.why, missing.settle, origin);
  const parsed = node.kind === "scalar" ? parse(node.text.trim(), node) : undefined;
  if (parsed !== undefined) return known(parsed.value, origin);
  return unknownFact(`what is written here is not ${expected}`, `write ${expected}`, origin);
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  y: true,
  yes: true,
  on: true,
  false: false,
  n: false,
  no: false,
  off: false,
};

/** Compose's booleans: `true`, `yes`, `on`, `y` and their opposites in any case, quoted or not. */
export function toBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
}

/** A boolean field; `otherwise` when it is absent or empty. */
export function booleanFact(node: YamlNode | undefined, otherwise: Fact<boolean>): Fact<boolean> {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return otherwise;
  return scalarFact(
    node,
    (text) => {
      const value = toBoolean(text);
      return value === undefined ? undefined : { value };
    },
    "true or false",
  );
}

/** A boolean where only a yes counts and doubt is reported: `read_only` of a mount. */
export function settledBoolean(
  scope: ServiceScope,
  node: YamlNode | undefined,
  what: string,
): boolean {
  const text = settledText(scope, node, what);
  return text !== undefined && toBoolean(text) === true;
}
