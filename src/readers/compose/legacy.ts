/** Files of Compose version 1, in which services stand at the top level. */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import { get } from "../yaml/access.ts";
import type { YamlEntry, YamlMap } from "../yaml/node.ts";

const TOP_LEVEL = ["services", "version", "include", "networks", "volumes", "secrets", "configs"];

/**
 * A version 1 file as a file of today: its maps under `services`, `net` as `network_mode`, `dockerfile`
 * within `build`. Undefined for any other file.
 */
export function legacyServices(
  tree: YamlMap,
): { readonly tree: YamlMap; readonly unknown: Unknown } | undefined {
  if (TOP_LEVEL.some((key) => tree.entries.has(key))) return undefined;
  const services = new Map<string, YamlEntry>();
  for (const [name, { key, value }] of tree.entries) {
    if (name.startsWith("x-") || value.kind !== "map") continue;
    if (get(value, "image") !== undefined || get(value, "build") !== undefined) {
      services.set(name, { key, value: modernService(value) });
    }
  }
  const [first] = services.values();
  if (first === undefined) return undefined;
  const value: YamlMap = { ...tree, entries: services };
  return {
    tree: { ...tree, entries: new Map([["services", { key: first.key, value }]]) },
    unknown: unknownAt(
      first.key.span,
      "Compose file",
      "its services stand at the top level, as in Compose version 1, which no Compose of today reads",
      "indent the services below `services:`",
    ),
  };
}

function modernService(service: YamlMap): YamlMap {
  const entries = new Map<string, YamlEntry>();
  for (const [name, entry] of service.entries) {
    if (name === "net") entries.set("network_mode", entry);
    else if (name !== "dockerfile") entries.set(name, entry);
  }
  const build = service.entries.get("build");
  const dockerfile = service.entries.get("dockerfile");
  if (build?.value.kind === "scalar" && dockerfile !== undefined) {
    const { span } = build.value;
    const parts = new Map([
      ["context", { key: build.key, value: build.value }],
      ["dockerfile", dockerfile],
    ]);
    entries.set("build", { key: build.key, value: { kind: "map", span, entries: parts } });
  }
  return { ...service, entries };
}
