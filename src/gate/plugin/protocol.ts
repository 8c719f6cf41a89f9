/**
 * Docker's authorization plugin protocol, as dockerd speaks it (moby pkg/authorization/api.go: the
 * documentation prints other names for some members).
 */

import type { RawHeaders } from "../wire/headers.ts";

/** What dockerd tells of a request before it serves it. */
export interface AuthorizationRequest {
  /** The common name of the client's certificate; undefined where there is none. */
  readonly user?: string;
  readonly method: string;
  /** As it stood in the request line. */
  readonly target: string;
  /** Each name once: of a header that stood twice, dockerd shows the last. Credentials are left out. */
  readonly headers: RawHeaders;
  /** Undefined where dockerd shows none, which does not say that there is none. */
  readonly body?: Uint8Array;
}

/** dockerd prints `msg` of a refusal after `authorization denied by plugin NAME: `. */
export interface AuthorizationAnswer {
  readonly allow: boolean;
  readonly msg?: string;
  /** The plugin itself failed: dockerd answers 500 with it. */
  readonly err?: string;
}

/** `value` is the parsed JSON; what is wrong with it as a sentence otherwise. */
export function readAuthorizationRequest(value: unknown): AuthorizationRequest | string {
  if (typeof value !== "object" || value === null) return "the engine sent no JSON object";
  const members = value as Readonly<Record<string, unknown>>;
  const {
    RequestMethod: method,
    RequestUri: target,
    User: user,
    UserAuthNMethod: by,
    RequestBody: body,
  } = members;
  if (typeof method !== "string" || typeof target !== "string") {
    return "the engine named no method or no target";
  }
  const headers = readHeaders(members["RequestHeaders"]);
  if (headers === undefined) return "the engine sent headers that are no texts";
  const bytes = readBody(body);
  if (bytes === "bad") return "the engine sent a body that is no base64";
  const isNamed = typeof user === "string" && user !== "";
  if (isNamed && by !== "TLS") return "the engine names a user by another method than TLS";
  return {
    method,
    target,
    headers,
    ...(isNamed ? { user } : {}),
    ...(bytes === undefined ? {} : { body: bytes }),
  };
}

function readHeaders(value: unknown): RawHeaders | undefined {
  if (value === undefined || value === null) return [];
  if (typeof value !== "object" || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  const isText = (entry: [string, unknown]): entry is [string, string] =>
    typeof entry[1] === "string";
  return entries.every(isText) ? entries : undefined;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBody(value: unknown): Uint8Array | undefined | "bad" {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" || value.length % 4 !== 0 || !BASE64.test(value)) return "bad";
  return Buffer.from(value, "base64");
}

export function writeAuthorizationAnswer({ allow, msg, err }: AuthorizationAnswer): string {
  return JSON.stringify({ Allow: allow, Msg: msg ?? "", Err: err ?? "" });
}
