/**
 * The attributes of the Dockerfile frontend that a mediated build may set. Others are refused.
 * Source: moby/buildkit 73ed682 (2026-08-21), frontend/dockerui/{config,context,namedcontext,requests}.go,
 * frontend/dockerfile/builder/build.go, frontend/attestations.
 */

import { cacheRefusal } from "./cache-options.ts";
import { isReservedLabel } from "../ownership/labels.ts";
import type { Grants } from "../policy/client-policy.ts";
import { isImageGranted, isRegistryGranted } from "../policy/image-grant.ts";

export interface AttributeContext {
  readonly grants: Grants;
  /** Namespace of the client's cache mounts. */
  readonly owner: string;
  readonly ownsSession: (id: string) => boolean;
  /** Whether bases come from their registry although the engine has them: what it has may be another client's. */
  readonly pullsAnew: boolean;
}

/** Undefined keeps the attribute, `dropped` takes it out, a text says why the build is refused. */
type Verdict =
  | undefined
  | "dropped"
  | { readonly refused: string }
  /** What goes to the engine in its place. */
  | { readonly written: string };
type Judge = (value: string, context: AttributeContext, name: string) => Verdict;

const keep: Judge = () => undefined;
const refuse = (refused: string): Verdict => ({ refused });
const never =
  (why: string): Judge =>
  () =>
    refuse(why);
const oneOf =
  (...values: readonly string[]): Judge =>
  (value) =>
    values.includes(value) ? undefined : refuse("the value is none that is known here");

const network: Judge = (value, { grants }) => {
  if (["", "default", "sandbox", "none"].includes(value)) return undefined;
  return value === "host" && grants.networks.includes("host")
    ? undefined
    : refuse("the host's network is not granted (`grant: {networks: [host]}`)");
};

const hosts: Judge = (value) =>
  value.includes("host-gateway")
    ? refuse("host-gateway leads to the services of the host")
    : undefined;

const ownSession: Judge = (value, { ownsSession }) =>
  ownsSession(value) ? undefined : refuse("this session is not one of the client's own");

const exact: Readonly<Record<string, Judge>> = {
  filename: keep,
  target: keep,
  platform: keep,
  "no-cache": keep,
  "image-resolve-mode": oneOf("", "default", "pull", "local"),
  "multi-platform": keep,
  hostname: keep,
  // They name the attribute that may hold the context's address: no other one is to be read as that.
  dockerfilekey: oneOf("", "dockerfile", "context"),
  contextkey: oneOf("", "context"),
  contextsubdir: keep,
  requestid: (value) =>
    value === "" || value.startsWith("frontend.")
      ? undefined
      : refuse("this request is none of the Dockerfile frontend's"),
  "frontend.caps": keep,
  "shm-size": (value, { grants }) => withinMost(value, grants.limits.shmBytes),
  memory: (value, { grants }) => withinMost(value, grants.limits.memoryBytes),
  memswap: (value, { grants: { limits } }) =>
    withinMost(value, limits.memoryBytes === undefined ? undefined : 2n * limits.memoryBytes),
  cpushares: keep,
  cpuperiod: keep,
  cpuquota: keep,
  cpusetcpus: keep,
  cpusetmems: keep,
  "source-date-epoch": keep,
  "no-cache-filter": keep,
  "add-hosts": hosts,
  "force-network-mode": network,
  "cache-from": (value, context) => everyRegistry(value.split(","), context),
  "cache-imports": (value, context) => cacheImports(value, context),
  context: (value) =>
    value === "" ? undefined : refuse("the engine would fetch the context from an address"),
  "cgroup-parent": never("it puts the build outside of the limits of the engine"),
  ulimit: never("limits of processes are the engine's"),
  cmdline: never("it names a frontend of the client's own"),
  source: never("it names a frontend of the client's own"),
  "override-copy-image": never("it names a helper image of the client's own"),
};

const prefixed: readonly (readonly [string, Judge])[] = [
  [
    "build-arg:",
    (_value, _context, name) => {
      // The gate sets its own namespace.
      if (name === "BUILDKIT_CACHE_MOUNT_NS") return "dropped";
      return name === "BUILDKIT_SYNTAX"
        ? refuse("it names a frontend of the client's own")
        : undefined;
    },
  ],
  [
    "label:",
    (_value, _context, name) =>
      isReservedLabel(name) ? refuse("labels of dev.plimsoll are the gate's own") : undefined,
  ],
  ["local-sessionid:", ownSession],
  ["sharedkey:localdir:", () => "dropped"],
  ["vcs:", keep],
  ["context:", (value, context) => namedContext(value, context)],
  [
    "attest:",
    (value, context, name) => {
      if (name === "provenance") return undefined;
      return name === "sbom" ? scanner(value, context) : refuse("the gate does not know it");
    },
  ],
];

function withinMost(value: string, most: bigint | undefined): Verdict {
  if (value === "" || most === undefined) return undefined;
  return /^\d{1,18}$/.test(value) && BigInt(value) <= most
    ? undefined
    : refuse(`it is more than the ${String(most)} bytes that are granted`);
}

