/** Environment variables of a container: `env` and `envFrom`. */

import type { Origin } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import { asString, asText, entryOf, get, isNull } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { mapsAt } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

type Reference = NonNullable<EnvironmentVariable["reference"]>;

export function readEnvironment(container: YamlMap, report: Report): EnvironmentVariable[] {
  const variables: EnvironmentVariable[] = [];
  for (const source of mapsAt(container, "envFrom", report)) {
    const reference = allKeysOf(source);
    if (reference === undefined) continue;
    variables.push({
      name: `${asText(get(source, "prefix")) ?? ""}*`,
      from: "reference",
      reference,
      surface: "environment",
      origin: originAt(source),
    });
  }
  for (const item of mapsAt(container, "env", report)) {
    const variable = readVariable(item, report);
    if (variable !== undefined) variables.push(variable);
  }
  return variables;
}

function readVariable(item: YamlMap, report: Report): EnvironmentVariable | undefined {
  const nameNode = get(item, "name");
  const name = asText(nameNode);
  if (nameNode === undefined || name === undefined) {
    report(unknownAt(item.span, "environment variable", "it has no name", "give it a name"));
    return undefined;
  }
  const origin = originAt(nameNode);
  const base = { name, surface: "environment", origin } as const;
  const value = entryOf(item, "value")?.value;
  if (value !== undefined && !isNull(value)) {
    if (value.kind !== "scalar") {
      report(
        unknownAt(
          nameNode.span,
          `value of environment variable ${name}`,
          "it is a list or a map",
          "write the value as text, between quotes",
        ),
      );
      return { ...base, from: "unresolved" };
    }
    return { ...base, from: "literal", value: value.text, valueSpan: value.span };
  }
  const from = get(item, "valueFrom");
  if (from === undefined || isNull(from)) return { ...base, from: "literal", value: "" };
  const reference = referenceOf(from);
  return reference === undefined
    ? { ...base, from: "unresolved" }
    : { ...base, from: "reference", reference };
}

function originAt(node: YamlNode): Origin {
  return {
    kind: "set",
    span: node.span,
    ...(node.through === undefined ? {} : { through: node.through }),
  };
}

function referenceOf(from: YamlNode): Reference | undefined {
  const secret = get(from, "secretKeyRef");
  if (secret !== undefined) {
    return {
      kind: "secret",
      name: `key ${named(secret, "key")} of Secret ${named(secret, "name")}`,
    };
  }
  const config = get(from, "configMapKeyRef");
  if (config !== undefined) {
    return {
      kind: "config",
      name: `key ${named(config, "key")} of ConfigMap ${named(config, "name")}`,
    };
  }
  const file = get(from, "fileKeyRef");
  if (file !== undefined) {
    return { kind: "config", name: `key ${named(file, "key")} of file ${named(file, "path")}` };
  }
  const fieldRef = get(from, "fieldRef");
  if (fieldRef !== undefined) {
    return { kind: "field", name: `field ${named(fieldRef, "fieldPath")}` };
  }
  const resource = get(from, "resourceFieldRef");
  return resource === undefined
    ? undefined
    : { kind: "field", name: `resource ${named(resource, "resource")}` };
}

function allKeysOf(source: YamlMap): Reference | undefined {
  const secret = get(source, "secretRef");
  if (secret !== undefined) {
    return { kind: "secret", name: `all keys of Secret ${named(secret, "name")}` };
  }
  const config = get(source, "configMapRef");
  return config === undefined
    ? undefined
    : { kind: "config", name: `all keys of ConfigMap ${named(config, "name")}` };
}

function named(node: YamlNode, key: string): string {
  return asString(get(node, key))?.slice(0, 253) ?? "?";
}
