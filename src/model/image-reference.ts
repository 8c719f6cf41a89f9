/** Image references, normalised as Docker does (distribution/reference: ParseNormalizedNamed). */

export interface ImageReference {
  /** As written after expansion: `docker.io/library/node:22@sha256:…`. */
  readonly text: string;
  /** Without tag and digest, normalised: `docker.io/library/node`; `scratch` for the empty base. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** The repository is known, but a variable that has no value here decides the tag or the digest. */
  readonly dynamicTag?: true;
}

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

/** Variables and template actions, as the forms write them; none of them nests here. */
const EXPANSION =
  /\$\{\{[^{}]{0,200}\}\}|\{\{[^{}]{0,200}\}\}|\$\{[^{}]{0,200}\}|\$\([^()]{0,200}\)|\$\w{1,100}|`[^`]{0,200}`/g;

/**
 * Reads a reference whose tag or digest holds a variable without value: `api:$TAG`,
 * `ghcr.io/a/b:v1-${{ github.sha }}`. Undefined when the repository holds one too, or there is none.
 * `outline` is the text with a `$` for every character of a variable, where a reader knows better.
 */
export function parseDynamicTag(
  text: string,
  outline = outlineOf(text),
): ImageReference | undefined {
  if (text.length > 512) return undefined;
  const first = outline.indexOf("$");
  const at = outline.indexOf("@");
  const colon = outline.lastIndexOf(":", at < 0 ? undefined : at - 1);
  const tagged = colon > outline.lastIndexOf("/");
  const end = tagged ? colon : at;
  if (end < 1 || first <= end || !/^[\w.:@$-]+$/.test(outline.slice(end))) return undefined;
  const named = parseImageReference(text.slice(0, end));
  if (named === undefined) return undefined;
  const tag = tagged && at > 0 && first > at ? text.slice(colon + 1, at) : undefined;
  const { repository } = named;
  return { text, repository, ...(tag === undefined ? {} : { tag }), dynamicTag: true };
}

/** Of the same length, so that nothing within a variable is taken for a separator. */
function outlineOf(text: string): string {
  if (text.length > 512) return text;
  return text.replaceAll(EXPANSION, (found) => "$".repeat(found.length));
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

/**
 * Whether an image holds a Windows, by Microsoft's names. Images that only speak of it in their name
 * (a Linux image with a virtual machine in it) do not count.
 */
export function isWindowsImage({ repository, tag = "" }: ImageReference): boolean {
  return (
    /^mcr\.microsoft\.com\/(?:windows|dotnet\/framework)(?:\/|$)/.test(repository) ||
    /(?:^|[/-])(?:windows)?(?:servercore|nanoserver)(?:\/|$)/i.test(repository) ||
    /(?:servercore|nanoserver)/i.test(tag)
  );
}
