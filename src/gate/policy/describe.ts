/** A policy in plain words, for `plimsoll gate check`. */

import type { BindGrant, ClientPolicy, Grants, PortGrant } from "./client-policy.ts";
import type { CompiledGate, Listener, Upstream } from "./compiled.ts";
import type { Surroundings } from "./danger.ts";
import { dangersOf } from "./dangers.ts";
import { FREE_PORTS, writeAddress, writeCpus, writePort, writeSize, writeTime } from "./values.ts";
import { areaNames, wordsFor } from "./words.ts";

/** Lines without line ends, indented by what they belong to. */
export function describePolicy(gate: CompiledGate): string[] {
  const { audit, admin, hostRoot } = gate;
  return [
    `engine: ${upstreamName(gate.upstream)}`,
    ...plainUpstream(gate.upstream),
    `audit log: ${auditText(audit)}`,
    `health and metrics: ${admin === undefined ? "not served" : admin.kind === "unix" ? `unix://${admin.path}` : `http://${writeAddress(admin.address)}`}`,
    hostRoot === undefined
      ? "sources of binds: the gate does not look at the host (host-root), so links in them are not resolved"
      : `sources of binds: links are resolved below ${hostRoot}`,
    `at a stop: open streams have ${writeTime(gate.drainMilliseconds)}`,
    ...gate.clients.flatMap(({ policy, preset }) => [
      "",
      `client ${policy.name}${preset === undefined ? "" : ` (preset ${preset})`}`,
      ...gate.listeners.flatMap((listener) => wayIn(listener, policy.name)),
      ...sharedOwner(gate, policy),
      ...describeClient(policy, gate),
    ]),
  ];
}

function auditText(audit: CompiledGate["audit"]): string {
  if (audit === undefined) return "none";
  const { file, maxBytes, keep, onFailure } = audit;
  const where =
    file === "-"
      ? "standard output"
      : `${file}, rotated at ${writeSize(BigInt(maxBytes))}, ${String(keep)} kept`;
  const then = onFailure === "deny" ? "are denied" : "go on, with a warning";
  return `${where}; while it cannot be written, requests ${then}`;
}

function upstreamName(upstream: Upstream): string {
  if (upstream.kind === "unix") return `unix://${upstream.path}`;
  if (upstream.kind === "ssh") return `ssh://${upstream.host}`;
  const how = upstream.tls === undefined ? ", without TLS" : ", with TLS";
  return `tcp://${writeAddress(upstream)}${upstream.basePath}${how}`;
}

function plainUpstream(upstream: Upstream): string[] {
  if (upstream.kind !== "tcp" || upstream.tls !== undefined) return [];
  if (/^(?:localhost|127\..*|::1)$/.test(upstream.host)) return [];
  return ["! high: no TLS to the engine: whoever stands in between has the engine, and its host"];
}

function wayIn(listener: Listener, client: string): string[] {
  if (listener.kind === "tls") {
    return listener.identities
      .filter((identity) => identity.client === client)
      .map(
        ({ certificate }) =>
          `  connects at ${writeAddress(listener.address)} with a certificate whose ${certificate.kind} is ${certificate.value}`,
      );
  }
  if (listener.client !== client) return [];
  if (listener.kind === "plain") {
    return [
      `  connects at ${writeAddress(listener.address)} without TLS`,
      "  ! high: plain TCP: whoever reaches this address is this client",
    ];
  }
  const mode = `0${listener.mode.toString(8).padStart(3, "0")}`;
  const open = (listener.mode & 0o002) === 0 ? [] : [OPEN_SOCKET];
  return [`  connects at unix://${listener.path}, mode ${mode}`, ...open];
}

function sharedOwner(
  { clients }: CompiledGate,
  { name, owner, ownership }: ClientPolicy,
): string[] {
  const others = clients
    .filter(({ policy }) => policy.ownership && policy.owner === owner && policy.name !== name)
    .map(({ policy }) => policy.name);
  return ownership && others.length > 0
    ? [`  shares what it creates with ${others.join(", ")}`]
    : [];
}

const OPEN_SOCKET =
  "  ! medium: everyone may write to this socket: whoever reaches its folder is this client";

/** What one client may do, and what of that means more than it seems. */
export function describeClient(policy: ClientPolicy, around?: Surroundings): string[] {
  const lines = [
    policy.ownership
      ? `sees and manages only what belongs to the owner ${policy.owner}`
      : "sees what everyone created",
    redaction(policy),
    ...allowed(policy),
    ...(policy.operations.has("ContainerCreate") || policy.operations.has("ServiceCreate")
      ? [...creations(policy), ...granted(policy.grants), ...forcedLines(policy)]
      : []),
    ...bounds(policy),
  ];
  const dangers = dangersOf(policy, around).map(
    ({ severity, grant, meaning }) => `! ${severity}: ${grant}: ${meaning}`,
  );
  return [...lines, ...dangers].map((line) => `  ${line}`);
}

function redaction({ redact }: ClientPolicy): string {
  if (redact === "none") return "reads answers as they are";
  return redact === "secrets"
    ? "reads answers without secrets: values of environment variables, tokens, passwords of volumes"
    : "reads answers without secrets, paths of the host, command lines and labels of others";
}

