/** Images that lie in files or at a registry: `archive:`, `oci:`, `registry:`. */

import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Problem } from "../../../../readers/image/manifest/store.ts";
import type { OpenedStore } from "../../../../readers/image/open-store.ts";
import { scanBlob } from "../../../../readers/image/layers/scan-or-recall.ts";
import { openArchive, openOciDirectory } from "../../../../readers/image/open-store.ts";
import { readStore } from "../../../../readers/image/read-store.ts";
import { withReferrers } from "../../../../readers/image/stores/registry/referrers.ts";
import { openRegistry } from "../../../../readers/image/stores/registry/registry-store.ts";
import type { UsageProblem } from "../../../command.ts";
import type { SourceOptions, SourceReading, SourceTools } from "./read.ts";
import type { SourceTarget } from "./targets.ts";

export async function readStored(
  target: SourceTarget,
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const opened = await open(target, tools, options);
  if ("problem" in opened) return opened;
  const { platform } = options;
  return readStore(opened, {
    keyedHash: tools.keyedHash,
    now: options.io.now().getTime(),
    ...(platform === undefined ? {} : { platform }),
  });
}

async function open(
  { scheme, name, text }: SourceTarget,
  tools: SourceTools,
  { io, plainHttp, authorities }: SourceOptions,
): Promise<OpenedStore | UsageProblem> {
  const path = resolve(io.workingDirectory, name);
  if (scheme === "archive") {
    return helped(
      await openArchive(path, text, tools),
      "give a file that `docker save`, `podman save` or `skopeo copy` wrote: archive:app.tar",
    );
  }
  if (scheme === "oci") {
    return helped(
      await openOciDirectory(path, text, tools),
      "give a directory with index.json and blobs/, as `skopeo copy … oci:DIR` writes it",
    );
  }
  const store = await openRegistry({
    reference: name,
    name: text,
    scan: (blob, digest) => scanBlob(blob, digest, tools),
    plainHttp,
    places: { environment: io.environment, home: io.environment["HOME"] ?? homedir() },
    ...(authorities === undefined
      ? {}
      : { authorities: resolve(io.workingDirectory, authorities) }),
  });
  return "problem" in store
    ? { problem: store.problem, help: store.settle }
    : { store, problems: [], extend: (resolved) => withReferrers(store, resolved) };
}

function helped(opened: OpenedStore | Problem, help: string): OpenedStore | UsageProblem {
  return "problem" in opened ? { problem: opened.problem, help } : opened;
}
