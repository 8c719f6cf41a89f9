/** What requests needed, added to what a client's policy says: how a policy is learned. */

import * as z from "zod";
import type { Need } from "../judge/contract.ts";
import { checkClient } from "./check-client.ts";
import { schemasAt } from "./problems.ts";
import { clientSchema, type ClientData } from "./schema/client.ts";
import { readCpus, readSize, writeCpus } from "./values.ts";

export interface Learned {
  /** For `compileClient`. */
  readonly client: ClientData;
  /** Those that no key of the format says. */
  readonly unmet: readonly Need[];
}

/** The least addition to `start` that says everything that was needed. */
export function withNeeds(start: ClientData, needs: readonly Need[]): Learned {
  let client = start;
  const unmet: Need[] = [];
  for (const need of needs) {
    const next = withNeed(client, need);
    if (next === undefined) unmet.push(need);
    else client = next;
  }
  return { client, unmet };
}

type Mapping = Readonly<Record<string, unknown>>;

function withNeed(client: ClientData, { key, value }: Need): ClientData | undefined {
  const [schema] = schemasAt(clientSchema, key);
  if (schema === undefined) return undefined;
  const current = valueAt(client, key);
  const next = nextValue(schema, key, current, value);
  if (next === current && next !== undefined) return client;
  const changed = changedAt(client, key, next);
  const result = clientSchema.safeParse(changed);
  if (!result.success) return undefined;
  let sound = true;
  checkClient(result.data, (path) => {
    if (path[0] === key[0]) sound = false;
  });
  return sound ? result.data : undefined;
}

function nextValue(
  schema: z.core.$ZodType,
  key: readonly string[],
  current: unknown,
  value: Need["value"],
): unknown {
  if (schema instanceof z.ZodArray) {
    const list = Array.isArray(current) ? (current as readonly unknown[]) : [];
    const item = String(value);
    return list.includes(item) ? current : [...list, item];
  }
  if (typeof value === "boolean") return value;
  if (key.includes("limits")) return greaterLimit(key.at(-1) ?? "", current, String(value));
  return String(value);
}

/** Of two maxima the greater; undefined, which is none, where none was asked for. */
function greaterLimit(name: string, current: unknown, asked: string): string | undefined {
  if (asked === "none") return undefined;
  // CPUs are asked for in billionths, as the API has them.
  const wanted = name === "cpus" && /^\d{6,}$/.test(asked) ? writeCpus(BigInt(asked)) : asked;
  if (typeof current !== "string") return wanted;
  const read = (text: string): bigint => (name === "cpus" ? readCpus(text) : readSize(text)) ?? 0n;
  return read(wanted) > read(current) ? wanted : current;
}

function valueAt(data: unknown, key: readonly string[]): unknown {
  let current = data;
  for (const part of key) current = isMapping(current) ? current[part] : undefined;
  return current;
}

function changedAt(data: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  if (first === undefined) return value;
  const mapping = isMapping(data) ? data : {};
  return { ...mapping, [first]: changedAt(mapping[first], rest, value) };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
