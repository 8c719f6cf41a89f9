/** `linux.resources` limits and `linux.sysctl`. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Limits, Sysctl } from "../../model/runtime.ts";
import { asNumber, asString, entriesOf, entrySpan } from "../yaml/access.ts";
import type { Field, Report } from "../yaml/fields.ts";
import { factOf, field, mapAt, originOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

/** The kernel's period where none is written, in microseconds. Source: cgroup-v2.rst, cpu.max. */
const DEFAULT_PERIOD = 100_000;

/** Limits of 0 or less are none. */
export function readLimits(
  resources: YamlMap | undefined,
  defaults: Limits,
  report: Report,
): Limits {
  const cpu = mapAt(resources, "cpu", report);
  const period = numberField(cpu, "period");
  return {
    memory: limit(numberField(mapAt(resources, "memory", report), "limit"), 1, defaults.memory),
    cpus: limit(
      numberField(cpu, "quota"),
      positive(period?.value) ?? DEFAULT_PERIOD,
      defaults.cpus,
    ),
    pids: limit(numberField(mapAt(resources, "pids", report), "limit"), 1, defaults.pids),
  };
}

function limit(
  written: Field<number> | undefined,
  unit: number,
  otherwise: Fact<number | undefined>,
): Fact<number | undefined> {
  if (written?.value === undefined) return factOf(written, otherwise);
  const amount = positive(written.value);
  return known(amount === undefined ? undefined : amount / unit, originOf(written));
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

function numberField(parent: YamlMap | undefined, name: string): Field<number> | undefined {
  return field(parent, name, "a number", (node) => {
    const value = asNumber(node);
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  });
}

export function readSysctls(linux: YamlMap | undefined, report: Report): Sysctl[] {
  return entriesOf(mapAt(linux, "sysctl", report)).map(([name, entry]) => ({
    name,
    value: asString(entry.value) ?? "",
    origin: { kind: "set", span: entrySpan(entry) },
  }));
}
