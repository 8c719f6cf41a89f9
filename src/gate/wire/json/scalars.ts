/** JSON scalars as Go decodes them into a field of the given type. */

import type { Scalar } from "../../api/types.ts";
import { type Outcome, accept, refuse } from "../refusal.ts";
import { JsonDecimal, type JsonValue } from "./value.ts";

const INTEGERS: Readonly<Partial<Record<Scalar, readonly [least: bigint, most: bigint]>>> = {
  int: [-(2n ** 63n), 2n ** 63n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 255n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const LARGEST_FLOAT32 = 3.402_823_466_385_288_6e38;

/** Texts with a form of their own; "" is Go's zero value of each. */
const FORMS: Readonly<Partial<Record<Scalar, readonly [form: RegExp, what: string]>>> = {
  addr: [/^(?:[0-9A-Fa-f:.]{2,45}(?:%[\w.-]{1,32})?)?$/, "an IP address"],
  prefix: [/^(?:[0-9A-Fa-f:.]{2,45}\/[0-9]{1,3})?$/, "an address with a prefix length"],
  mac: [/^(?:[0-9A-Fa-f]{2,4}(?:[:.-][0-9A-Fa-f]{2,4}){1,19})?$/, "a hardware address"],
};

/** Standard base64 with its padding; Go's decoder would also skip line ends. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function checkScalar(value: JsonValue, scalar: Scalar, at: string): Outcome<JsonValue> {
  switch (scalar) {
    case "bool":
      return typeof value === "boolean" ? accept(value) : wrong(value, "true or false", at);
    case "float32":
      return checkFloat(value, at);
    case "string":
    case "addr":
    case "prefix":
    case "mac":
    case "bytes":
      return typeof value === "string"
        ? checkText(value, scalar, at)
        : wrong(value, "a string", at);
    default:
      return checkInteger(value, scalar, at);
  }
}

function checkInteger(value: JsonValue, scalar: Scalar, at: string): Outcome<JsonValue> {
  if (!(value instanceof JsonDecimal)) return wrong(value, "an integer", at);
  if (!/^-?[0-9]+$/.test(value.text)) {
    return refuse("wrong-type", at, "an integer is wanted, without fraction or exponent");
  }
  const [least, most] = INTEGERS[scalar] ?? [0n, 0n];
  const signed = least < 0n;
  // The length first: making a bigint of a long run of digits is not linear.
  if (value.text.length > 20 || (!signed && value.text.startsWith("-"))) return range(scalar, at);
  const integer = BigInt(value.text);
  return integer < least || integer > most ? range(scalar, at) : accept(integer);
}

const range = (scalar: Scalar, at: string): Outcome<JsonValue> =>
  refuse("out-of-range", at, `the number does not fit into ${scalar}`);

function checkFloat(value: JsonValue, at: string): Outcome<JsonValue> {
  if (!(value instanceof JsonDecimal)) return wrong(value, "a number", at);
  if (value.text.length > 64 || Math.abs(Number(value.text)) > LARGEST_FLOAT32) {
    return range("float32", at);
  }
  return accept(value);
}

function checkText(value: string, scalar: Scalar, at: string): Outcome<JsonValue> {
  if (scalar === "bytes") {
    return value.length % 4 === 0 && BASE64.test(value)
      ? accept(value)
      : refuse("bad-value", at, "standard base64 with padding is wanted");
  }
  const form = FORMS[scalar];
  if (form === undefined || form[0].test(value)) return accept(value);
  return refuse("bad-value", at, `${form[1]} is wanted`);
}

export function wrong(value: JsonValue, wanted: string, at: string): Outcome<never> {
  return refuse("wrong-type", at, `${wanted} is wanted, not ${shownKind(value)}`);
}

function shownKind(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "an object";
  if (value instanceof JsonDecimal) return "a number";
  return typeof value === "bigint" ? "a number" : `a ${typeof value}`;
}

/** What Go leaves in a fresh element when JSON says null. */
export function zeroOf(scalar: Scalar): JsonValue {
  if (scalar === "bool") return false;
  if (scalar === "float32") return new JsonDecimal("0");
  return INTEGERS[scalar] === undefined ? "" : 0n;
}
