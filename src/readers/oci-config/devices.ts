/** `linux.devices` and the device rules of `linux.resources`. */

import type { Device } from "../../model/devices.ts";
import { asBoolean, asNumber, asString, entryOf, entrySpan, get, itemsOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { mapsAt, textAt } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

/** Devices that every container has. Source: runtime-spec v1.3.0, config-linux.md, default devices. */
const DEFAULT_DEVICES = new Set(
  ["null", "zero", "full", "random", "urandom", "tty", "console", "ptmx"].map(
    (name) => `/dev/${name}`,
  ),
);
/** Their numbers, and those of pseudo-terminals, in rules. */
const DEFAULT_RULES = new Set([
  "c 1:3",
  "c 1:5",
  "c 1:7",
  "c 1:8",
  "c 1:9",
  "c 5:0",
  "c 5:1",
  "c 5:2",
  "c 136:*",
]);

export function readDevices(
  linux: YamlMap | undefined,
  resources: YamlMap | undefined,
  report: Report,
): Device[] {
  const devices: Device[] = [];
  for (const node of mapsAt(linux, "devices", report)) {
    const path = textAt(node, "path", report);
    const entry = entryOf(node, "path");
    if (path === undefined || entry === undefined || DEFAULT_DEVICES.has(path)) continue;
    const origin = { kind: "set", span: entrySpan(entry) } as const;
    devices.push({ path, target: path, form: "device", origin });
  }
  for (const node of mapsAt(resources, "devices", report)) {
    const rule = ruleOf(node);
    if (rule === undefined) continue;
    const entry = entryOf(node, "allow");
    devices.push({
      path: `${rule.numbers} ${rule.access}`,
      permissions: rule.access,
      form: "cgroup-rule",
      origin: { kind: "set", span: entry === undefined ? node.span : entrySpan(entry) },
    });
  }
  return devices;
}

/** Whether the rules let the container use any device: the last word on all of them is yes. */
export function allowsEveryDevice(resources: YamlMap | undefined): boolean {
  const last = itemsOf(get(resources, "devices")).findLast((node) => numbersOf(node) === "a *:*");
  return last !== undefined && asBoolean(get(last, "allow")) === true;
}

/** A rule that allows more than every container has; undefined for the others. */
function ruleOf(node: YamlNode): { readonly numbers: string; readonly access: string } | undefined {
  if (asBoolean(get(node, "allow")) !== true) return undefined;
  const numbers = numbersOf(node);
  const access = asString(get(node, "access")) ?? "rwm";
  // Making a device node (m) is allowed for all; using it (r, w) is what counts.
  if (access === "m" || DEFAULT_RULES.has(numbers)) return undefined;
  return { numbers, access };
}

function numbersOf(node: YamlNode): string {
  const number = (name: string): string => {
    const value = asNumber(get(node, name));
    return value === undefined || value < 0 ? "*" : String(value);
  };
  return `${asString(get(node, "type")) || "a"} ${number("major")}:${number("minor")}`;
}
