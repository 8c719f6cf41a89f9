/**
 * The attributes of the Dockerfile frontend that a mediated build may set. Others are refused.
 * Source: moby/buildkit 73ed682 (2026-08-21), frontend/dockerui/{config,context,namedcontext,requests}.go,
 * frontend/dockerfile/builder/build.go, frontend/attestations.
 */

import { isReservedLabel } from "../ownership/labels.ts";
import type { Grants } from "../policy/client-policy.ts";
import { isImageGranted, isRegistryGranted } from "../policy/image-grant.ts";

export interface AttributeContext {
  readonly grants: Grants;
  /** Namespace of the client's cache mounts. */
  readonly owner: string;
  readonly ownsSession: (id: string) => boolean;
}

/** Undefined keeps the attribute, `dropped` takes it out, a text says why the build is refused. */
type Verdict = undefined | "dropped" | { readonly refused: string };
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
  dockerfilekey: keep,
  contextkey: keep,
  contextsubdir: keep,
  requestid: (value) =>
    value === "" || value.startsWith("frontend.")
      ? undefined
      : refuse("this request is none of the Dockerfile frontend's"),
  "frontend.caps": keep,
  "shm-size": (value, { grants }) => withinMost(value, grants.limits.shmBytes),
  memory: (value, { grants }) => withinMost(value, grants.limits.memoryBytes),
  memswap: keep,
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
      const generator = /(?:^|,)generator=([^,]*)/.exec(value)?.[1];
      if (name === "provenance" || (name === "sbom" && generator === undefined)) return undefined;
      return name === "sbom" && generator !== undefined && isImageGranted(generator, context.grants)
        ? undefined
        : refuse("the scanner is an image that is not granted");
    },
  ],
];

function withinMost(value: string, most: bigint | undefined): Verdict {
  if (value === "" || most === undefined) return undefined;
  return /^\d{1,18}$/.test(value) && BigInt(value) <= most
    ? undefined
    : refuse(`it is more than the ${String(most)} bytes that are granted`);
}

function everyRegistry(references: readonly string[], { grants }: AttributeContext): Verdict {
  return references.every((reference) => reference === "" || isRegistryGranted(reference, grants))
    ? undefined
    : refuse("its registry is not granted");
}

function cacheImports(value: string, context: AttributeContext): Verdict {
  let entries: unknown;
  try {
    entries = JSON.parse(value);
  } catch {
    return refuse("it is no JSON");
  }
  if (!Array.isArray(entries)) return refuse("it is no list");
  for (const entry of entries) {
    const type: unknown = isRecord(entry) ? entry["Type"] : undefined;
    const attributes: unknown = isRecord(entry) ? entry["Attrs"] : undefined;
    const reference: unknown = isRecord(attributes) ? attributes["ref"] : undefined;
    if (type === "local") continue;
    if (type !== "registry" || typeof reference !== "string") {
      return refuse("caches come from a registry or the client itself");
    }
    const verdict = everyRegistry([reference], context);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
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
    else if (verdict !== "dropped") return { ok: false, name, why: verdict.refused };
  }
  attributes.set("build-arg:BUILDKIT_CACHE_MOUNT_NS", context.owner);
  return { ok: true, attributes };
}

function judgeAttribute(name: string, value: string, context: AttributeContext): Verdict {
  if (Object.hasOwn(exact, name)) return exact[name]?.(value, context, name);
  for (const [prefix, judge] of prefixed) {
    if (name.startsWith(prefix)) return judge(value, context, name.slice(prefix.length));
  }
  return refuse("the gate does not know this attribute");
}
