/** Where a mediated build takes its cache from and brings it to. Source: moby/buildkit 73ed682, cache/remotecache. */

import type { Denial } from "../judge/contract.ts";
import type { ClientPolicy, Grants } from "../policy/client-policy.ts";
import { isRegistryGranted } from "../policy/image-grant.ts";
import { ProtoMessage } from "./proto/codec.ts";

export function judgeCache(
  cache: ProtoMessage | undefined,
  policy: ClientPolicy,
): Denial | undefined {
  if (cache === undefined) return undefined;
  const legacy =
    cache.text("ExportRefDeprecated") !== "" ||
    cache.list("ImportRefsDeprecated").length > 0 ||
    cache.map("ExportAttrsDeprecated").size > 0;
  if (legacy) return cacheDenial("a form of cache options that no client of these years sends");
  for (const entry of cache.list("Exports")) {
    const refused = entry instanceof ProtoMessage ? judgeExport(entry, policy) : undefined;
    if (refused !== undefined) return refused;
  }
  return judgeImports(cache.list("Imports"), policy.grants);
}

export function judgeImports(entries: readonly unknown[], grants: Grants): Denial | undefined {
  for (const entry of entries) {
    if (!(entry instanceof ProtoMessage)) continue;
    const why = cacheRefusal(entry.text("Type"), entry.texts("Attrs"), grants);
    if (why !== undefined) return cacheDenial(why);
  }
  return undefined;
}

const ATTRIBUTES = new Set([
  "ref",
  "mode",
  "src",
  "dest",
  "digest",
  "tag",
  "compression",
  "compression-level",
  "force-compression",
  "oci-mediatypes",
  "image-manifest",
  "ignore-error",
]);

/** Why the cache is not for this client; undefined for one that it may use. */
export function cacheRefusal(
  type: string,
  attributes: ReadonlyMap<string, string>,
  grants: Grants,
): string | undefined {
  if ([...attributes.keys()].some((name) => !ATTRIBUTES.has(name))) {
    return "the gate does not know an attribute of the cache";
  }
  // It is the client's own folder, which it serves in its session.
  if (type === "local") return undefined;
  if (type !== "registry") return "caches are inline, local or in a registry";
  return isRegistryGranted(attributes.get("ref") ?? "", grants)
    ? undefined
    : "the cache's registry is not granted";
}

function judgeExport(entry: ProtoMessage, policy: ClientPolicy): Denial | undefined {
  const type = entry.text("Type");
  if (type === "inline" && entry.texts("Attrs").size === 0) return undefined;
  const why = cacheRefusal(type, entry.texts("Attrs"), policy.grants);
  if (why !== undefined) return cacheDenial(why);
  return type === "registry" && !policy.operations.has("ImagePush")
    ? cacheDenial("a cache in a registry is a push, which the policy does not allow")
    : undefined;
}

const cacheDenial = (message: string): Denial => ({
  status: 403,
  rule: "build-cache-refused",
  at: "Cache",
  message,
});
