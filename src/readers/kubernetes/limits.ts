/** Limits of memory and CPUs: the container's own, or the pod's for all its containers together. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Limits } from "../../model/runtime.ts";
import { asScalar } from "../yaml/access.ts";
import type { Field, Report } from "../yaml/fields.ts";
import { factOf, field, mapAt, originOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { PodFacts } from "./pod.ts";
import { parseQuantity } from "./quantity.ts";

/** A limit of nought is none. */
export function readLimits(node: YamlMap, pod: PodFacts, defaults: Limits, report: Report): Limits {
  const own = mapAt(mapAt(node, "resources", report), "limits", report);
  const limit = (name: "memory" | "cpu", otherwise: Fact<number | undefined>) => {
    const container = quantityField(own, name);
    const written = container ?? quantityField(pod.limits, name);
    if (written === undefined) return otherwise;
    const inherited = container === undefined ? { ...written, from: "the pod" } : written;
    return written.value === 0
      ? known(undefined, originOf(inherited))
      : factOf(inherited, otherwise);
  };
  return {
    memory: limit("memory", defaults.memory),
    cpus: limit("cpu", defaults.cpus),
    pids: defaults.pids,
  };
}

function quantityField(limits: YamlMap | undefined, name: string): Field<number> | undefined {
  return field(limits, name, "a quantity such as 500m or 1Gi", (value) => {
    const scalar = asScalar(value);
    if (scalar === undefined || typeof scalar.value === "boolean") return undefined;
    return parseQuantity(String(scalar.value));
  });
}
