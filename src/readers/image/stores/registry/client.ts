/** Requests to one registry: with what it wants to see, redirects, and retries. */

import type { Authorization } from "./authorization.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Answer, Failure, Network } from "./network.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, TRY_AGAIN, failureProblem, isProblem, login, problem } from "./problem.ts";
import type { Retries } from "./retries.ts";

export interface RegistryAnswer extends Answer {
  /** Who gave it: the registry, or whom it sent us to. */
  readonly host: string;
  /** Somebody else than the registry gave it. */
  readonly elsewhere: boolean;
}

export interface RegistryClient {
  /**
   * Gives an answer, or the problem. Of the statuses only 401, 403, 429 and those from 500 on are
   * dealt with. The path is below `/v2/`, and may have a query.
   */
  readonly get: (
    path: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<RegistryAnswer | RegistryProblem>;
}

export interface ClientOptions {
  readonly endpoint: Endpoint;
  readonly network: Network;
  readonly retries: Retries;
  /** Made once it is known how the registry is reached. */
  readonly authorize: (registry: URL) => Authorization;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const SENT = { "accept-encoding": "identity", "user-agent": "plimsoll" };

export function createClient({
  endpoint,
  network,
  retries,
  authorize,
}: ClientOptions): RegistryClient {
  let reached:
    | Promise<{ readonly origin: URL; readonly authorization: Authorization } | RegistryProblem>
    | undefined;
  const reach = (): NonNullable<typeof reached> =>
    (reached ??= reachableOrigin(endpoint, network).then((origin) =>
      isProblem(origin) ? origin : { origin, authorization: authorize(origin) },
    ));

  return {
    get: async (path, headers = {}) => {
      const base = await reach();
      if (isProblem(base)) return base;
      const { origin, authorization } = base;
      const start = new URL(`/v2/${path}`, origin);
      let unauthorized = false;
      for (;;) {
        const sent = authorization.header();
        const answer = await retries.persist(
          () => follow(start, { ...SENT, ...headers }, sent, network),
          origin.host,
        );
        if (isProblem(answer)) return answer;
        const { status, elsewhere, message } = answer;
        if (status !== 401 && status !== 403) return answer;
        discard(message);
        if (status !== 401 || elsewhere) return refusal(answer);
        if (unauthorized) return refusedAgain(answer, authorization.isNamed(), endpoint.host);
        unauthorized = true;
        const refused = await authorization.answer(answer.headers["www-authenticate"], sent);
        if (refused !== undefined) return refused;
      }
    },
  };
}

/** To this machine itself both are spoken; it is found out which. */
async function reachableOrigin(
  { origins }: Endpoint,
  network: Network,
): Promise<URL | RegistryProblem> {
  const [best, other] = origins;
  if (best === undefined) return problem("it has no registry", TRY_AGAIN);
  if (other === undefined) return best;
  const answer = await network.exchange({ url: new URL("/v2/", best), headers: SENT });
  if ("failure" in answer) {
    const noTls = /^(?:EPROTO|ERR_SSL_|ECONNREFUSED|ECONNRESET)/.test(answer.failure);
    return noTls ? other : failureProblem(answer.failure, answer.host);
  }
  discard(answer.message);
  return best;
}

async function follow(
  start: URL,
  headers: Readonly<Record<string, string>>,
  authorization: string | undefined,
  network: Network,
): Promise<RegistryAnswer | Failure | RegistryProblem> {
  let url = start;
  // Once we were sent away nothing is shown any more, not even on the way back.
  let elsewhere = false;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const shown = authorization === undefined || elsewhere ? {} : { authorization };
    const answer = await network.exchange({ url, headers: { ...headers, ...shown } });
    if ("failure" in answer) return answer;
    if (!REDIRECTS.has(answer.status)) return { ...answer, host: url.host, elsewhere };
    discard(answer.message);
    const next = redirectTarget(answer.headers.location, url);
    if ("problem" in next) return next;
    if (next.origin !== start.origin) elsewhere = true;
    url = next;
  }
  return problem(`${start.host} sends us from one place to the next without end`, TRY_AGAIN);
}

function redirectTarget(location: string | undefined, from: URL): URL | RegistryProblem {
  const target = location === undefined ? null : URL.parse(location, from);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    return problem(`${from.host} sends us to what is no place on the network`, NOT_TRUSTED);
  }
  if (target.protocol === "http:" && from.protocol === "https:") {
    return problem(
      `${from.host} sends us on to ${target.host} without TLS, which is not followed`,
      NOT_TRUSTED,
    );
  }
  if (target.username !== "" || target.password !== "") {
    return problem(
      `${from.host} sends us on to ${target.host} with credentials, which is not followed`,
      NOT_TRUSTED,
    );
  }
  target.hash = "";
  return target;
}

function refusal({ host, elsewhere }: RegistryAnswer): RegistryProblem {
  return problem(
    `${host} gives no access to it${elsewhere ? ", though the registry sent us there" : ""}`,
    "check the name of the image, and that who is logged in may pull it",
  );
}

function refusedAgain({ host }: RegistryAnswer, named: boolean, registry: string): RegistryProblem {
  return named
    ? problem(
        `${host} gives no access to it with the credentials that are there`,
        `check the name of the image, or log in anew: ${login(registry)}`,
      )
    : problem(
        `${host} gives no access to it without a login, if it is there at all`,
        `check the name of the image, or log in: ${login(registry)}`,
      );
}
