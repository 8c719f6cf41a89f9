/** A compiled client as what gate.yaml would say of it, without what is the default anyway. */

import { DEFAULT_VERSIONS, type VersionRange } from "../wire/target.ts";
import type { BindGrant, ClientPolicy, Forced, Grants, LimitGrants } from "./client-policy.ts";
import { mayCreate } from "./compile-client.ts";
import type { Listener } from "./compiled.ts";
import type { ClientData, ListenData } from "./schema/client.ts";
import { readBind, writeAddress, writeCpus, writePort, writeSize } from "./values.ts";
import type { BindData } from "./schema/grant.ts";
import { ALWAYS, areaNames, operationsOf, type Word, wordsFor } from "./words.ts";

/** A mapping without the keys that have nothing to say; undefined when none is left. */
function said<T extends object>(data: T): T | undefined {
  const entries = Object.entries(data).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

function some<T>(items: Iterable<T>): T[] | undefined {
  const list = [...items];
  return list.length === 0 ? undefined : list;
}

/** An empty list where absence would allow everything. */
function every(items: Iterable<string> | undefined): string[] | undefined {
  return items === undefined ? undefined : [...items];
}

export function clientData(policy: ClientPolicy, listeners: readonly Listener[]): ClientData {
  const words = leastWords(policy.operations);
  const missing = ALWAYS.filter(
    (word) => !wordsFor(policy.operations).some((one) => isSame(one, word)),
  );
  const ways = listeners.flatMap((listener) => listenData(listener, policy.name));
  const { ceiling, rate, concurrency } = policy;
  const posture = said({
    refuse: ceiling.refuse === "medium" ? undefined : ceiling.refuse,
    rules: ceiling.rules.size === 0 ? undefined : Object.fromEntries(ceiling.rules),
  });
  const createsMineOnly = mayCreate(policy.operations);
  return {
    listen: ways.length === 1 && ways[0] !== undefined ? ways[0] : ways,
    allow: byArea(words),
    deny: byArea(missing),
    ownership: policy.ownership === createsMineOnly ? undefined : policy.ownership,
    // Where nothing is owned, the owner says nothing.
    owner:
      policy.owner === policy.name || (createsMineOnly && !policy.ownership)
        ? undefined
        : policy.owner,
    redact: policy.redact === "secrets" ? undefined : policy.redact,
    posture,
    grant: said(grantData(policy.grants)),
    force: forceData(policy.forced),
    rate:
      rate === undefined
        ? undefined
        : {
            "per-second": String(rate.perSecond),
            burst: rate.burst === Math.ceil(rate.perSecond) ? undefined : String(rate.burst),
          },
    concurrency: concurrency === undefined ? undefined : String(concurrency),
    "api-versions": versionData(policy.versions),
  };
}

function isSame(left: Word, right: Word): boolean {
  return left.area === right.area && left.word === right.word;
}

/** As few words as give the same operations. */
function leastWords(operations: ReadonlySet<string>): readonly Word[] {
  const all = wordsFor(operations).filter((word) => !ALWAYS.some((one) => isSame(one, word)));
  const size = operationsOf(all).size;
  let least = all;
  for (const word of all) {
    const without = least.filter((one) => one !== word);
    if (operationsOf(without).size === size) least = without;
  }
  return least;
}

function byArea(words: readonly Word[]): ClientData["allow"] {
  return said(
    Object.fromEntries(
      areaNames.map((area) => [
        area,
        some(words.filter((one) => one.area === area).map(({ word }) => word)),
      ]),
    ),
  );
}

function listenData(listener: Listener, client: string): ListenData[] {
  if (listener.kind === "tls") {
    const { address, cert, key, clientCa, identities } = listener;
    return identities
      .filter((identity) => identity.client === client)
      .map(({ certificate: { kind, value } }) => ({
        tls: writeAddress(address),
        cert,
        key,
        "client-ca": clientCa,
        client: { [kind]: value },
      }));
  }
  if (listener.client !== client) return [];
  if (listener.kind === "plain") {
    return [{ tcp: writeAddress(listener.address), "i-know-that-anyone-may-connect": true }];
  }
  const { path, mode, owner, group } = listener;
  return [
    {
      unix: path,
      mode: mode === 0o600 ? undefined : `0${mode.toString(8).padStart(3, "0")}`,
      owner: owner === undefined ? undefined : String(owner),
      group: group === undefined ? undefined : String(group),
    },
  ];
}

function grantData(grants: Grants): NonNullable<ClientData["grant"]> {
  return {
    capabilities: some(grants.capabilities),
    binds: some(grants.binds.map((bind) => bindData(bind))),
    networks: some(grants.networks),
    volumes: some(grants.volumes),
    ports: some(grants.ports.map((port) => writePort(port))),
    devices: some(grants.devices),
    "device-requests": some(grants.deviceRequests),
    runtimes: some(grants.runtimes),
    images: every(grants.images),
    "images-by-digest": grants.imagesByDigest || undefined,
    registries: every(grants.registries),
    "build-sources": every(grants.buildSources),
    sysctls: some(grants.sysctls),
    "log-drivers": some(grants.logDrivers),
    "volume-drivers": some(grants.volumeDrivers),
    "network-drivers": some(grants.networkDrivers),
    subnets: every(grants.subnets),
    labels: some(grants.labels),
    "host-namespaces": some(grants.hostNamespaces) as HostNamespaces,
    privileged: grants.privileged || undefined,
    "seccomp-unconfined": grants.seccompUnconfined || undefined,
    "apparmor-unconfined": grants.apparmorUnconfined || undefined,
    restart: grants.restart || undefined,
    limits: limitData(grants.limits),
  };
}

function bindData({ source, below, readOnly }: BindGrant): BindData {
  const text = readOnly ? source : `${source}:rw`;
  // A path that itself ends in :rw can only stand in a mapping.
  if (!below && readBind(text).source === source) return text;
  return { source, ...(below ? { below } : {}), ...(readOnly ? {} : { "read-only": false }) };
}

type HostNamespaces = NonNullable<ClientData["grant"]>["host-namespaces"];

function limitData(limits: LimitGrants): NonNullable<ClientData["grant"]>["limits"] {
  const { memoryBytes, pids, nanoCpus, shmBytes, containers } = limits;
  return said({
    memory: memoryBytes === undefined ? undefined : writeSize(memoryBytes),
    pids: pids === undefined ? undefined : String(pids),
    cpus: nanoCpus === undefined ? undefined : writeCpus(nanoCpus),
    shm: shmBytes === undefined ? undefined : writeSize(shmBytes),
    containers: containers === undefined ? undefined : String(containers),
  });
}

/** True where not written, unlike what is granted. */
function forceData(forced: Forced): ClientData["force"] {
  return said({
    "cap-drop-all": forced.capDropAll ? undefined : false,
    "no-new-privileges": forced.noNewPrivileges ? undefined : false,
    "read-only-root": forced.readOnlyRoot ? undefined : false,
    "seccomp-profile": forced.seccompProfile,
    user: forced.user,
    labels: forced.labels.size === 0 ? undefined : Object.fromEntries(forced.labels),
    network: forced.network,
  });
}

function versionData({ least, most, assumed }: VersionRange): ClientData["api-versions"] {
  return said({
    least: least === DEFAULT_VERSIONS.least ? undefined : `1.${String(least)}`,
    most: most === DEFAULT_VERSIONS.most ? undefined : `1.${String(most)}`,
    assumed: assumed === most ? undefined : `1.${String(assumed)}`,
  });
}
