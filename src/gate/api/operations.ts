/** Every operation of the Engine API with its routes, parameters, body and answer. */

import {
  headerCorrections,
  optionalBodies,
  queryCorrections,
  responseKinds,
  undocumentedOperations,
  type ResponseKind,
} from "./by-hand/operations.ts";
import { describedOperations } from "./generated/operations.ts";
import type { DescribedOperation, QueryKind } from "./shapes.ts";
import { wireType, type WireType } from "./types.ts";

export interface QueryRule {
  readonly name: string;
  readonly kind: Exclude<QueryKind, `json ${string}`> | "json";
  /** Of a `json` parameter. */
  readonly type?: WireType;
  readonly list: boolean;
  readonly required: boolean;
}

export type RequestBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly type: WireType; readonly required: boolean }
  | { readonly kind: "upload" };

export interface Operation {
  /** The swagger file's operationId, or an own one for an undocumented route. */
  readonly id: string;
  readonly method: string;
  readonly documented: boolean;
  readonly query: ReadonlyMap<string, QueryRule>;
  /** Request headers of this operation beside the common ones, in lower case. */
  readonly headers: readonly string[];
  readonly body: RequestBody;
  readonly response: ResponseKind;
  readonly responseType?: WireType;
}

function queryRules(id: string, described: DescribedOperation): ReadonlyMap<string, QueryRule> {
  const parameters = Object.entries({ ...described.query, ...queryCorrections[id] });
  return new Map(
    parameters.map(([name, { kind, list }]) => {
      const json = kind.startsWith("json ") ? wireType(kind.slice("json ".length)) : undefined;
      const rule: QueryRule = {
        name,
        kind: json === undefined ? (kind as Exclude<QueryKind, `json ${string}`>) : "json",
        ...(json === undefined ? {} : { type: json }),
        list: list === true,
        required: described.required?.includes(name) === true,
      };
      return [name, rule];
    }),
  );
}

function bodyOf(id: string, described: DescribedOperation): RequestBody {
  const { body } = described;
  if (body === undefined) return { kind: "none" };
  if (body.kind === "upload") return { kind: "upload" };
  return {
    kind: "json",
    type: wireType(body.type),
    required: body.required && !optionalBodies.includes(id),
  };
}

function operationOf(id: string, described: DescribedOperation, documented: boolean): Operation {
  const headers = [...(described.headers ?? []), ...(headerCorrections[id] ?? [])];
  return {
    id,
    method: described.method,
    documented,
    query: queryRules(id, described),
    headers: [...new Set(headers.map((name) => name.toLowerCase()))].filter(
      (name) => name !== "content-type",
    ),
    body: bodyOf(id, described),
    response: responseKinds[id] ?? "json",
    ...(described.responseType === undefined
      ? {}
      : { responseType: wireType(described.responseType) }),
  };
}

export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    ...Object.entries(describedOperations).map(([id, row]) => operationOf(id, row, true)),
    ...Object.entries(undocumentedOperations).map(([id, row]) => operationOf(id, row, false)),
  ].map((operation) => [operation.id, operation]),
);

/** For an id of this program's own tables; a miss is a bug. */
export function operation(id: string): Operation {
  const found = operations.get(id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}
