/** Secrets and configs that a service is granted. */

import type { Mount } from "../../model/mounts.ts";
import { hostPathOf, joinPath } from "../paths.ts";
import { asText, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { originOf, reportUnknown, settledText } from "./facts.ts";

/** The mounts of the field; each is reported when nothing of its name is defined. */
export function grants(scope: ServiceScope, field: "secrets" | "configs"): Mount[] {
  return itemsOf(get(scope.service, field)).flatMap((item) => {
    const name = settledText(scope, item.kind === "map" ? get(item, "source") : item, field);
    return name === undefined ? [] : [grant(scope, field, item, name)];
  });
}

/**
 * A file becomes a bind mount with the file's own mode; a value from the environment or the file itself is copied in
 * with the mode asked for, 0444 by default. Source: docker/compose f729794 pkg/compose/create.go, secrets.go.
 */
function grant(
  scope: ServiceScope,
  field: "secrets" | "configs",
  item: YamlNode,
  name: string,
): Mount {
  const directory = field === "secrets" ? "/run/secrets" : "/";
  const target = joinPath(directory, asText(get(item, "target")) ?? name);
  const definition = entryOf(get(scope.project.root, field), name);
  const file = get(definition?.value, "file");
  const variable = asText(get(definition?.value, "environment"));
  const content = get(definition?.value, "content");
  const copied = variable !== undefined || content !== undefined;
  if (definition === undefined) {
    const kind = field === "secrets" ? "secret" : "config";
    reportUnknown(
      scope,
      item,
      kind,
      `no ${kind} of this name is defined`,
      `define it under the top-level \`${field}:\``,
    );
  }
  const path = file === undefined ? undefined : settledText(scope, file, `file of ${name}`);
  const hostPath = path === undefined ? undefined : hostPathOf(path);
  const mode = get(item, "mode");
  const asked = mode?.kind === "scalar" ? modeOf(mode) : undefined;
  const through =
    definition === undefined
      ? []
      : [{ span: definition.key.span, label: `${name} is defined here` }];
  const origin = originOf(item);
  return {
    type: field === "secrets" ? "secret" : "config",
    source: name,
    ...(hostPath === undefined ? {} : { hostPath }),
    target,
    readOnly: !copied,
    ...(copied ? { fileMode: asked ?? 0o444 } : {}),
    ...(variable === undefined ? {} : { environment: variable }),
    ...(content?.kind === "scalar" ? { content: { text: content.text, span: content.span } } : {}),
    origin: { ...origin, through: [...(origin.through ?? []), ...through] },
  };
}

/** A number is a number (YAML reads 0440 as octal); a text is octal. */
function modeOf(mode: { readonly value: unknown; readonly text: string }): number | undefined {
  if (typeof mode.value === "number") return mode.value;
  return /^(?:0o?)?[0-7]{1,4}$/.test(mode.text)
    ? Number.parseInt(mode.text.replace(/^0o/, ""), 8)
    : undefined;
}
