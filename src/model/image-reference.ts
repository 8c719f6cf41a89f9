/** Image references, normalised as Docker does (distribution/reference: ParseNormalizedNamed). */

import type { ImageReference } from "./workload.ts";

const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,128}$/;
const TAG = /^\w[\w.-]{0,127}$/;
/** An optional host with a port, then path components. Upper case is a mistake that engines refuse; it still names something. */
const NAME = /^[\w.-]+(?::\d{1,5}(?=\/))?(?:\/[\w.-]+)*$/;

/** Reads a reference; undefined when the text is none (empty, spaces, an unexpanded variable). */
export function parseImageReference(text: string): ImageReference | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 512) return undefined;
  const at = trimmed.indexOf("@");
  const digest = at < 0 ? undefined : trimmed.slice(at + 1);
  const named = at < 0 ? trimmed : trimmed.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const name = hasTag ? named.slice(0, colon) : named;
  if (!NAME.test(name) || (tag !== undefined && !TAG.test(tag))) return undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  return {
    text: trimmed,
    repository: name === "scratch" ? "scratch" : normaliseRepository(name),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** `node` → `docker.io/library/node`, `index.docker.io/a/b` → `docker.io/a/b`, `ghcr.io/a/b` as it is. */
export function normaliseRepository(name: string): string {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  const hasHost = first === "localhost" || /[.:]/.test(first) || first !== first.toLowerCase();
  if (!hasHost) return slash < 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
  const rest = name.slice(slash + 1);
  if (first !== "index.docker.io" && first !== "docker.io") return `${first}/${rest}`;
  return rest.includes("/") ? `docker.io/${rest}` : `docker.io/library/${rest}`;
}

/** The repository as people write it: `docker.io/library/node` → `node`. */
export function familiarRepository(repository: string): string {
  return repository.replace(/^docker\.io\/(library\/)?/, "");
}
