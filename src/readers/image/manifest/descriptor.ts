/**
 * Descriptors, indexes and manifests, read with distrust: they come from whoever made the image.
 * Source: opencontainers/image-spec v1.1.1 (descriptor.md, image-index.md, manifest.md); Docker's
 * image manifest version 2, schema 2, has the same shape.
 */

export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…`; the path again where nothing tells the digest. */
  readonly digest: string;
  /** Where it lies in what `docker save` of old wrote, which goes by paths. */
  readonly path?: string;
  readonly size?: number;
  readonly platform?: Platform;
  readonly annotations: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  /** Where a layer that may not be distributed is to be had. */
  readonly urls: readonly string[];
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageIndex {
  readonly kind: "index";
  readonly manifests: readonly Descriptor[];
  /** Entries that are malformed, or too many. */
  readonly unread: number;
}

export interface ImageManifest {
  readonly kind: "manifest";
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly artifactType?: string;
  /** The digest of the manifest that this one says something of. */
  readonly subject?: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Layers whose entries are malformed, or too many. */
  readonly unread: number;
}

/** More entries than this are a bomb: images have at most 127 layers, indexes some dozens of platforms. */
const MAX_ENTRIES = 4096;

/** Reads an index or a manifest. */
export function readManifest(
  bytes: Uint8Array,
): ImageIndex | ImageManifest | { readonly problem: string } {
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return parsed;
  const root = asObject(parsed.value);
  if (root === undefined) return { problem: "it is no JSON object" };
  if (root["schemaVersion"] === 1)
    return {
      problem: "it is a manifest of schema 1, which was given up in 2017: push the image anew",
    };
  if (Array.isArray(root["manifests"])) {
    const manifests = descriptors(root["manifests"]);
    return { kind: "index", manifests, unread: root["manifests"].length - manifests.length };
  }
  const config = descriptor(root["config"]);
  if (config === undefined || !Array.isArray(root["layers"]))
    return { problem: "it is neither an image index nor a manifest" };
  const artifactType = root["artifactType"];
  const layers = descriptors(root["layers"]);
  const subject = descriptor(root["subject"])?.digest;
  return {
    kind: "manifest",
    config,
    layers,
    unread: root["layers"].length - layers.length,
    annotations: strings(root["annotations"]),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(subject === undefined ? {} : { subject }),
  };
}

export function parseJson(
  bytes: Uint8Array,
): { readonly value: unknown } | { readonly problem: string } {
  if (isTooDeep(bytes)) return { problem: "it is nested too deep" };
  try {
    return { value: JSON.parse(new TextDecoder().decode(bytes)) as unknown };
  } catch {
    // What the parser says quotes the text.
    return { problem: "it is no valid JSON" };
  }
}

/** No document of an image comes near this. What walks through a value may take a frame for each level. */
const MAX_NESTING = 256;

/** Whether brackets nest deeper, outside of strings. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_NESTING) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The entries of an object that are texts. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(asObject(value) ?? {}).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function descriptors(values: readonly unknown[]): Descriptor[] {
  return values.slice(0, MAX_ENTRIES).flatMap((value) => descriptor(value) ?? []);
}

export function descriptor(value: unknown): Descriptor | undefined {
  const fields = asObject(value);
  const digest = fields?.["digest"];
  if (fields === undefined || typeof digest !== "string" || !isDigest(digest)) return undefined;
  const { mediaType, size, artifactType, urls } = fields;
  const platform = platformOf(fields["platform"]);
  return {
    digest,
    mediaType: typeof mediaType === "string" ? mediaType : "",
    annotations: strings(fields["annotations"]),
    urls: Array.isArray(urls) ? urls.filter((url) => typeof url === "string") : [],
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
    ...(platform === undefined ? {} : { platform }),
    ...(typeof artifactType === "string" ? { artifactType } : {}),
  };
}

function platformOf(value: unknown): Platform | undefined {
  const { os, architecture, variant } = strings(value);
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** `sha256:` or `sha512:` with its hex; nothing else may become part of a path or a URL. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text);
}

export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join("/");
}

/** An extra manifest of an index that BuildKit writes: provenance and the like of another one. */
export function isAttestation({ annotations, artifactType }: Descriptor): boolean {
  return (
    annotations["vnd.docker.reference.type"] === "attestation-manifest" ||
    artifactType === "application/vnd.docker.attestation.manifest.v1+json"
  );
}
