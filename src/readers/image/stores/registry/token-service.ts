/**
 * Asks a token service for a token.
 * Source: distribution/distribution docs/spec/auth (token.md, oauth.md), registry/client/auth/session.go.
 */

import { asObject, parseJson } from "../../manifest/descriptor.ts";
import { readAll } from "../../stream/byte-stream.ts";
import { bodyStream } from "./body-stream.ts";
import type { Credentials } from "./credentials/credentials.ts";
import { isToken } from "./credentials/credentials.ts";
import type { Answer } from "./network.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, TRY_AGAIN, isProblem, problem } from "./problem.ts";
import type { Sender } from "./retries.ts";
import type { Patience, Timing } from "./timing.ts";

export interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface TokenRequest {
  readonly realm: URL;
  readonly service?: string;
  readonly scope: string;
  /** None asks as nobody. */
  readonly credentials?: Credentials;
}

const MAX_ANSWER = 1024 * 1024;
/** What a token is good for when the service does not say. */
const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 86_400;

export async function fetchToken(
  request: TokenRequest,
  send: Sender,
  timing: Timing,
  patience: Patience,
): Promise<Token | RegistryProblem> {
  const { realm, credentials } = request;
  const answer = await send(
    credentials?.kind === "identity" ? posted(request, credentials.token) : got(request),
  );
  if (isProblem(answer)) return answer;
  if (answer.status !== 200) return refusal(answer, realm, credentials !== undefined);
  const bytes = await readAll(bodyStream(answer.message, timing, patience), MAX_ANSWER);
  const unclear = problem(
    `the token service ${realm.host} gives no token that can be used`,
    TRY_AGAIN,
  );
  if ("problem" in bytes) return unclear;
  const parsed = parseJson(bytes);
  const fields = "problem" in parsed ? undefined : asObject(parsed.value);
  const text = [fields?.["token"], fields?.["access_token"]].find(
    (value) => typeof value === "string" && value !== "",
  );
  if (typeof text !== "string" || !isToken(text)) return unclear;
  const stated = fields?.["expires_in"];
  const seconds =
    typeof stated === "number" && stated > 0 ? Math.min(stated, MAX_SECONDS) : DEFAULT_SECONDS;
  return { text, expires: Date.now() + seconds * 1000 };
}

function got({ realm, service, scope, credentials }: TokenRequest): Parameters<Sender>[0] {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  if (credentials?.kind !== "basic") return { url, headers: ACCEPT };
  return { url, headers: { ...ACCEPT, authorization: basic(credentials) } };
}

function posted({ realm, service, scope }: TokenRequest, refresh: string): Parameters<Sender>[0] {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refresh,
    client_id: "plimsoll",
    scope,
    ...(service === undefined ? {} : { service }),
  }).toString();
  const headers = {
    ...ACCEPT,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(Buffer.byteLength(form)),
  };
  return { url: realm, method: "POST", headers, body: form };
}

const ACCEPT = {
  accept: "application/json",
  "accept-encoding": "identity",
  "user-agent": "plimsoll",
};

export function basic({ username, password }: Extract<Credentials, { kind: "basic" }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}

function refusal({ status, message }: Answer, { host }: URL, shown: boolean): RegistryProblem {
  discard(message);
  if (status >= 300 && status < 400) {
    return problem(
      `the token service ${host} sends us elsewhere, where nothing is shown to anyone`,
      NOT_TRUSTED,
    );
  }
  if (status === 401 || status === 403) {
    return shown
      ? problem(
          `the token service ${host} does not accept the credentials`,
          "log in anew, as `docker login` does",
        )
      : problem(
          `the token service ${host} gives no token without credentials`,
          "log in, as `docker login` does",
        );
  }
  return problem(`the token service ${host} answers with status ${String(status)}`, TRY_AGAIN);
}
