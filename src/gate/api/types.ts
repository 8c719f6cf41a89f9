/** Type expressions of the schema, taken apart. */

import type { TypeExpression } from "./shapes.ts";

export const SCALARS = [
  "string",
  "bool",
  "int",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float32",
  "addr",
  "prefix",
  "mac",
  "bytes",
] as const;

export type Scalar = (typeof SCALARS)[number];

export type WireType =
  | { readonly kind: "scalar"; readonly scalar: Scalar }
  | { readonly kind: "pointer"; readonly to: WireType }
  | { readonly kind: "list"; readonly of: WireType; readonly length?: number }
  | { readonly kind: "map"; readonly keys: "string" | "port"; readonly of: WireType }
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "any" };

const memo = new Map<TypeExpression, WireType>();

/** Throws on an expression that is none: the schema is data of this program, so that is a bug. */
export function wireType(expression: TypeExpression): WireType {
  const known = memo.get(expression);
  if (known !== undefined) return known;
  const made = takeApart(expression);
  memo.set(expression, made);
  return made;
}

function takeApart(expression: TypeExpression): WireType {
  if (expression === "any") return { kind: "any" };
  if (expression.startsWith("#")) return { kind: "named", name: expression.slice(1) };
  if (expression.startsWith("*")) return { kind: "pointer", to: wireType(expression.slice(1)) };
  const list = /^\[(\d?)\](.+)$/.exec(expression);
  if (list?.[2] !== undefined) {
    const of = wireType(list[2]);
    return list[1] === "" ? { kind: "list", of } : { kind: "list", of, length: Number(list[1]) };
  }
  const map = /^map\[(string|port)\](.+)$/.exec(expression);
  if (map?.[2] !== undefined) {
    return { kind: "map", keys: map[1] === "port" ? "port" : "string", of: wireType(map[2]) };
  }
  const scalar = SCALARS.find((name) => name === expression);
  if (scalar === undefined) throw new Error(`no type expression: ${expression}`);
  return { kind: "scalar", scalar };
}
