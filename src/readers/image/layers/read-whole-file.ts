/** Reads small files of known forms for the secrets that only their form tells. */

import type { AssignedSecret } from "../../../detect/assignments.ts";
import { findAssignedSecrets } from "../../../detect/assignments.ts";
import { findJsonPairs, findSourcePairs } from "../../../detect/named-pairs.ts";
import { credentialFile } from "../../../detect/credential-files.ts";
import { holdsNoCredential } from "../../../detect/credential-content.ts";
import { findByForm } from "../../../detect/files/line-forms.ts";
import { withoutOverlaps } from "../../../detect/find-secrets.ts";
import { wideFile } from "../../../detect/scan/wide-file.ts";
import type { LayerSighting } from "./layer-report.ts";
import type { WholeFile } from "./whole-files.ts";
import { isSettingsSource } from "./whole-files.ts";

/**
 * Secrets of a file. A file that is a credential by its name, and in which nothing is found, is itself
 * one with low confidence, unless its content shows that it holds none.
 */
export function readWholeFile(
  { path, bytes, layerOffset: fileOffset }: WholeFile,
  keyedHash: (value: Uint8Array) => string,
): readonly LayerSighting[] {
  const { text, base, width, encoding } = textOf(bytes);
  const sightings = secretsOf(path, text).map(({ start, end, ...found }): LayerSighting => ({
    path,
    offset: base + width * start,
    length: width * (end - start),
    ...(fileOffset === undefined ? {} : { layerOffset: fileOffset + base + width * start }),
    ...found,
    checksum: "none",
    encoding,
    keyedHash: keyedHash(Buffer.from(text.slice(start, end), "latin1")),
  }));
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

/** A text whose units stand in the file one after the other, from a place on. */
interface FileText {
  readonly text: string;
  readonly base: number;
  /** Bytes of a unit. */
  readonly width: 1 | 2;
  readonly encoding: LayerSighting["encoding"];
}

/** Latin-1 has a character for every byte, so that places are the file's. */
function textOf(bytes: Uint8Array): FileText {
  const wide = wideFile(bytes);
  if (wide !== undefined) return { ...wide, width: 2 };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return { text, base: 0, width: 1, encoding: "plain" };
}

type Found = Pick<LayerSighting, "detector" | "title" | "confidence"> & {
  readonly start: number;
  readonly end: number;
};

function secretsOf(path: string, text: string): Found[] {
  const byForm = findByForm(path, text).map(
    ({ start, end, detector, title, confidence }): Found => ({
      start,
      end,
      detector,
      title,
      confidence,
    }),
  );
  const byName = namedIn(path, text).map(({ start, end, what, confidence }): Found => ({
    start,
    end,
    detector: "assigned-value",
    title: what.replace(/^an? /, ""),
    confidence,
  }));
  return withoutOverlaps([...byForm, ...byName]);
}

function namedIn(path: string, text: string): readonly AssignedSecret[] {
  if (isSettingsSource(path)) return findSourcePairs(text);
  // Lines of a text that Vim edits end with NUL in its swap file.
  const lines = /\.sw[a-p]$/.test(path) ? text.replaceAll("\0", "\n") : text;
  return [...findAssignedSecrets(lines), ...(path.endsWith(".json") ? findJsonPairs(text) : [])];
}