/** The engine reads it as comma-separated values, in which quotes would hide a name from this look. */
function scanner(value: string, { grants }: AttributeContext): Verdict {
  if (/["\r\n]/.test(value)) return refuse("it has quotes or lines");
  const images = value
    .split(",")
    .map((field) => /^\s*generator\s*=(.*)$/i.exec(field)?.[1])
    .filter((image) => image !== undefined);
  return images.every((image) => isImageGranted(image, grants))
    ? undefined
    : refuse("the scanner is an image that is not granted");
}

function everyRegistry(references: readonly string[], { grants }: AttributeContext): Verdict {
  return references.every((reference) => reference === "" || isRegistryGranted(reference, grants))
    ? undefined
    : refuse("its registry is not granted");
}

/** Written anew: the engine's reader of JSON takes names in any case, and the last of several. */
function cacheImports(value: string, { grants }: AttributeContext): Verdict {
  let entries: unknown;
  try {
    entries = JSON.parse(value);
  } catch {
    return refuse("it is no JSON");
  }
  if (!Array.isArray(entries)) return refuse("it is no list");
  const written: unknown[] = [];
  for (const entry of entries) {
    const read = cacheEntry(entry);
    if (read === undefined) return refuse("an entry is not of the form that clients write");
    const why = cacheRefusal(read.Type, new Map(Object.entries(read.Attrs)), grants);
    if (why !== undefined) return refuse(why);
    written.push(read);
  }
  return { written: JSON.stringify(written) };
}

interface CacheEntry {
  readonly Type: string;
  readonly Attrs: Readonly<Record<string, string>>;
}

function cacheEntry(entry: unknown): CacheEntry | undefined {
  if (!isRecord(entry)) return undefined;
  const { Type: type, Attrs: attributes, ...others } = entry;
  if (typeof type !== "string" || !isRecord(attributes) || Object.keys(others).length > 0) {
    return undefined;
  }
  const texts: [string, string][] = [];
  for (const [key, text] of Object.entries(attributes)) {
    if (typeof text !== "string") return undefined;
    texts.push([key, text]);
  }
  return { Type: type, Attrs: Object.fromEntries(texts) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function namedContext(value: string, { grants }: AttributeContext): Verdict {
  if (value.startsWith("local:") || value.startsWith("oci-layout://")) return undefined;
  const image = value.startsWith("docker-image://") ? value.slice("docker-image://".length) : "";
  if (image !== "") {
    return isImageGranted(image, grants) ? undefined : refuse("the image is not granted");
  }
  return refuse("the engine would fetch it from an address");
}

export type Attributes =
  | { readonly ok: true; readonly attributes: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly name: string; readonly why: string };

/** The attributes as they go to the engine. */
export function judgeAttributes(
  given: ReadonlyMap<string, string>,
  context: AttributeContext,
): Attributes {
  const attributes = new Map<string, string>();
  for (const [name, value] of given) {
    const verdict = judgeAttribute(name, value, context);
    if (verdict === undefined) attributes.set(name, value);
    else if (verdict === "dropped") continue;
    else if ("written" in verdict) attributes.set(name, verdict.written);
    else return { ok: false, name, why: verdict.refused };
  }
  for (const [name, value] of forced(attributes, context)) attributes.set(name, value);
  return { ok: true, attributes };
}

/** Its presence says that the frontend was chosen: no `# syntax=` line, nor an argument, brings another one. */
const CHOSEN = "cmdline";

function forced(
  attributes: ReadonlyMap<string, string>,
  { grants: { limits }, owner, pullsAnew }: AttributeContext,
): readonly (readonly [string, string])[] {
  const set: [string, string][] = [
    [CHOSEN, ""],
    ["build-arg:BUILDKIT_CACHE_MOUNT_NS", owner],
  ];
  if (pullsAnew) set.push(["image-resolve-mode", "pull"]);
  const none = (name: string): boolean => ["", "0"].includes(attributes.get(name) ?? "");
  const { memoryBytes, nanoCpus, shmBytes } = limits;
  if (memoryBytes !== undefined && none("memory")) set.push(["memory", String(memoryBytes)]);
  if (shmBytes !== undefined && shmBytes < USUAL_SHM && none("shm-size")) {
    set.push(["shm-size", String(shmBytes)]);
  }
  if (nanoCpus !== undefined) {
    set.push(["cpuperiod", String(PERIOD)], ["cpuquota", String((nanoCpus * PERIOD) / BILLION)]);
  }
  return set;
}

/** Of the engine, where nothing else is asked for. */
const USUAL_SHM = 64n << 20n;
/** Microseconds. */
const PERIOD = 100_000n;
const BILLION = 1_000_000_000n;

function judgeAttribute(name: string, value: string, context: AttributeContext): Verdict {
  if (Object.hasOwn(exact, name)) return exact[name]?.(value, context, name);
  for (const [prefix, judge] of prefixed) {
    if (name.startsWith(prefix)) return judge(value, context, name.slice(prefix.length));
  }
  return refuse("the gate does not know this attribute");
}
