/** A request's head: strict, so that no reader behind the gate could see another request in the same bytes. */

import type { BodyFraming, HttpRefusal, RequestHead } from "./contract.ts";
import { CHUNKED, type HopFields, NO_BODY, isToken, readFields, readHopFields } from "./fields.ts";

export type ReadHead =
  | { readonly ok: true; readonly head: RequestHead }
  | { readonly ok: false; readonly refusal: HttpRefusal };

const LONGEST_METHOD = 32;
const HTTP_2 = "PRI * HTTP/2.0\r\n";
/** RFC 3986's host and port, and what clients of unix sockets write there. */
const HOST = /^[A-Za-z0-9._~!$&'()*+,;=:%[\]-]*$/;

/** `text` holds a character for a byte and ends with the empty line. */
export function readRequestHead(text: string, mostHeaders: number): ReadHead {
  const lineEnd = text.indexOf("\r\n");
  const methodEnd = text.indexOf(" ");
  const targetEnd = text.indexOf(" ", methodEnd + 1);
  if (methodEnd === -1 || methodEnd > LONGEST_METHOD || !isToken(text, 0, methodEnd)) {
    return bad("the request line has no method");
  }
  if (text.startsWith(HTTP_2)) {
    return bad("HTTP/2 is not spoken here, use HTTP/1.1 (the engine's own HTTP/2 is gRPC)");
  }
  if (targetEnd === -1 || targetEnd > lineEnd) return bad("the request line has no version");
  const version = versionOf(text, targetEnd + 1, lineEnd);
  if (typeof version !== "string") return version;
  if (!isOriginForm(text, methodEnd + 1, targetEnd)) {
    return bad("the request target must be a path that begins with one slash");
  }
  const fields = readFields(text, lineEnd + 2, mostHeaders);
  if (typeof fields === "string") return bad(fields);
  const hop = readHopFields(fields);
  const problem = problemOf(hop, version);
  if (problem !== undefined) return problem;
  return {
    ok: true,
    head: {
      method: text.slice(0, methodEnd),
      target: text.slice(methodEnd + 1, targetEnd),
      version,
      headers: fields,
      body: framingOf(hop),
      keepAlive: version === "1.1" && !hop.close && !hop.upgrade,
      expectContinue: hop.expect !== undefined && version === "1.1",
      upgrade: hop.upgrade,
    },
  };
}

function versionOf(text: string, from: number, to: number): "1.1" | "1.0" | ReadHead {
  const version = text.slice(from, to);
  if (version === "HTTP/1.1") return "1.1";
  if (version === "HTTP/1.0") return "1.0";
  return /^HTTP\/[0-9]\.[0-9]$/.test(version)
    ? refused(505, "only HTTP/1.1 is spoken here")
    : bad("the request line does not end with a version of HTTP");
}

/** Visible ASCII behind a slash. What the path means is for the caller. */
function isOriginForm(text: string, from: number, to: number): boolean {
  if (text.charCodeAt(from) !== 0x2f) return false;
  for (let at = from + 1; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x21 || code > 0x7e) return false;
  }
  return true;
}

function problemOf(hop: HopFields, version: "1.1" | "1.0"): ReadHead | undefined {
  if (hop.hosts > 1) return bad("there is more than one Host header");
  if (hop.hosts === 0 && version === "1.1") return bad("the Host header is missing");
  if (hop.host !== undefined && !HOST.test(hop.host)) return bad("the Host header is no host");
  if (hop.wrong === "both") return bad("Content-Length and Transfer-Encoding stand together");
  if (hop.wrong === "length") return bad("Content-Length is not one decimal number");
  if (hop.wrong === "coding") return refused(501, "the only Transfer-Encoding here is chunked");
  if (hop.chunked && version === "1.0") return bad("HTTP/1.0 has no Transfer-Encoding");
  if (hop.expect !== undefined && hop.expect !== "100-continue") {
    return refused(417, "the only expectation here is 100-continue");
  }
  return undefined;
}

function framingOf(hop: HopFields): BodyFraming {
  if (hop.chunked) return CHUNKED;
  return hop.length === undefined || hop.length === 0
    ? NO_BODY
    : { kind: "length", length: hop.length };
}

const refused = (status: HttpRefusal["status"], problem: string): ReadHead => ({
  ok: false,
  refusal: { status, problem },
});
const bad = (problem: string): ReadHead => refused(400, problem);
