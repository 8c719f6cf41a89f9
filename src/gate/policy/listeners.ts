/** Where clients connect: each address once, and nobody mistaken for another. */

import type { Address, CertificateName, Listener } from "./compiled.ts";
import { cleanPath, type Tell } from "./check-client.ts";
import { quoted } from "./problems.ts";
import type { ListenData } from "./schema/client.ts";
import { readAddress, writeAddress } from "./values.ts";

const KINDS = ["unix", "tls", "tcp"] as const;

/** Keys that stand beside each kind. */
const BESIDE: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  unix: ["mode", "owner", "group"],
  tls: ["cert", "key", "client-ca", "client"],
  tcp: ["i-know-that-anyone-may-connect"],
};

/** One way in, as its client writes it; undefined when something is wrong with it. */
export function readListener(data: ListenData, client: string, tell: Tell): Listener | undefined {
  const kinds = KINDS.filter((kind) => data[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    tell(
      [],
      kind === undefined
        ? "this way in has no address"
        : `this way in has several addresses: ${kinds.join(", ")}`,
      "expected one of `unix: /PATH`, `tls: HOST:PORT` and `tcp: HOST:PORT`; a list for several",
    );
    return undefined;
  }
  const foreign = Object.keys(data).filter((key) => key !== kind && !BESIDE[kind].includes(key));
  for (const key of foreign) {
    tell(
      [key],
      `${key} does not belong to ${kind}`,
      `keys beside ${kind} are ${BESIDE[kind].join(", ")}`,
      "key",
    );
  }
  const listener =
    kind === "unix"
      ? unixListener(data, client, tell)
      : kind === "tls"
        ? tlsListener(data, client, tell)
        : plainListener(data, client, tell);
  return foreign.length > 0 ? undefined : listener;
}

function unixListener(data: ListenData, client: string, tell: Tell): Listener | undefined {
  const path = data.unix ?? "";
  const written = data.mode ?? "0600";
  // Not an octal number to every reader of YAML, so it could be meant either way.
  if (!/^0o?[0-7]{3}$/.test(written)) {
    tell(["mode"], `${quoted(written)} is no mode`, "expected octal digits after a 0: 0660");
    return undefined;
  }
  // Linux keeps the path in 108 bytes, the last of which is 0.
  if (Buffer.byteLength(path) > 107) {
    tell(["unix"], "the path is longer than a socket's may be", "expected at most 107 bytes");
    return undefined;
  }
  if (cleanPath(path) !== path || path === "/") {
    tell(
      ["unix"],
      `${quoted(path)} is not the shortest form of a path`,
      `write ${cleanPath(path)}`,
    );
    return undefined;
  }
  for (const key of ["owner", "group"] as const) {
    // The greatest number is the kernel's "leave it as it is".
    if (Number(data[key] ?? 0) < 2 ** 32 - 1) continue;
    tell(
      [key],
      `${quoted(data[key] ?? "")} is more than the kernel counts`,
      "run `id` for numbers",
    );
    return undefined;
  }
  return {
    kind: "unix",
    path,
    mode: Number.parseInt(written.replace(/^0o?/, ""), 8),
    ...(data.owner === undefined ? {} : { owner: Number(data.owner) }),
    ...(data.group === undefined ? {} : { group: Number(data.group) }),
    client,
  };
}

function tlsListener(data: ListenData, client: string, tell: Tell): Listener | undefined {
  const address = addressOf(data.tls, "tls", tell);
  const certificate = certificateName(data.client ?? {}, tell);
  for (const key of ["cert", "key", "client-ca"] as const) {
    if (data[key] === undefined) tell([], `${key} is missing`, "expected the path of a file");
  }
  const { cert, key, "client-ca": clientCa } = data;
  if (cert === undefined || key === undefined || clientCa === undefined) return undefined;
  if (address === undefined || certificate === undefined) return undefined;
  return { kind: "tls", address, cert, key, clientCa, identities: [{ client, certificate }] };
}

function certificateName(
  data: NonNullable<ListenData["client"]>,
  tell: Tell,
): CertificateName | undefined {
  const named = (["common-name", "dns", "uri", "email"] as const).flatMap((kind) => {
    const value = data[kind];
    return value === undefined ? [] : [{ kind, value }];
  });
  if (named.length === 1) return named[0];
  tell(
    named.length === 0 ? [] : ["client"],
    named.length === 0
      ? "client is missing: every holder of a certificate would be this client"
      : "client names several things of a certificate",
    "expected one of common-name, dns, uri and email, with its value",
  );
  return undefined;
}

function plainListener(data: ListenData, client: string, tell: Tell): Listener | undefined {
  const address = addressOf(data.tcp, "tcp", tell);
  if (data["i-know-that-anyone-may-connect"] !== true) {
    tell(
      ["tcp"],
      "a plain TCP address has no identity: whoever reaches it is this client",
      "use unix or tls, or add `i-know-that-anyone-may-connect: true`",
    );
    return undefined;
  }
  return address === undefined ? undefined : { kind: "plain", address, client };
}

function addressOf(text: string | undefined, key: string, tell: Tell): Address | undefined {
  const address = text === undefined ? undefined : readAddress(text);
  if (address === undefined) {
    tell([key], `${quoted(text ?? "")} is no address`, "expected HOST:PORT: 127.0.0.1:2376");
  }
  return address;
}

/** What makes two ways in the same place. */
export function placeOf(listener: Listener): string {
  return listener.kind === "unix" ? listener.path : writeAddress(listener.address);
}

/** A way in beside those that are there: put into the same TLS address, added, or a clash. */
export function joinListener(
  all: readonly Listener[],
  added: Listener,
  tell: Tell,
): readonly Listener[] {
  const there = all.find((one) => placeOf(one) === placeOf(added));
  if (there === undefined) return [...all, added];
  if (there.kind !== "tls" || added.kind !== "tls") {
    const owner = there.kind === "tls" ? there.identities[0]?.client : there.client;
    tell(
      [added.kind === "plain" ? "tcp" : added.kind],
      `${quoted(placeOf(added))} is the address of client ${quoted(owner ?? "")} already`,
      "give each client its own address",
    );
    return all;
  }
  if (there.cert !== added.cert || there.key !== added.key || there.clientCa !== added.clientCa) {
    tell(
      ["tls"],
      "clients at one address share its cert, key and client-ca, and these differ",
      "write the same files, or another address",
    );
    return all;
  }
  const [identity] = added.identities;
  const same = there.identities.find(
    ({ certificate }) =>
      certificate.kind === identity?.certificate.kind &&
      certificate.value === identity.certificate.value,
  );
  if (same !== undefined || identity === undefined) {
    tell(
      ["client"],
      `this certificate is that of client ${quoted(same?.client ?? "")} already`,
      "give each client its own certificate",
    );
    return all;
  }
  const joined = { ...there, identities: [...there.identities, identity] };
  return all.map((one) => (one === there ? joined : one));
}
