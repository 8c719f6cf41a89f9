/**
 * The file that `plimsoll gate explain` is given: a request as JSON, as HTTP/1.1 text, or a decision out of
 * the audit log.
 */

import { routes } from "../api/routes.ts";
import type { RawHeaders } from "../wire/headers.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "../wire/json/value.ts";
import { parseJsonText } from "../wire/json/parse.ts";
import { writeJson } from "../wire/json/write.ts";
import { percentEncode } from "../wire/percent.ts";

export interface ExplainedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly body: Uint8Array;
  /** Out of an audit log: it holds no parameters and no body. */
  readonly isPartial: boolean;
  /** Whose it was, out of an audit log. */
  readonly client?: string;
}

/** A string says what is wrong with the file. */
export type ReadExplained = ExplainedRequest | string;

const BOUNDS = { bytes: 16 * 1024 * 1024, depth: 200, nodes: 1_000_000 };
const REQUEST_LINE = /^([A-Za-z]{1,16}) ([^ \r\n]+)(?: HTTP\/1\.[01])?(?:\r?\n|$)/;

export function readExplained(text: string): ReadExplained {
  if (text.length > BOUNDS.bytes) return "the file is larger than 16 MiB";
  if (REQUEST_LINE.test(text)) return readHttp(text);
  const parsed = parseJsonText(text.trim(), BOUNDS);
  if (!parsed.ok) {
    return `this is no request: neither a request line such as \`GET /v1.44/containers/json HTTP/1.1\`, nor JSON (${parsed.refusal.message})`;
  }
  if (!isJsonObject(parsed.value)) return "the JSON is no object with method and path";
  return parsed.value.has("kind") && parsed.value.has("prev")
    ? readEntry(parsed.value)
    : readObject(parsed.value);
}

const encoder = new TextEncoder();

/** `{"method", "path", "headers"?, "body"?}`; a body that is a text is taken byte by byte. */
function readObject(value: JsonObject): ReadExplained {
  const unknown = [...value.keys()].find(
    (key) => !["method", "path", "target", "headers", "body"].includes(key),
  );
  if (unknown !== undefined) {
    return `the JSON has a member ${JSON.stringify(unknown.slice(0, 40))}; method, path, headers and body are known`;
  }
  const method = value.get("method") ?? "GET";
  const target = value.get("path") ?? value.get("target");
  if (typeof method !== "string" || typeof target !== "string") {
    return "method and path are wanted as texts";
  }
  const headers = readHeaderObject(value.get("headers"));
  if (headers === undefined) return "headers are wanted as an object of texts";
  return request(method, target, headers, bodyBytes(value.get("body")));
}

function bodyBytes(body: JsonValue | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array();
  return encoder.encode(typeof body === "string" ? body : writeJson(body));
}

function readHeaderObject(value: JsonValue | undefined): RawHeaders | undefined {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) return undefined;
  const headers: [string, string][] = [];
  for (const [name, text] of value) {
    if (typeof text !== "string") return undefined;
    headers.push([name, text]);
  }
  return headers;
}

function readHttp(text: string): ReadExplained {
  const [line = "", method = "", target = ""] = REQUEST_LINE.exec(text) ?? [];
  const rest = text.slice(line.length);
  const end = /(?:^|\r?\n)\r?\n/.exec(rest);
  const head = end === null ? rest : rest.slice(0, end.index);
  const body = end === null ? "" : rest.slice(end.index + end[0].length);
  const headers: [string, string][] = [];
  for (const header of head.split(/\r?\n/).filter((one) => one !== "")) {
    const colon = header.indexOf(":");
    if (colon < 1) return "a line of the head is no header";
    headers.push([header.slice(0, colon), header.slice(colon + 1).trim()]);
  }
  const named = (name: string): string | undefined =>
    headers.find(([own]) => own.toLowerCase() === name)?.[1];
  if (named("transfer-encoding") !== undefined) {
    return "the body is chunked: write it plainly, without Transfer-Encoding";
  }
  const length = named("content-length");
  const bytes = encoder.encode(body);
  if (length === undefined) return request(method, target, headers, withoutLastBreak(bytes));
  if (!/^\d{1,12}$/.test(length) || Number(length) > bytes.length) {
    return "Content-Length says more than the file holds";
  }
  return request(method, target, headers, bytes.subarray(0, Number(length)));
}

/** Editors end a file with a line feed, which is no part of the body. */
function withoutLastBreak(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  return bytes.subarray(0, bytes[end - 1] === 0x0d ? end - 1 : end);
}

function request(
  method: string,
  target: string,
  headers: RawHeaders,
  body: Uint8Array,
): ExplainedRequest {
  const hasType = headers.some(([name]) => name.toLowerCase() === "content-type");
  // Whoever writes a request down leaves out what every client sends.
  const whole: RawHeaders =
    hasType || body.length === 0 ? headers : [...headers, ["Content-Type", "application/json"]];
  return { method: method.toUpperCase(), target, headers: whole, body, isPartial: false };
}

/** A decision: its route with the object's name in it. */
function readEntry(entry: JsonObject): ReadExplained {
  const text = (name: string): string | undefined => {
    const value = entry.get(name);
    return typeof value === "string" ? value : undefined;
  };
  if (entry.get("kind") !== "decision") return "this entry of the audit log is no decision";
  const pattern = text("route");
  const method = text("method");
  const route = routes.find((one) => one.pattern === pattern && one.method === method);
  if (route === undefined)
    return "this decision of the audit log names no route: the request could not be read";
  const api = text("api") ?? decimalText(entry.get("api"));
  const object = text("object") ?? "unknown";
  const path = route.parts
    .map((part) => (typeof part === "string" ? part : percentEncode(object, "/:@")))
    .join("");
  const client = text("client");
  return {
    method: route.method,
    target: `${api === undefined ? "" : `/v1.${api}`}${path}`,
    headers: [],
    body: new Uint8Array(),
    isPartial: true,
    ...(client === undefined ? {} : { client }),
  };
}

function decimalText(value: JsonValue | undefined): string | undefined {
  const shown = value === undefined ? "" : writeJson(value);
  return /^\d{1,3}$/.test(shown) ? shown : undefined;
}
