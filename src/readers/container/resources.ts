/** Limits, sysctls, supplementary groups and devices in `HostConfig`. */

import type { Fact } from "../../model/fact.ts";
import { known, setAt, unknownAt } from "../../model/fact.ts";
import type { Device } from "../../model/devices.ts";
import type { Limits, Runtime, Sysctl } from "../../model/runtime.ts";
import {
  asNumber,
  asString,
  asText,
  entriesOf,
  entryOf,
  entrySpan,
  get,
  itemsOf,
} from "../yaml/access.ts";
import type { Field } from "../yaml/fields.ts";
import {
  factOf,
  field,
  listAt,
  mapAt,
  mapsAt,
  originOf,
  textAt,
  wrongItem,
} from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { shownAt } from "./applied.ts";
import type { Inspected } from "./inspected.ts";

type Amount = Fact<number | undefined>;

/** The kernel's period where none is written, in microseconds. Source: cgroup-v2.rst, cpu.max. */
const DEFAULT_PERIOD = 100_000;
const NANO = 1_000_000_000;

/** Nought or less is no limit. */
export function readLimits({ host, defaults }: Inspected): Limits {
  const { memory, cpus, pids } = defaults.limits;
  const nano = numberField(host, "NanoCpus");
  const period = numberField(host, "CpuPeriod")?.value ?? 0;
  const usesNano = nano !== undefined && nano.value !== 0;
  return {
    memory: limit(host, "Memory", 1, memory),
    cpus: usesNano
      ? limit(host, "NanoCpus", NANO, cpus)
      : limit(host, "CpuQuota", period > 0 ? period : DEFAULT_PERIOD, cpus),
    pids:
      asString(get(host, "Cgroups")) === "disabled"
        ? known(undefined, shownAt(pids, host, "Cgroups").origin)
        : limit(host, "PidsLimit", 1, pids),
  };
}

function limit(host: YamlMap | undefined, name: string, unit: number, otherwise: Amount): Amount {
  const written = numberField(host, name);
  if (written === undefined) return otherwise;
  if (written.value === undefined) return factOf({ ...written, value: undefined }, otherwise);
  const amount = written.value > 0 ? written.value / unit : undefined;
  const shown = shownAt(otherwise, host, name);
  const isDefault = otherwise.known && otherwise.value === amount;
  return isDefault ? shown : known(amount, originOf(written));
}

function numberField(parent: YamlMap | undefined, name: string): Field<number> | undefined {
  return field(parent, name, "a number", (node) => {
    const value = asNumber(node);
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  });
}

export function readSysctls(inspected: Inspected): Sysctl[] {
  const { root, host, engine, created, report } = inspected;
  if (engine.name === "podman" && entryOf(host, "Sysctls") === undefined) {
    if (created !== undefined) {
      return created.runtime.sysctls.map((sysctl) => ({ ...sysctl, origin: created.origin }));
    }
    report(
      unknownAt(
        entryOf(root, "HostConfig")?.key.span ?? root.span,
        "sysctls",
        "Podman does not tell them when it is asked for the container",
        "look at linux.sysctl in the container's config.json",
      ),
    );
  }
  return entriesOf(mapAt(host, "Sysctls", report)).map(([name, entry]) => ({
    name,
    value: asText(entry.value) ?? "",
    origin: setAt(entrySpan(entry)),
  }));
}

export function readGroups({ host, report }: Inspected): Runtime["groups"] {
  return listAt(host, "GroupAdd", report).flatMap((item) => {
    const text = asText(item);
    if (text === undefined) {
      report(wrongItem(item, "GroupAdd", "text"));
      return [];
    }
    return [{ text, origin: setAt(item.span) }];
  });
}

export function readDevices(inspected: Inspected): Device[] {
  const { host, report } = inspected;
  const mapped = mapsAt(host, "Devices", report).flatMap((node): Device[] => {
    const path = textAt(node, "PathOnHost", report);
    if (path === undefined || path === "") return [];
    const target = textAt(node, "PathInContainer", report);
    const permissions = textAt(node, "CgroupPermissions", report);
    return [
      {
        path,
        ...(target === undefined || target === "" ? {} : { target }),
        ...(permissions === undefined || permissions === "" ? {} : { permissions }),
        form: "device",
        origin: setAt(placeOfField(node, "PathOnHost")),
      },
    ];
  });
  const rules = listAt(host, "DeviceCgroupRules", report).flatMap((item): Device[] => {
    const path = asString(item);
    if (path !== undefined) return [{ path, form: "cgroup-rule", origin: setAt(item.span) }];
    report(wrongItem(item, "DeviceCgroupRules", "text"));
    return [];
  });
  const asked = mapsAt(host, "DeviceRequests", report).flatMap((node) => requested(node));
  return [...mapped, ...rules, ...asked];
}

/** What a driver of the engine gives: GPUs, or devices that CDI files of the host describe. */
function requested(node: YamlMap): Device[] {
  const driver = asString(get(node, "Driver")) ?? "";
  const ids = itemsOf(get(node, "DeviceIDs"));
  if (driver === "cdi") {
    return ids.flatMap((item): Device[] => {
      const path = asString(item);
      return path === undefined ? [] : [{ path, form: "cdi", origin: setAt(item.span) }];
    });
  }
  if (asNumber(get(node, "Count")) === 0 && ids.length === 0) return [];
  return [{ path: "gpus", form: "gpu", origin: setAt(placeOfField(node, "Count")) }];
}

function placeOfField(node: YamlMap, name: string): YamlMap["span"] {
  const entry = entryOf(node, name);
  return entry === undefined ? node.span : entrySpan(entry);
}
