/**
 * Where a secret in an image stands, as one word that can be given back to Plimsoll:
 * `archive:app.tar#sha256:1a2b…/app/.npmrc@33+40=5d1792137248`. It never holds the value.
 */

import type { SecretSighting } from "./image-contents.ts";

export interface SecretLocator {
  /** `archive:app.tar` */
  readonly target: string;
  readonly place:
    | {
        readonly kind: "layer";
        /** The layer's digest, or its beginning. */
        readonly digest: string;
        readonly path: string;
        readonly offset: number;
        readonly length: number;
      }
    | { readonly kind: "field"; readonly field: string };
  /** The beginning of the keyed hash. */
  readonly hash: string;
}

const DIGEST_LENGTH = "sha256:".length + 12;
const HASH_LENGTH = 16;

/** Percent encoding but for what reads well and means nothing to the parts around it. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:2F|3A|21|5B|5D|2C)/g, decodeURIComponent);
}

export function formatLocator({
  place,
  keyedHash = "",
}: Pick<SecretSighting, "place" | "keyedHash">): string {
  const where =
    "field" in place
      ? `field/${encode(place.field)}`
      : `${place.layer.digest.slice(0, DIGEST_LENGTH)}${encode(place.path)}@${String(place.offset)}+${String(place.length)}`;
  return `${place.image}#${where}=${keyedHash.slice(0, HASH_LENGTH)}`;
}

const LOCATOR =
  /^(.+)#(?:field\/([^=]+)|((?:sha256|sha512):[0-9a-f]{6,128})(\/[^@=]*)@(\d{1,15})\+(\d{1,15}))=([0-9a-f]{8,64})$/s;

/** Undefined for a text that is no locator. */
export function parseLocator(text: string): SecretLocator | undefined {
  const match = LOCATOR.exec(text);
  if (match === null) return undefined;
  const [, target = "", field, digest = "", path = "", offset = "", length = "", hash = ""] = match;
  try {
    if (field !== undefined) {
      return { target, place: { kind: "field", field: decodeURIComponent(field) }, hash };
    }
    return {
      target,
      place: {
        kind: "layer",
        digest,
        path: decodeURIComponent(path),
        offset: Number(offset),
        length: Number(length),
      },
      hash,
    };
  } catch {
    return undefined;
  }
}

/** Whether a secret stands where a locator says. Its value may be another. */
export function standsAt({ place }: SecretSighting, locator: SecretLocator): boolean {
  const wanted = locator.place;
  if ("field" in place) return wanted.kind === "field" && wanted.field === place.field;
  return (
    wanted.kind === "layer" &&
    place.layer.digest.startsWith(wanted.digest) &&
    wanted.path === place.path &&
    wanted.offset === place.offset &&
    wanted.length === place.length
  );
}
