/** Which token services are asked, and which of them are shown credentials. */

import { isLoopbackHost } from "./address.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, problem } from "./problem.ts";

export interface Realm {
  readonly url: URL;
  /** Whether the registry's credentials may be shown to it. */
  readonly mayKnow: boolean;
}

/**
 * A registry that speaks TLS may name any service as Docker lets it, if that speaks TLS too: nobody in
 * between can have named it. One that is reached without TLS may name only itself, since anybody could
 * have put another name there; another service is asked without credentials. Where its address may lie
 * is decided when it is connected to.
 */
export function realmOf(text: string | undefined, registry: URL): Realm | RegistryProblem {
  const url = text === undefined || text.length > 2048 ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return problem(
      `${registry.host} wants a token, and does not say where it is to be had`,
      "ask whoever runs the registry",
    );
  }
  if (url.username !== "" || url.password !== "") {
    return problem(`${registry.host} names a token service with credentials in it`, NOT_TRUSTED);
  }
  const bothHere = isLoopbackHost(url.hostname) && isLoopbackHost(registry.hostname);
  const same = url.hostname === registry.hostname;
  if (url.protocol === "http:" && !bothHere && !(same && registry.protocol === "http:")) {
    return problem(
      `${registry.host} names a token service that does not speak TLS, so it is not asked`,
      NOT_TRUSTED,
    );
  }
  url.hash = "";
  return { url, mayKnow: registry.protocol === "https:" || same || bothHere };
}
