/** Image references against what a policy grants: patterns of names, registries, digests. */

import { familiarRepository, parseImageReference } from "../../model/image-reference.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { Grants } from "./client-policy.ts";
import { matchesAny } from "./pattern.ts";

/** Host of the registry, with its port: `docker.io` for a name without one. */
export function registryOf(reference: string): string | undefined {
  return parseImageReference(reference)?.repository.split("/")[0];
}

/** Whether the reference's registry is granted; without a list every one is. */
export function isRegistryGranted(reference: string, { registries }: Grants): boolean {
  const registry = registryOf(reference);
  return registry !== undefined && (registries === undefined || registries.has(registry));
}

/**
 * Whether the policy grants the image: its registry, and its name by one of the patterns, which may be written as
 * people write it (`nginx:*`) or in full (`docker.io/library/nginx:*`), with or without the tag.
 */
export function isImageGranted(reference: string, grants: Grants): boolean {
  const parsed = parseImageReference(reference);
  if (parsed === undefined || !isRegistryGranted(reference, grants)) return false;
  if (grants.imagesByDigest && parsed.digest === undefined) return false;
  return grants.images === undefined || isNamedBy(grants.images, parsed);
}

/** Whether one of the patterns names the image. Beside a digest, the tag says nothing. */
export function isNamedBy(
  patterns: readonly string[],
  { repository, tag = "latest", digest }: ImageReference,
): boolean {
  const ends = ["", digest === undefined ? `:${tag}` : `@${digest}`];
  return [repository, familiarRepository(repository)].some((name) =>
    ends.some((end) => matchesAny(patterns, `${name}${end}`)),
  );
}
