/** Where a request that was judged differs from the one that was asked. */

import { type JsonValue, isJsonList, isJsonObject } from "../wire/json/value.ts";
import { writeJson } from "../wire/json/write.ts";
import { type Query, writeQuery } from "../wire/query.ts";
import type { GateRequest } from "./contract.ts";

export interface Difference {
  readonly kind: "name" | "parameter" | "header" | "body";
  /** A name of the path, a parameter, a header, or a field of the body: `HostConfig.CapDrop`. */
  readonly at: string;
  /** Of the body: what stands there now; undefined when it was taken away. */
  readonly written?: JsonValue;
}

/** `most` bounds how many places of the body are told. */
export function differences(
  asked: GateRequest,
  written: GateRequest,
  most = 50,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const [name, value] of written.names) {
    if (asked.names.get(name) !== value) found.push({ kind: "name", at: name });
  }
  for (const at of changedParameters(asked.query, written.query)) {
    found.push({ kind: "parameter", at });
  }
  for (const at of changedHeaders(asked, written)) found.push({ kind: "header", at });
  const places: Difference[] = [];
  compare(asked.body, written.body, "", places, most);
  return [...found, ...places];
}

function changedParameters(asked: Query, written: Query): readonly string[] {
  const names = [...new Set([...asked.keys(), ...written.keys()])];
  const shown = (query: Query, name: string): string => {
    const values = query.get(name);
    return values === undefined ? "" : writeQuery(new Map([[name, values]]));
  };
  return names.filter((name) => shown(asked, name) !== shown(written, name));
}

function changedHeaders(asked: GateRequest, written: GateRequest): readonly string[] {
  if (asked.headers === written.headers) return [];
  const before = new Map(asked.headers);
  const after = new Map(written.headers);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => before.get(name) !== after.get(name));
}

function compare(
  asked: JsonValue | undefined,
  written: JsonValue | undefined,
  at: string,
  places: Difference[],
  most: number,
): void {
  if (places.length >= most || asked === written) return;
  if (isJsonObject(asked) && isJsonObject(written)) {
    for (const key of new Set([...asked.keys(), ...written.keys()])) {
      compare(asked.get(key), written.get(key), at === "" ? key : `${at}.${key}`, places, most);
    }
    return;
  }
  // An object that is made of neutral members alone, where there was none, says nothing.
  if (asked === undefined && isJsonObject(written)) {
    compare(new Map(), written, at, places, most);
    return;
  }
  if (asked === undefined && written !== undefined && isNeutral(written)) return;
  if (asked !== undefined && written !== undefined && writeJson(asked) === writeJson(written)) {
    return;
  }
  places.push({ kind: "body", at, ...(written === undefined ? {} : { written }) });
}

/** What the engine reads as if it were not there. An empty list is none: for masked paths it means no mask. */
function isNeutral(value: JsonValue): boolean {
  if (value === null || value === false || value === "" || value === 0n) return true;
  return isJsonList(value) ? false : isJsonObject(value) && value.size === 0;
}
