/** What is sent as `Authorization` to a registry, and to nobody else. */

import type { Challenge } from "./challenge.ts";
import { readChallenges } from "./challenge.ts";
import type { Credentials } from "./credentials/credentials.ts";
import type { FoundCredentials } from "./credentials/find-credentials.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, isProblem, login, problem } from "./problem.ts";
import type { Realm } from "./token-realm.ts";
import { realmOf } from "./token-realm.ts";
import type { Token, TokenRequest } from "./token-service.ts";
import { basic } from "./token-service.ts";

export interface Authorization {
  /** For a request to the registry; undefined as long as it asks for nothing. */
  readonly header: () => string | undefined;
  /** Whether credentials of the user were shown, to it or to its token service. */
  readonly isNamed: () => boolean;
  /** Does what a 401 asks for. `sent` is what the refused request carried. */
  readonly answer: (
    challenges: string | undefined,
    sent: string | undefined,
  ) => Promise<RegistryProblem | undefined>;
}

export interface AuthorizationOptions {
  readonly registry: URL;
  /** Its name in references, under which one logs in. */
  readonly host: string;
  /** The image's repository: no token is ever asked for anything else, whatever a registry wants. */
  readonly repository: string;
  /** Called when credentials are first needed. */
  readonly find: () => Promise<FoundCredentials>;
  readonly fetchToken: (request: TokenRequest) => Promise<Token | RegistryProblem>;
}

/** A token that is about to expire is not sent any more. */
const MARGIN_MS = 5_000;

export function createAuthorization(options: AuthorizationOptions): Authorization {
  const { registry, host, repository, fetchToken } = options;
  const scope = `repository:${repository}:pull`;
  const tokens = new Map<string, Token>();
  let found: Promise<FoundCredentials> | undefined;
  let current: { readonly header: string; readonly expires: number } | undefined;
  let underWay: Promise<RegistryProblem | undefined> | undefined;
  let refused: RegistryProblem | undefined;
  let named = false;

  const header = (): string | undefined =>
    current === undefined || current.expires < Date.now() + MARGIN_MS ? undefined : current.header;

  const bearer = async (
    { parameters }: Challenge,
    { credentials, notes }: FoundCredentials,
    rejected: string | undefined,
  ): Promise<RegistryProblem | undefined> => {
    if (credentials?.kind === "bearer")
      return shown(`Bearer ${credentials.token}`, rejected, notes);
    const realm = realmOf(parameters.get("realm"), registry);
    if (isProblem(realm)) return realm;
    const service = parameters.get("service");
    const key = JSON.stringify([realm.url.href, service, scope]);
    const known = tokens.get(key);
    if (
      known !== undefined &&
      known.expires > Date.now() + MARGIN_MS &&
      `Bearer ${known.text}` !== rejected
    ) {
      current = { header: `Bearer ${known.text}`, expires: known.expires };
      return undefined;
    }
    named = credentials !== undefined && realm.mayKnow;
    const withheld = credentials !== undefined && !realm.mayKnow;
    const token = await fetchToken({
      realm: realm.url,
      scope,
      ...(service === undefined ? {} : { service }),
      ...(credentials === undefined || withheld ? {} : { credentials }),
    });
    if (isProblem(token)) return withheld ? notShown(realm) : withNotes(token, notes);
    tokens.set(key, token);
    // Even of the shortest life it is good for the request that waits for it.
    current = {
      header: `Bearer ${token.text}`,
      expires: Math.max(token.expires, Date.now() + 2 * MARGIN_MS),
    };
    return undefined;
  };
  const notShown = ({ url }: Realm): RegistryProblem =>
    problem(
      `${registry.host} is reached without TLS and names the token service ${url.host}, which is not shown the credentials`,
      "reach the registry by TLS",
    );
  const shown = (
    text: string,
    rejected: string | undefined,
    notes: readonly string[],
  ): RegistryProblem | undefined => {
    if (text === rejected) return withNotes(notAccepted(registry, host), notes);
    named = true;
    current = { header: text, expires: Infinity };
    return undefined;
  };
  const meet = async (
    challenges: string | undefined,
    sent: string | undefined,
  ): Promise<RegistryProblem | undefined> => {
    const offered = readChallenges(challenges ?? "");
    const token = offered.find(({ scheme }) => scheme === "bearer");
    const password = offered.find(({ scheme }) => scheme === "basic");
    if (token === undefined && password === undefined) {
      return problem(
        `${registry.host} asks for credentials of a kind that is not known here`,
        "save the image and check archive:FILE",
      );
    }
    const all = await (found ??= options.find());
    if (token !== undefined) return bearer(token, all, sent);
    const { credentials, notes } = all;
    if (credentials === undefined) {
      return withNotes(
        problem(
          `${registry.host} wants credentials, and there are none for it here`,
          `log in: ${login(host)}`,
        ),
        notes,
      );
    }
    if (credentials.kind !== "basic") return unusable(credentials, registry, host);
    return shown(basic(credentials), sent, notes);
  };
  return {
    header,
    isNamed: () => named,
    answer: async (challenges, sent) => {
      if (refused !== undefined) return refused;
      // Another request may have got a token in the meantime.
      const now = header();
      if (now !== undefined && now !== sent) return undefined;
      underWay ??= meet(challenges, sent).finally(() => {
        underWay = undefined;
      });
      // What was refused once is not shown again for every layer.
      refused = await underWay;
      return refused;
    },
  };
}

function notAccepted(registry: URL, host: string): RegistryProblem {
  return problem(`${registry.host} does not accept the credentials`, `log in anew: ${login(host)}`);
}

function unusable({ kind }: Credentials, registry: URL, host: string): RegistryProblem {
  return problem(
    `${registry.host} wants a user and a password, and there is only ${kind === "identity" ? "an identity token" : "a token"} for it`,
    `log in anew: ${login(host)}`,
  );
}

function withNotes(found: RegistryProblem, notes: readonly string[]): RegistryProblem {
  if (notes.length === 0) return found;
  return problem(
    `${found.problem} (${notes.join("; ")})`,
    found.settle === "" ? NOT_TRUSTED : found.settle,
  );
}
