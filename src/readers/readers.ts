/** The readers by kind. Each is loaded when there is something for it to read, so that a start pays for no other. */

import type { SourceFile } from "../model/source.ts";
import type { FileKind } from "./classify.ts";
import type { ReadContext, Reading } from "./contract.ts";

type FileReader = (file: SourceFile, context: ReadContext) => Reading;

export type Readers = Readonly<Record<Exclude<FileKind, "compose">, FileReader>> & {
  /** A Compose file is read together with those that override it. */
  readonly compose: (files: readonly SourceFile[], context: ReadContext) => Reading;
};

/** The readers of these kinds. Asking one of the others to read is a mistake of the caller's. */
export async function loadReaders(kinds: Iterable<FileKind>): Promise<Readers> {
  const wanted = new Set(kinds);
  const none = (): never => {
    throw new Error("a reader was not loaded");
  };
  return {
    dockerfile: wanted.has("dockerfile")
      ? (await import("./dockerfile/read.ts")).readDockerfile
      : none,
    compose: wanted.has("compose") ? (await import("./compose/read.ts")).readCompose : none,
    kubernetes: wanted.has("kubernetes")
      ? (await import("./kubernetes/read.ts")).readKubernetes
      : none,
    "run-lines": wanted.has("run-lines") ? (await import("./run-line/read.ts")).readRunLines : none,
    "oci-config": wanted.has("oci-config")
      ? (await import("./oci-config/read.ts")).readOciConfig
      : none,
  };
}
