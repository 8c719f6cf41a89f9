/** Image references, normalised as Docker does (distribution/reference: ParseNormalizedNamed). */

import type { ImageReference } from "./workload.ts";

const PATTERN =
  /^(?:(?<name>[^@\s]+?))(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$/u;

/** Reads a reference; undefined when the text is none (empty, spaces, an unexpanded variable). */
export function parseImageReference(text: string): ImageReference | undefined {
  const trimmed = text.trim();
  const groups = PATTERN.exec(trimmed)?.groups;
  const name = groups?.["name"];
  if (groups === undefined || name === undefined || /[$`{}<>]/.test(trimmed)) return undefined;
  const tag = groups["tag"];
  const digest = groups["digest"];
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
