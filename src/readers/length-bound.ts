/** How long a text each reader takes. People write far shorter ones; reading stays within two seconds. */

import type { Unknown } from "../model/fact.ts";
import type { SourceFile } from "../model/source.ts";
import type { FileKind } from "./classify.ts";
import { MAX_FILE_BYTES } from "./files.ts";

/** In UTF-16 code units. Kubernetes manifests are bounded by their tokens, since charts render to much text. */
const MAX_LENGTH: Readonly<Record<FileKind, number>> = {
  dockerfile: 512 * 1024,
  compose: 512 * 1024,
  kubernetes: MAX_FILE_BYTES,
  "run-lines": 512 * 1024,
  "oci-config": 512 * 1024,
};

const NAMES: Readonly<Record<FileKind, string>> = {
  dockerfile: "Dockerfile",
  compose: "Compose file",
  kubernetes: "Kubernetes manifest",
  "run-lines": "file with run lines",
  "oci-config": "config.json",
};

/** Why this file is not read as this kind, when it is too long for it. */
export function tooLong(file: SourceFile, kind: FileKind): Unknown | undefined {
  const limit = MAX_LENGTH[kind];
  if (file.text.length <= limit) return undefined;
  const size = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
  return {
    span: { file, start: 0, end: 0 },
    path: file.path,
    what: "file",
    why: `it is longer than the ${size} that are read of a ${NAMES[kind]}`,
    settle: "split it, or leave it out with `exclude:` in plimsoll.yaml",
  };
}
