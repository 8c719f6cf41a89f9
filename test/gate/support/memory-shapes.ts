/** What the engine in memory is made of, and how it reads what it is asked. */

import { parseJsonText } from "../../../src/gate/wire/json/parse.ts";
import type { JsonValue } from "../../../src/gate/wire/json/value.ts";
import type { Filters } from "../../../src/gate/wire/filters.ts";
import type { Query } from "../../../src/gate/wire/query.ts";

/** Plain JSON. */
// oxlint-disable-next-line typescript/no-explicit-any -- the model writes JSON freely, as Go does
export type Json = any;

export interface EngineAnswer {
  readonly status: number;
  readonly value: Json;
}

export interface Received {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly body: Json;
}

export interface Container {
  Id: string;
  Name: string;
  Image: string;
  Config: Json;
  HostConfig: Json;
  Labels: Record<string, string>;
  Mounts: Json[];
  Networks: string[];
  State: string;
}

export interface Call {
  readonly names: ReadonlyMap<string, string>;
  readonly query: Query;
  readonly body: Json;
}

/** An error that the engine answers with. */
export class Failure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** As dockerd merges a LABEL of a change into the image. */
export function labelsOfChanges(query: Query): Record<string, string> {
  const lines = (query.get("changes") ?? []).flatMap((value) =>
    value.kind === "text" ? [value.text] : [],
  );
  const pairs = lines
    .filter((line) => line.startsWith("LABEL "))
    .flatMap((line) => [...line.matchAll(/([\w.-]+)="([^"]*)"/g)]);
  return Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, value]));
}

export function byBeginning<T extends { readonly Id: string }>(
  all: readonly T[],
  term: string,
  several: () => Failure,
): T | undefined {
  const found = all.filter(({ Id }) => Id.startsWith(term));
  if (found.length > 1) throw several();
  return found[0];
}

export const first = (names: ReadonlyMap<string, string>): string => [...names.values()][0] ?? "";

export function filtersOf(query: Query): Filters {
  const value = query.get("filters")?.[0];
  return value?.kind === "filters" ? value.filters : new Map();
}

export function matchesLabels(
  labels: Record<string, string> | undefined,
  filters: Filters,
): boolean {
  return [...(filters.get("label") ?? [])].every((wanted) => {
    const equals = wanted.indexOf("=");
    const key = equals === -1 ? wanted : wanted.slice(0, equals);
    if (labels?.[key] === undefined) return false;
    return equals === -1 || labels[key] === wanted.slice(equals + 1);
  });
}

export function any(filters: Filters, key: string, matches: (text: string) => boolean): boolean {
  const values = filters.get(key);
  return values === undefined || [...values].some(matches);
}

export function word(query: Query, key: string): string | undefined {
  const value = query.get(key)?.[0];
  return value?.kind === "text" && value.text !== "" ? value.text : undefined;
}

export function flag(query: Query, key: string): boolean {
  const value = query.get(key)?.[0];
  return value?.kind === "boolean" && value.value;
}

/** The engine's short form of a reference, with a tag. */
export function withTag(name: string): string {
  const short = name.replace(/^docker\.io\/(?:library\/)?/, "");
  return short.slice(short.lastIndexOf("/") + 1).includes(":") ? short : `${short}:latest`;
}

export function toJsonValue(value: Json): JsonValue {
  const parsed = parseJsonText(JSON.stringify(value ?? null));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}
