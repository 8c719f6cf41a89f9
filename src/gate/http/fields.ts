/** Header fields of either side, and those of them that frame the message or belong to one connection. */

import type { RawHeaders } from "../wire/headers.ts";
import type { BodyFraming } from "./contract.ts";

/** RFC 9110, 5.6.2: what a name may be made of. */
const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  TOKEN[character.charCodeAt(0)] = 1;
}

export function isToken(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (TOKEN[text.charCodeAt(at) & 0xff] !== 1) return false;
  }
  return to > from;
}

/**
 * The lines behind the first, of a head that the scanner let pass and that ends with its empty line; or what is
 * wrong with them, as a clause.
 */
export function readFields(text: string, from: number, most: number): [string, string][] | string {
  const fields: [string, string][] = [];
  const end = text.length - 2;
  let at = from;
  while (at < end) {
    const lineEnd = text.indexOf("\r\n", at);
    const colon = text.indexOf(":", at);
    if (colon === -1 || colon > lineEnd) return "a header line has no colon";
    // Also refuses a space before the colon, and a line that goes on from the one before it.
    if (!isToken(text, at, colon)) return "a header's name is no token";
    if (fields.length === most) return `there are more than ${most} headers`;
    let start = colon + 1;
    let stop = lineEnd;
    while (start < stop && isBlank(text.charCodeAt(start))) start++;
    while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop--;
    fields.push([text.slice(at, colon), text.slice(start, stop)]);
    at = lineEnd + 2;
  }
  return fields;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;

/** What the fields say about the message itself. */
export interface HopFields {
  host: string | undefined;
  hosts: number;
  length: number | undefined;
  chunked: boolean;
  close: boolean;
  upgrade: boolean;
  expect: string | undefined;
  /** What makes the message's end doubtful; `coding` is a Transfer-Encoding other than chunked. */
  wrong: "length" | "coding" | "both" | undefined;
}

export function readHopFields(fields: RawHeaders): HopFields {
  const found: HopFields = {
    host: undefined,
    hosts: 0,
    length: undefined,
    chunked: false,
    close: false,
    upgrade: false,
    expect: undefined,
    wrong: undefined,
  };
  for (const [name, value] of fields) {
    // By length first: no other header is looked at twice.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() === "host") {
          found.host = value;
          found.hosts++;
        }
        break;
      case 6:
        if (name.toLowerCase() === "expect") found.expect = value.toLowerCase();
        break;
      case 7:
        if (name.toLowerCase() === "upgrade") found.upgrade = true;
        break;
      case 10:
        if (name.toLowerCase() === "connection") found.close ||= holdsToken(value, "close");
        break;
      case 14:
        if (name.toLowerCase() === "content-length") takeLength(found, value);
        break;
      case 17:
        if (name.toLowerCase() === "transfer-encoding") {
          if (found.chunked || value !== "chunked") found.wrong ??= "coding";
          found.chunked = true;
        }
        break;
      default:
    }
  }
  if (found.chunked && found.length !== undefined) found.wrong = "both";
  return found;
}

/** Digits alone, no sign, no list, no leading zero, once. */
function takeLength(found: HopFields, value: string): void {
  const odd = found.length !== undefined || !/^(?:0|[1-9][0-9]{0,14})$/.test(value);
  if (odd) found.wrong ??= "length";
  found.length = odd ? 0 : Number(value);
}

function holdsToken(list: string, wanted: string): boolean {
  const lower = list.toLowerCase();
  return lower === wanted || lower.split(",").some((token) => token.trim() === wanted);
}

export const NO_BODY: BodyFraming = { kind: "none" };
export const CHUNKED = { kind: "chunked" } as const;

const HOP = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether the header frames the message or is for one connection only; by its length first, which is cheap. */
export function isHopHeader(name: string): boolean {
  switch (name.length) {
    case 2:
    case 7:
    case 10:
    case 14:
    case 16:
    case 17:
    case 18:
    case 19:
      return HOP.has(name.toLowerCase());
    default:
      return false;
  }
}
