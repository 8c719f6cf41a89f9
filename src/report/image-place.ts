/** Places in images as text, and what proves a secret there without telling it. */

import type { Finding } from "../model/finding.ts";
import { formatLocator } from "../model/secret-locator.ts";
import { maskText } from "./mask/line.ts";
import { placeOf } from "./place.ts";
import { plainLine } from "./sanitize.ts";

/** The target as it is shown, with which of several images in it; the target alone for what stands elsewhere. */
export function imageNameOf({ place, primary }: Finding): string {
  const { path } = primary.file;
  if (place === undefined || path.startsWith(`${place.image}#`)) return path;
  return place.image;
}

/** Where a finding is: `image:app:1.0 layer 4 /app/.npmrc`, `image:app:1.0 config.Env[3]`, or `path:line:column`. */
export function findingPlace(finding: Finding): string {
  const { place, primary } = finding;
  if (place === undefined) return placeOf(primary);
  const where = "layer" in place ? `layer ${String(place.layer.index)} ${place.path}` : place.field;
  return plainLine(`${imageNameOf(finding)} ${where}`);
}

/** Whether the finding's primary span shows what it is about: not where the bytes stand in a layer or an attestation. */
export function isShownInSource({ place }: Finding): boolean {
  if (place === undefined) return true;
  return "field" in place && /^(?:config\.|container_config\.|history\[)/.test(place.field);
}

/** Other paths of a file that are listed. */
const MAX_ALIASES = 5;

/** What leads to the finding's bytes and lets them be told again, as names and texts, plain; none outside of images. */
export function proofOf(finding: Finding): readonly (readonly [string, string])[] {
  const { place, evidence } = finding;
  if (place === undefined) return [];
  const proof: [string, string][] = [];
  if ("layer" in place) {
    const { layer, offset, length, layerOffset } = place;
    proof.push(["layer", `${String(layer.index)} (${layer.digest})`]);
    if (layer.createdBy !== undefined) proof.push(["created by", maskText(layer.createdBy)]);
    if (length > 0) {
      const inLayer =
        layerOffset === undefined ? "" : `, byte ${String(layerOffset)} of the unpacked layer`;
      proof.push(["bytes", `${String(length)} at byte ${String(offset)} of the file${inLayer}`]);
    }
  } else proof.push(["field", place.field]);
  if (evidence === undefined) return plain(proof);
  const { detector, checksum, encoding, keyedHash, count, aliases = [] } = evidence;
  const sum = { valid: ", checksum right", invalid: ", checksum wrong", none: "" }[checksum];
  const form = encoding === "plain" ? "" : `, in ${encoding}`;
  const more = count > 1 ? `; ${String(count)} in all, the first is told here` : "";
  proof.push(["detector", `${detector}${sum}${form}${more}`]);
  if (aliases.length > 0) {
    const rest =
      aliases.length > MAX_ALIASES ? `, ${String(aliases.length - MAX_ALIASES)} more` : "";
    proof.push(["hard links", `${aliases.slice(0, MAX_ALIASES).join(", ")}${rest}`]);
  }
  if (keyedHash !== undefined) proof.push(["verify", formatLocator({ place, keyedHash })]);
  return plain(proof);
}

function plain(proof: readonly [string, string][]): [string, string][] {
  return proof.map(([name, text]) => [name, plainLine(text)]);
}

/** The proof as lines `name: text`. */
export function proofLines(finding: Finding): string[] {
  return proofOf(finding).map(([name, text]) => `${name}: ${text}`);
}
