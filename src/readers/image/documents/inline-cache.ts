/**
 * Secrets in the cache metadata that `--cache-to type=inline` puts into an image's configuration.
 * Source: buildkit 73ed6825c cache/remotecache/import.go, field `moby.buildkit.cache.v0`.
 */

import type { SecretSighting } from "../../../model/image-contents.ts";
import { asObject } from "../manifest/descriptor.ts";
import type { DocumentContext } from "./config-secrets.ts";
import { attestationSecrets } from "./attestation-secrets.ts";

const FIELD = "moby.buildkit.cache.v0";
const MAX_BYTES = 16 * 1024 * 1024;

export function inlineCacheSecrets(
  config: unknown,
  context: DocumentContext,
): readonly SecretSighting[] {
  const value = asObject(config)?.[FIELD];
  if (typeof value !== "string" || value.length > MAX_BYTES) return [];
  // Bytes are base64 in Go's JSON; what they hold is JSON again.
  const found = attestationSecrets(
    Buffer.from(value, "base64"),
    `config[${JSON.stringify(FIELD)}]`,
    context,
  );
  return "problem" in found ? [] : found;
}