function allowed({ operations }: ClientPolicy): string[] {
  const words = wordsFor(operations);
  return areaNames.flatMap((area) => {
    const here = words.filter((one) => one.area === area).map(({ word }) => word);
    return here.length === 0 ? [] : [`may: ${area}: ${here.join(", ")}`];
  });
}

function creations({ ceiling }: ClientPolicy): string[] {
  const refused =
    ceiling.refuse === "none"
      ? "no finding of the rulebook stops what it creates"
      : `what it creates is refused for findings from ${ceiling.refuse} up`;
  const off = [...ceiling.rules].filter(([, setting]) => setting === "off").map(([id]) => id);
  const changed = [...ceiling.rules].filter(([, setting]) => setting !== "off");
  const parts = [
    refused,
    ...(off.length === 0 ? [] : [`not for ${off.join(", ")}`]),
    ...changed.map(([id, setting]) => `${id} counts as ${setting}`),
  ];
  return [parts.join("; ")];
}

function granted(grants: Grants): string[] {
  const lists: readonly (readonly [string, Iterable<string>])[] = [
    ["capabilities", grants.capabilities],
    ["binds", grants.binds.map((bind) => bindText(bind))],
    ["networks", grants.networks],
    ["volumes of others", grants.volumes],
    ["ports", grants.ports.map((port) => portText(port))],
    ["devices", grants.devices],
    ["device requests", grants.deviceRequests],
    ["runtimes", grants.runtimes],
    ["build sources", grants.buildSources ?? []],
    ["sysctls", grants.sysctls],
    ["log drivers", grants.logDrivers],
    ["volume drivers", grants.volumeDrivers],
    ["network drivers", grants.networkDrivers],
    ["subnets", grants.subnets ?? []],
    ["labels", grants.labels],
    ["host namespaces", grants.hostNamespaces],
  ];
  const switches: readonly (readonly [boolean, string])[] = [
    [grants.privileged, "privileged"],
    [grants.seccompUnconfined, "seccomp unconfined"],
    [grants.apparmorUnconfined, "AppArmor unconfined"],
    [grants.restart, "restart policies"],
  ];
  const items = [
    ...lists.flatMap(([name, list]) => {
      const all = [...list];
      return all.length === 0 ? [] : [`${name} ${all.join(", ")}`];
    }),
    ...switches.flatMap(([on, name]) => (on ? [name] : [])),
  ];
  return [
    items.length === 0
      ? "creations may ask for nothing beyond the neutral"
      : `creations may ask for: ${items.join("; ")}`,
    ...imageLine(grants),
    ...limitLine(grants),
  ];
}

function bindText({ source, below, readOnly }: BindGrant): string {
  return `${source}${below ? " and below" : ""} (${readOnly ? "read-only" : "writable"})`;
}

function portText(port: PortGrant): string {
  const isFree = port.first === FREE_PORTS.first && port.last === FREE_PORTS.last;
  if (!isFree) return writePort(port);
  return `free ones${port.address === "" ? "" : ` of ${port.address}`}`;
}

function imageLine({ images, imagesByDigest, registries }: Grants): string[] {
  const parts = [
    ...(images === undefined ? [] : [images.length === 0 ? "none" : images.join(", ")]),
    ...(registries === undefined ? [] : [`from ${[...registries].join(", ") || "no registry"}`]),
    ...(imagesByDigest ? ["named by digest"] : []),
  ];
  return parts.length === 0 ? [] : [`images: ${parts.join("; ")}`];
}

function limitLine({ limits }: Grants): string[] {
  const { memoryBytes, pids, nanoCpus, shmBytes, containers } = limits;
  const parts = [
    ...(memoryBytes === undefined ? [] : [`memory ${writeSize(memoryBytes)}`]),
    ...(pids === undefined ? [] : [`${String(pids)} processes`]),
    ...(nanoCpus === undefined ? [] : [`${writeCpus(nanoCpus)} CPUs`]),
    ...(shmBytes === undefined ? [] : [`shm ${writeSize(shmBytes)}`]),
    ...(containers === undefined ? [] : [`${String(containers)} containers at a time`]),
  ];
  return parts.length === 0 ? [] : [`at most: ${parts.join(", ")}`];
}

function forcedLines({ forced }: ClientPolicy): string[] {
  const parts = [
    ...(forced.capDropAll ? ["capabilities dropped"] : []),
    ...(forced.noNewPrivileges ? ["no-new-privileges"] : []),
    ...(forced.readOnlyRoot ? ["read-only root"] : []),
    ...(forced.seccompProfile === undefined ? [] : ["a seccomp profile of its own"]),
    ...(forced.user === undefined ? [] : [`user ${forced.user} instead of root`]),
    ...(forced.network === undefined ? [] : [`network ${forced.network} where none is named`]),
    ...[...forced.labels].map(([name, value]) => `label ${name}=${value}`),
  ];
  return parts.length === 0 ? [] : [`written into each: ${parts.join(", ")}`];
}

function bounds({ rate, concurrency, versions }: ClientPolicy): string[] {
  const parts = [
    ...(rate === undefined
      ? []
      : [`${String(rate.perSecond)} requests a second, ${String(rate.burst)} at once`]),
    ...(concurrency === undefined ? [] : [`${String(concurrency)} open at a time`]),
    `API 1.${String(versions.least)} to 1.${String(versions.most)}`,
  ];
  return [`asks: ${parts.join("; ")}`];
}
