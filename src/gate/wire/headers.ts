/** Request headers: which go upstream, by an allow list; everything that frames a message is the gate's own. */

import type { Operation } from "../api/operations.ts";
import { type Outcome, accept, refuse, shownKey } from "./refusal.ts";
import { CREDENTIAL_HEADERS, readCredentials, writeCredentials } from "./registry-auth.ts";

export type RawHeaders = readonly (readonly [name: string, value: string])[];

/** The protocol that the operation's stream is upgraded to. */
export type Upgrade = "tcp" | "websocket" | "h2c";

export interface UpstreamHeaders {
  /** In lower case; without those that frame the message, and without Host and Content-Length. */
  readonly headers: RawHeaders;
  readonly upgrade?: Upgrade;
}

const COMMON = new Set(["accept", "user-agent"]);
const WEBSOCKET = new Set(["sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"]);
/** Lists, one value in each line. */
const REPEATED = new Set(["x-docker-expose-session-grpc-method"]);
/** Header values: visible ASCII and spaces. */
const VALUE = /^[\x20-\x7e\t]*$/;
const LONGEST_VALUE = 256 * 1024;

/** Media types that Go's form parsing would read parameters from. */
const FORMS = /^\s*(?:application\/x-www-form-urlencoded|multipart\/)/i;
const JSON_TYPE = /^\s*application\/json\s*(?:;[\x20-\x7e]*)?$/i;

export function readHeaders(operation: Operation, raw: RawHeaders): Outcome<UpstreamHeaders> {
  const lower = raw.map(([name, value]) => [name.toLowerCase(), value] as const);
  const types = valuesOf(lower, "content-type");
  if (types.length > 1) return refuse("content-type", "content-type", "the header stands twice");
  if (types.some((type) => FORMS.test(type))) {
    return refuse(
      "content-type",
      "content-type",
      "the Engine API takes no form or multipart body here",
    );
  }
  if (
    valuesOf(lower, "content-encoding").some((value) => value.trim().toLowerCase() !== "identity")
  ) {
    return refuse("bad-header", "content-encoding", "the engine decodes no encoded request");
  }
  const upgrade = readUpgrade(operation, lower);
  if (!upgrade.ok) return upgrade;
  const kept = keptHeaders(operation, lower, upgrade.value);
  if (!kept.ok) return kept;
  const type = upstreamType(operation);
  return accept({
    headers: type === undefined ? kept.value : [...kept.value, ["content-type", type]],
    ...(upgrade.value === undefined ? {} : { upgrade: upgrade.value }),
  });
}

/** To ask only when there is a body: clients set no type on an empty one. */
export function checkBodyType(operation: Operation, raw: RawHeaders): Outcome<undefined> {
  if (operation.body.kind !== "json") return accept(undefined);
  const type = valuesOf(
    raw.map(([name, value]) => [name.toLowerCase(), value] as const),
    "content-type",
  )[0];
  if (type !== undefined && JSON_TYPE.test(type)) return accept(undefined);
  return refuse("content-type", "content-type", "the body must be application/json");
}

function keptHeaders(
  operation: Operation,
  lower: RawHeaders,
  upgrade: Upgrade | undefined,
): Outcome<RawHeaders> {
  // A header that Connection names is for one hop only.
  const hop = new Set(tokens(lower, "connection"));
  const kept: [string, string][] = [];
  for (const [name, value] of lower) {
    const allowed =
      COMMON.has(name) ||
      operation.headers.includes(name) ||
      (upgrade === "websocket" && WEBSOCKET.has(name));
    if (!allowed || hop.has(name)) continue;
    if (!REPEATED.has(name) && kept.some(([before]) => before === name)) {
      return refuse("bad-header", shownKey(name), "the header stands twice");
    }
    if (!VALUE.test(value) || value.length > LONGEST_VALUE) {
      return refuse("bad-header", shownKey(name), "the header's value is not plain text");
    }
    const written = rewritten(name, value);
    if (!written.ok) return written;
    if (written.value !== undefined) kept.push([name, written.value]);
  }
  return accept(kept);
}

/** Credentials are taken apart and written anew; undefined for an empty header of them. */
function rewritten(name: string, value: string): Outcome<string | undefined> {
  if (!CREDENTIAL_HEADERS.has(name)) return accept(value);
  const credentials = readCredentials(name, value);
  if (!credentials.ok) return credentials;
  return accept(credentials.value === undefined ? undefined : writeCredentials(credentials.value));
}

function readUpgrade(operation: Operation, lower: RawHeaders): Outcome<Upgrade | undefined> {
  const asked = valuesOf(lower, "upgrade");
  if (tokens(lower, "http2-settings").length > 0 && operation.response !== "http2") {
    return refuse("upgrade", "http2-settings", "HTTP/2 is not spoken here");
  }
  const [wanted] = asked;
  if (wanted === undefined) return accept(undefined);
  const expected = upgradeOf(operation);
  if (asked.length > 1 || wanted.trim().toLowerCase() !== expected) {
    return refuse("upgrade", "upgrade", "this request does not change the protocol");
  }
  return tokens(lower, "connection").includes("upgrade")
    ? accept(expected)
    : refuse("upgrade", "upgrade", "Upgrade without Connection: Upgrade");
}

function upgradeOf(operation: Operation): Upgrade | undefined {
  if (operation.id === "ContainerAttachWebsocket") return "websocket";
  if (operation.response === "hijack") return "tcp";
  return operation.response === "http2" ? "h2c" : undefined;
}

function upstreamType(operation: Operation): string | undefined {
  if (operation.body.kind === "json") return "application/json";
  return operation.body.kind === "upload" ? "application/x-tar" : undefined;
}

const valuesOf = (lower: RawHeaders, wanted: string): readonly string[] =>
  lower.filter(([name]) => name === wanted).map(([, value]) => value);

const tokens = (lower: RawHeaders, wanted: string): readonly string[] =>
  valuesOf(lower, wanted)
    .flatMap((value) => value.split(","))
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== "");
