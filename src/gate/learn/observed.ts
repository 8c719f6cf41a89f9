/** What was seen of one client while the gate learned: what its requests need, how often, and by which calls. */

import * as z from "zod";
import type { Denial, GateRequest, Need } from "../judge/contract.ts";
import type { Decided } from "../server/observer.ts";
import { isJsonObject, type JsonValue } from "../wire/json/value.ts";

const seenNeed = z.strictObject({
  key: z.array(z.string()),
  value: z.union([z.string(), z.number(), z.boolean()]),
  count: z.number().int(),
  /** Ids of the operations that asked for it, with the first field that did. */
  operations: z.array(z.string()),
  field: z.string(),
});

/** Of creations and updates: what the most demanding one asked for. In the API's units, as text. */
const seenLimit = z.strictObject({
  greatest: z.string().regex(/^\d{1,20}$/),
  limited: z.number().int(),
  /** Creations that asked for no limit. */
  unlimited: z.number().int(),
});

export const observedSchema = z.strictObject({
  requests: z.number().int(),
  creations: z.number().int(),
  needs: z.array(seenNeed),
  limits: z.record(z.string(), seenLimit),
  /** Creations that did not ask for what a policy forces by default, by the name under `force`. */
  unforced: z.record(z.string(), z.number().int()),
  /** Refusals that no policy lifts, by rule and operation. */
  hopeless: z.record(z.string(), z.number().int()),
  /** Needs that were seen after there was no room for more. */
  dropped: z.number().int(),
});

export type Observed = z.output<typeof observedSchema>;
export type SeenNeed = z.output<typeof seenNeed>;

const MOST_NEEDS = 1000;
const MOST_OPERATIONS = 8;
const MOST_HOPELESS = 200;
const LONGEST_VALUE = 4096;

export function nothingObserved(): Observed {
  return {
    requests: 0,
    creations: 0,
    needs: [],
    limits: {},
    unforced: {},
    hopeless: {},
    dropped: 0,
  };
}

/** Gathers what requests need. `state` is written to. */
export class ClientObserver {
  readonly state: Observed;
  readonly #byKey: Map<string, SeenNeed>;

  constructor(state: Observed) {
    this.state = state;
    this.#byKey = new Map(state.needs.map((need) => [keyOf(need), need]));
  }

  /** Whether something was seen for the first time. The denials are those of a policy that grants nothing. */
  add({ asked, denials }: Pick<Decided, "asked" | "denials">): boolean {
    this.state.requests += 1;
    const operation = asked?.operation.id ?? "unknown";
    let isNew = false;
    for (const denial of denials) {
      if (denial.needs === undefined) this.#addHopeless(denial, operation);
      else if (this.#addNeed(denial.needs, denial.at, operation)) isNew = true;
    }
    if (asked !== undefined) this.#addCreation(asked);
    return isNew;
  }

  #addNeed({ key, value }: Need, field: string, operation: string): boolean {
    const found = this.#byKey.get(keyOf({ key, value }));
    if (found !== undefined) {
      found.count += 1;
      const { operations } = found;
      if (operations.length < MOST_OPERATIONS && !operations.includes(operation)) {
        operations.push(operation);
      }
      return false;
    }
    const isLong = typeof value === "string" && value.length > LONGEST_VALUE;
    if (isLong || this.state.needs.length >= MOST_NEEDS) {
      this.state.dropped += 1;
      return false;
    }
    const made = { key: [...key], value, count: 1, operations: [operation], field };
    this.state.needs.push(made);
    this.#byKey.set(keyOf(made), made);
    return true;
  }

  /** What is not there, or could not be asked for, is no matter of the policy. */
  #addHopeless({ rule, status }: Denial, operation: string): void {
    if (status === 404 || status === 503) return;
    const { hopeless } = this.state;
    const name = `${rule} ${operation}`;
    if (!(name in hopeless) && Object.keys(hopeless).length >= MOST_HOPELESS) return;
    hopeless[name] = (hopeless[name] ?? 0) + 1;
  }

  #addCreation({ operation, body }: GateRequest): void {
    const isCreation = operation.id === "ContainerCreate";
    if (!isCreation && operation.id !== "ContainerUpdate") return;
    const host = isCreation ? member(body, "HostConfig") : body;
    for (const [name, asked] of Object.entries(limitsOf(host))) {
      this.#addLimit(name, asked, isCreation);
    }
    if (!isCreation) return;
    this.state.creations += 1;
    for (const name of unforcedBy(host)) {
      this.state.unforced[name] = (this.state.unforced[name] ?? 0) + 1;
    }
  }

  #addLimit(name: string, asked: bigint, isCreation: boolean): void {
    // An update that names no limit leaves the one that holds.
    if (asked <= 0n && !isCreation) return;
    const limit = (this.state.limits[name] ??= { greatest: "0", limited: 0, unlimited: 0 });
    if (asked <= 0n) limit.unlimited += 1;
    else limit.limited += 1;
    if (asked > BigInt(limit.greatest)) limit.greatest = String(asked);
  }
}

const keyOf = ({
  key,
  value,
}: Pick<SeenNeed, "value"> & { readonly key: readonly string[] }): string =>
  JSON.stringify([key, value]);

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value.get(name) : undefined;
}

function integer(value: JsonValue | undefined, name: string): bigint {
  const found = member(value, name);
  return typeof found === "bigint" ? found : 0n;
}

const NANO = 1_000_000_000n;
/** The kernel's own period in µs, where none is written. */
const PERIOD = 100_000n;

function limitsOf(host: JsonValue | undefined): Readonly<Record<string, bigint>> {
  const quota = integer(host, "CpuQuota");
  const period = integer(host, "CpuPeriod");
  const byQuota = quota > 0n ? (quota * NANO) / (period > 0n ? period : PERIOD) : 0n;
  const cpus = integer(host, "NanoCpus");
  return {
    memory: integer(host, "Memory"),
    pids: integer(host, "PidsLimit"),
    cpus: cpus > 0n ? cpus : byQuota,
  };
}

/** What `force` does by default and the creation does not ask for. */
function unforcedBy(host: JsonValue | undefined): readonly string[] {
  const drops = member(host, "CapDrop");
  const options = member(host, "SecurityOpt");
  const has = (list: JsonValue | undefined, pattern: RegExp): boolean =>
    Array.isArray(list) && list.some((item) => typeof item === "string" && pattern.test(item));
  return [
    ...(has(drops, /^all$/i) ? [] : ["cap-drop-all"]),
    ...(has(options, /^no-new-privileges(?:[:=]true)?$/) ? [] : ["no-new-privileges"]),
    ...(member(host, "ReadonlyRootfs") === true ? [] : ["read-only-root"]),
  ];
}
