/** What can go wrong with a registry, as values. No credential, token, path or query of a URL is in one. */

import type { Problem } from "../../manifest/store.ts";

export interface RegistryProblem extends Problem {
  /** What the user can do, as an instruction. */
  readonly settle: string;
  /** The registry answered that it does not have it. */
  readonly missing?: true;
}

export function isProblem(value: object): value is RegistryProblem {
  return "problem" in value;
}

export function problem(text: string, settle: string): RegistryProblem {
  return { problem: text, settle };
}

/** How to log in to a registry, by its name in references. */
export function login(host: string): string {
  return host === "docker.io" ? "docker login" : `docker login ${host}`;
}

/** What to do about a registry that does not do what it should. */
export const TRY_AGAIN = "try again later, or save the image and check archive:FILE";
export const NOT_TRUSTED =
  "do not use the image before it is known who runs this registry, and what stands before it";

/** Node's codes of failed connections, as sentences. */
export function failureProblem(code: string, host: string): RegistryProblem {
  const known = KNOWN[code];
  if (known !== undefined) return problem(known[0].replace("HOST", host), known[1]);
  if (/^(?:EPROTO|ERR_SSL_)/.test(code)) {
    return problem(
      `${host} does not speak TLS as it should`,
      "check the name and the port; a registry without TLS must be allowed explicitly",
    );
  }
  if (/CERT|ERR_TLS|SELF_SIGNED|ISSUER|SIGNATURE/.test(code)) {
    return problem(
      `the certificate of ${host} is not valid here (${code})`,
      "give the certificate of the authority that signed it (--ca FILE), or check the name",
    );
  }
  return problem(`the connection to ${host} failed (${code})`, TRY_AGAIN);
}

const KNOWN: Readonly<Record<string, readonly [string, string]>> = {
  ENOTFOUND: ["the name HOST cannot be resolved", "check the registry's name"],
  EAI_AGAIN: ["the name HOST cannot be resolved now", "check the network, and try again"],
  ECONNREFUSED: ["HOST refuses the connection", "check the name and the port, and that it runs"],
  CONNECT_TIMEOUT: ["HOST cannot be reached in time", "check the name and the network"],
  HEADER_TIMEOUT: ["HOST takes a request and does not answer in time", TRY_AGAIN],
  PATIENCE: ["HOST has kept us waiting for too long altogether", TRY_AGAIN],
  CLOSED: ["reading was stopped", "start it again"],
  ADDRESS: [
    "HOST lies at an address of a private network or of this machine, where this registry may not send us",
    NOT_TRUSTED,
  ],
  ERR_PROXY_TUNNEL: [
    "the proxy lets no connection to HOST through",
    "check HTTPS_PROXY and NO_PROXY",
  ],
};
