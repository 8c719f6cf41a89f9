/**
 * The proxies of the environment, as Node's agents take them: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in
 * either case, with `http://` or `https://` and a name and password where the proxy wants them. Not
 * there: SOCKS, ALL_PROXY, automatic configuration, and the `proxies` of Docker's config.json, which are
 * for containers. Node takes them since 24.5, which is the oldest that Plimsoll runs on.
 */

import type { RegistryProblem } from "./problem.ts";
import { problem } from "./problem.ts";

export type Proxies = Readonly<Record<string, string>>;

const NAMES = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];
const EXCEPTIONS = ["NO_PROXY", "no_proxy"];

/** Empty when there are none. What Node would pass over, and so connect without a proxy, is a problem. */
export function proxiesOf(
  environment: Readonly<Record<string, string | undefined>>,
): Proxies | RegistryProblem {
  const set = (name: string): readonly (readonly [string, string])[] => {
    const value = environment[name] ?? "";
    return value === "" ? [] : [[name, value]];
  };
  const proxies = NAMES.flatMap(set);
  const wrong = proxies.find(([, value]) => !isProxy(value));
  if (wrong !== undefined) {
    return problem(
      `${wrong[0]} is no address of a proxy that can be used here`,
      "write it as http://HOST:PORT",
    );
  }
  return proxies.length === 0 ? {} : Object.fromEntries([...proxies, ...EXCEPTIONS.flatMap(set)]);
}

function isProxy(value: string): boolean {
  // Node refuses control characters, which URLs pass over.
  return /^https?:\/\/[\x21-\x7e]+$/.test(value) && URL.canParse(value);
}
