/** Memory, CPU and process limits, from the service's own keys and from `deploy.resources.limits`. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Limits } from "../../model/runtime.ts";
import { parseDecimal, parseMemoryLimit } from "../docker-syntax/amounts.ts";
import { get, nodeAt } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { originOf, scalarFact } from "./facts.ts";

type Limit = Fact<number | undefined>;

/**
 * `deploy` wins over the service's keys when it sets a number. Nought or less means no limit.
 * Source: docker/compose f729794 pkg/compose/create.go getDeployResources, setLimits.
 */
export function limitsOf(scope: ServiceScope, defaults: Limits): Limits {
  const { service } = scope;
  const deployed = (name: string): YamlNode | undefined =>
    nodeAt(service, ["deploy", "resources", "limits", name]);
  const memory = limit(
    get(service, "mem_limit"),
    parseMemoryLimit,
    "a size such as 512m",
    defaults.memory,
  );
  const cpus = limit(
    get(service, "cpus"),
    parseDecimal,
    "a number of CPUs such as 1.5",
    quotaOf(scope) ?? defaults.cpus,
  );
  const pids = limit(get(service, "pids_limit"), parseDecimal, "a whole number", defaults.pids);
  return {
    memory: over(deployed("memory"), parseMemoryLimit, "a size such as 512m", memory),
    cpus: over(deployed("cpus"), parseDecimal, "a number of CPUs such as 1.5", cpus),
    pids: over(deployed("pids"), parseDecimal, "a whole number", pids),
  };
}

type Parse = (text: string) => number | undefined;

function limit(
  node: YamlNode | undefined,
  parse: Parse,
  expected: string,
  otherwise: Limit,
): Limit {
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return otherwise;
  return scalarFact<number | undefined>(
    node,
    (text) => {
      const value = parse(text);
      if (value === undefined) return undefined;
      return { value: value > 0 ? value : undefined };
    },
    expected,
  );
}

/** A deployed limit of nought leaves the service's own in force. */
function over(node: YamlNode | undefined, parse: Parse, expected: string, own: Limit): Limit {
  const deployed = limit(node, parse, expected, own);
  const nothing = deployed.known && deployed.value === undefined && deployed !== own;
  return nothing && own.known && own.value !== undefined ? own : deployed;
}

/** `cpu_quota` per `cpu_period` (100 ms unless set) as a number of CPUs. */
function quotaOf(scope: ServiceScope): Limit | undefined {
  const node = get(scope.service, "cpu_quota");
  if (node?.kind !== "scalar" || node.value === null) return undefined;
  const period = get(scope.service, "cpu_period");
  const divisor = (period?.kind === "scalar" ? parseDecimal(period.text) : undefined) ?? 100_000;
  const quota = limit(node, parseDecimal, "microseconds", known(undefined, originOf(node)));
  if (!quota.known || quota.value === undefined || divisor <= 0) return quota;
  return { ...quota, value: quota.value / divisor };
}
