/** Whose request it is: by the certificate's common name, else the policy's client for everyone. */

import type { Denial } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { CompiledGate } from "../policy/compiled.ts";

export interface PluginClients {
  readonly byCommonName: ReadonlyMap<string, ClientPolicy>;
  /** Of requests without a certificate; undefined refuses them. */
  readonly everyone?: ClientPolicy;
}

/**
 * `everyone`: the name of the client that requests without a certificate are; without one, the policy's
 * only client. A sentence when the policy does not say who that is.
 */
export function pluginClients(
  { clients, listeners }: Pick<CompiledGate, "clients" | "listeners">,
  everyone?: string,
): PluginClients | string {
  const policies = new Map(clients.map(({ policy }) => [policy.name, policy]));
  const identities = listeners.flatMap((listener) =>
    listener.kind === "tls" ? listener.identities : [],
  );
  const byCommonName = new Map<string, ClientPolicy>();
  for (const { client, certificate } of identities) {
    const policy = policies.get(client);
    if (policy === undefined || certificate.kind !== "common-name") continue;
    if (byCommonName.has(certificate.value)) {
      return `the common name ${JSON.stringify(certificate.value)} is that of two clients, and a plugin knows no listeners`;
    }
    byCommonName.set(certificate.value, policy);
  }
  const [only] = clients.length === 1 ? policies.values() : [];
  const chosen = everyone === undefined ? only : policies.get(everyone);
  if (everyone !== undefined && chosen === undefined) {
    return `the policy has no client ${JSON.stringify(everyone)}`;
  }
  if (chosen === undefined && byCommonName.size === 0) {
    return "the policy has several clients and none is told by a common name: say which one requests over the unix socket are";
  }
  return { byCommonName, ...(chosen === undefined ? {} : { everyone: chosen }) };
}

/** A certificate that names nobody is nobody's, not everyone's. */
export function clientOf(clients: PluginClients, user: string | undefined): ClientPolicy | Denial {
  const client = user === undefined ? clients.everyone : clients.byCommonName.get(user);
  if (client !== undefined) return client;
  return {
    status: 403,
    rule: "no-client",
    at: "",
    message:
      user === undefined
        ? "the policy admits only clients with a certificate of their own"
        : "the policy names no client with this certificate's common name",
  };
}
