/**
 * What is left of a policy without the values that its schema refuses, so that one run tells what is
 * wrong with the meaning of the rest as well. It is never compiled into a gate.
 */

import type * as z from "zod";
import { gateSchema, type GateData } from "./schema/gate.ts";

/** Each round may uncover that a whole mapping is of no use without what was taken. */
const ROUNDS = 4;

type Mapping = Record<string, unknown>;

/** Changes `plain`. Undefined when nothing is left that could be looked at. */
export function salvage(plain: unknown): GateData | undefined {
  for (let round = 0; round < ROUNDS; round++) {
    const result = gateSchema.safeParse(plain);
    if (result.success) return result.data;
    if (!isMapping(plain)) return undefined;
    const targets = result.error.issues.flatMap((issue) => targetsOf(plain, issue));
    for (const { holder, key } of targets) {
      // A client without a way in is no client; an empty one is told of where the file says it.
      if (key === "listen") holder[key] = {};
      else delete holder[key];
    }
    plain["version"] = "1";
  }
  return undefined;
}

interface Entry {
  readonly holder: Mapping;
  readonly key: string;
}

function targetsOf(root: Mapping, issue: z.core.$ZodIssue): Entry[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? "" : part));
  const paths =
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
  return paths.flatMap((one) => targetOf(root, one) ?? []);
}

/** The value itself, or what needs it where it is missing. Lists go whole: the rest keeps its indexes. */
function targetOf(root: Mapping, path: readonly (string | number)[]): Entry | undefined {
  let holder = root;
  const trail: Entry[] = [];
  for (const key of path) {
    if (typeof key === "number") break;
    trail.push({ holder, key });
    const inner = holder[key];
    if (!isMapping(inner)) break;
    holder = inner;
  }
  const last = trail.pop();
  const isThere =
    last === undefined || last.key === "listen" || Object.hasOwn(last.holder, last.key);
  return isThere ? last : trail.pop();
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
