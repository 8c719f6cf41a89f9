/** Limits of memory, CPUs and processes. */

import type { Limits, Runtime } from "../../../model/runtime.ts";
import type { Drift, Pair } from "./drift.ts";
import { drift } from "./drift.ts";

const NAMES: Readonly<Record<keyof Limits, string>> = {
  memory: "bytes of memory",
  cpus: "CPUs",
  pids: "processes",
};

export function limitDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  return (Object.keys(NAMES) as (keyof Limits)[]).flatMap((name): Drift[] => {
    const [wanted, real] = [asked.limits[name], has.limits[name]];
    if (!wanted.known || !real.known) return [];
    const [most, actual] = [wanted.value ?? Infinity, real.value ?? Infinity];
    // Engines keep CPUs as whole numbers of nanoseconds.
    const near = Number.isFinite(most) && Math.abs(most - actual) <= 1e-6 * most;
    if (most === actual || near) return [];
    const unit = NAMES[name];
    const amount = (value: number): string =>
      value === Infinity ? `any number of ${unit}` : `${String(value)} ${unit}`;
    return [
      drift(
        pair,
        actual > most ? "wider" : "narrower",
        `may use ${amount(actual)}`,
        most === Infinity ? "sets no limit" : `allows ${amount(most)}`,
        { running: real.origin, source: wanted.origin },
      ),
    ];
  });
}
