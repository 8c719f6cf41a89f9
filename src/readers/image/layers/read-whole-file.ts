/** Reads small files of known forms for the secrets that only their form tells. */

import { findAssignedSecrets } from "../../../detect/assignments.ts";
import { credentialFile } from "../../../detect/credential-files.ts";
import { holdsNoCredential } from "../../../detect/credential-content.ts";
import type { LayerSighting } from "./layer-report.ts";
import type { WholeFile } from "./whole-files.ts";

/**
 * Secrets of a file. A file that is a credential by its name, and in which nothing is found, is itself
 * one with low confidence, unless its content shows that it holds none.
 */
export function readWholeFile(
  { path, bytes, member }: WholeFile,
  keyedHash: (value: Uint8Array) => string,
): readonly LayerSighting[] {
  // Latin-1 has a character for every byte, so that places are the file's.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const fileOffset = member?.dataOffset;
  const sightings = findAssignedSecrets(text).map(
    ({ start, end, what, confidence }): LayerSighting => ({
      path,
      offset: start,
      length: end - start,
      ...(fileOffset === undefined ? {} : { layerOffset: fileOffset + start }),
      detector: "assigned-value",
      title: what.replace(/^an? /, ""),
      confidence,
      checksum: "none",
      encoding: "plain",
      keyedHash: keyedHash(bytes.subarray(start, end)),
    }),
  );
  if (sightings.length > 0 || holdsNoCredential(path, text) || text.trim() === "") return sightings;
  const named = credentialFile(path);
  if (named === undefined) return [];
  return [
    {
      path,
      offset: 0,
      length: bytes.length,
      ...(fileOffset === undefined ? {} : { layerOffset: fileOffset }),
      detector: "credential-file",
      title: named.what,
      confidence: "low",
      checksum: "none",
      encoding: "plain",
      keyedHash: keyedHash(bytes),
    },
  ];
}
