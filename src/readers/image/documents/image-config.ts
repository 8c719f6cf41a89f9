/** An image's configuration: as it is shown, and what of it is not. */

import type { SecretSighting } from "../../../model/image-contents.ts";
import type { Descriptor } from "../manifest/descriptor.ts";
import { asObject, parseJson } from "../manifest/descriptor.ts";
import { hasRepeatedKeys } from "../manifest/repeated-keys.ts";
import type { ImageStore, Problem } from "../manifest/store.ts";
import { MAX_MANIFEST_BYTES } from "../manifest/store.ts";
import { attestationSecrets, bytesSecrets } from "./attestation-secrets.ts";
import type { DocumentContext } from "./config-secrets.ts";
import { inlineCacheSecrets } from "./inline-cache.ts";
import { valueSecrets } from "./secrets-in-text.ts";

export interface ImageConfig {
  /** JSON, laid out for people; an empty object when it cannot be read. */
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Why what it decides is not known, as a clause. */
  readonly unread?: string;
  /** Secrets in what is not shown, and in fields that nothing reads. */
  readonly unshown: (context: DocumentContext) => readonly SecretSighting[];
}

/** That of an image is some kilobytes; with hundreds of layers and labels, some hundred. */
const MAX_SHOWN = 640 * 1024;
const NOTHING = "{}\n";
const FIELD = "config";

export async function readConfig(store: ImageStore, descriptor: Descriptor): Promise<ImageConfig> {
  const read = await store.document(descriptor);
  if ("problem" in read)
    return { text: NOTHING, problems: [read], unread: read.problem, unshown: () => [] };
  const { bytes, mismatch } = read;
  const problems: readonly Problem[] =
    mismatch === undefined ? [] : [{ problem: `${mismatch}; what it says may be forged` }];
  const searched = (why: string): ImageConfig => ({
    text: NOTHING,
    problems: [...problems, { problem: why }],
    unread: why,
    unshown: (context) => bytesSecrets(bytes, FIELD, context),
  });
  if (bytes.length > MAX_MANIFEST_BYTES) return searched("it is longer than any image's");
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return searched(parsed.problem);
  const value = asObject(parsed.value);
  if (value === undefined) return searched("it is no object");
  const { [CACHE]: _cache, ...shown } = value;
  const text = `${JSON.stringify(shown, undefined, 2)}\n`;
  if (text.length > MAX_SHOWN) {
    const why = "it is longer than any image's, and was only searched for secrets";
    return {
      text: NOTHING,
      problems: [...problems, { problem: why }],
      unread: why,
      unshown: (context) => {
        const found = attestationSecrets(bytes, FIELD, context);
        return "problem" in found ? [] : found;
      },
    };
  }
  const repeated = hasRepeatedKeys(bytes, parsed.value);
  return {
    text,
    problems: repeated
      ? [...problems, { problem: "it gives a key twice, which programs read in different ways" }]
      : problems,
    unshown: (context) => {
      const found = [...inlineCacheSecrets(value, context), ...elsewhere(shown, context)];
      return repeated ? [...found, ...bytesSecrets(bytes, FIELD, context)] : found;
    },
  };
}

/** A long text that nobody reads; it is searched by itself. */
const CACHE = "moby.buildkit.cache.v0";

/** What is read field by field. */
const READ_ELSEWHERE = new Set([
  ...["config", "container_config"].flatMap((section) =>
    ["Env", "Labels", "Entrypoint", "Cmd", "Healthcheck", "OnBuild"].map(
      (name) => `${section}.${name}`,
    ),
  ),
  "rootfs",
]);
const MAX_SIGHTINGS = 1000;

/** Secrets by their looks in all other fields: authors, comments, what tools of their own add. */
function elsewhere(
  value: Readonly<Record<string, unknown>>,
  { image, keyedHash }: DocumentContext,
): SecretSighting[] {
  const found: SecretSighting[] = [];
  const visit = (at: unknown, path: string): void => {
    if (found.length >= MAX_SIGHTINGS || READ_ELSEWHERE.has(path)) return;
    if (typeof at === "string") {
      for (const { start: _start, end: _end, ...sighting } of valueSecrets(at, keyedHash)) {
        found.push({
          ...sighting,
          encoding: "plain",
          state: { is: "live" },
          place: { image, field: path },
        });
      }
    } else if (Array.isArray(at)) {
      for (const [index, item] of (at as unknown[]).entries())
        visit(item, `${path}[${String(index)}]`);
    } else {
      for (const [key, item] of Object.entries(asObject(at) ?? {})) {
        if (/^history\[\d+\]$/.test(path) && key === "created_by") continue;
        visit(item, path === "" ? key : `${path}.${key}`);
      }
    }
  };
  visit(value, "");
  return found;
}
