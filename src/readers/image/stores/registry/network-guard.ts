/**
 * Says which addresses may be connected to, at the moment of connecting, so that a name that is
 * resolved differently the second time does not help anyone.
 *
 * The registry itself may lie anywhere: the user named it. Whoever it sends us to (storage, token
 * service) must lie at a public address, or at one of the same kind as the registry's own.
 */

import { lookup as systemLookup } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import type { AddressKind } from "./address.ts";
import { addressKind, isLoopbackHost, literalAddress } from "./address.ts";

export type ResolveAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface NetworkGuard {
  /** For `http.request`: resolves, and leaves out what may not be connected to. */
  readonly lookup: LookupFunction;
  /** Whether a host that is an address may be connected to: such a host is never looked up. */
  readonly allowsLiteral: (hostname: string) => boolean;
  /** Whether a name may be asked for through a proxy: what this machine resolves it to is the best guess. */
  readonly allowsThroughProxy: (hostname: string) => Promise<boolean>;
}

/** The code of the error that a refused name gives. */
export const REFUSED_ADDRESS = "ADDRESS";

/** `registry` is the host of its URL. */
export function createNetworkGuard(
  registry: string,
  resolve: ResolveAll = systemLookup,
): NetworkGuard {
  const own = literalAddress(registry);
  /** Kinds of the registry's addresses, as they were when it was first connected to. */
  let home: ReadonlySet<AddressKind> | undefined =
    own === undefined ? undefined : new Set([addressKind(own)]);

  const isAllowed = (hostname: string, kind: AddressKind): boolean => {
    if (hostname === registry) return home === undefined || home.has(kind);
    if (kind === "public") return true;
    if (kind === "reserved" || home === undefined) return false;
    return home.has(kind) && !home.has("public");
  };
  const allowed = (hostname: string, addresses: readonly LookupAddress[]): LookupAddress[] => {
    const kinds = addresses.map(({ address }) => addressKind(address));
    if (hostname === registry && home === undefined) {
      // `localhost` that is resolved to elsewhere is not what it says.
      home = new Set(isLoopbackHost(registry) ? ["loopback"] : kinds);
    }
    return addresses.filter((_, index) => isAllowed(hostname, kinds[index] ?? "reserved"));
  };
  return {
    allowsLiteral: (hostname) => {
      const literal = literalAddress(hostname);
      return literal === undefined || isAllowed(hostname, addressKind(literal));
    },
    allowsThroughProxy: (hostname) =>
      new Promise((done) => {
        if (hostname === registry || literalAddress(hostname) !== undefined) {
          done(true);
          return;
        }
        resolve(hostname, { all: true }, (error, addresses) => {
          done(error !== null || allowed(hostname, addresses).length > 0);
        });
      }),
    lookup: (hostname, { all, ...options }, callback) => {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) {
          callback(error, "", 0);
          return;
        }
        const kept = allowed(hostname, addresses);
        const first = kept[0];
        if (first === undefined) {
          callback(Object.assign(new Error("refused address"), { code: REFUSED_ADDRESS }), "", 0);
        } else if (all === true) callback(null, kept);
        else callback(null, first.address, first.family);
      });
    },
  };
}
