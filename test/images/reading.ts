/** Reads an image by its target, without a cache, in this thread. */

import { createScanners } from "../../src/readers/image/layers/scanners.ts";
import { noCache } from "../../src/readers/image/layers/cache.ts";
import { keyedHashWith } from "../../src/readers/image/layers/scan-with-key.ts";
import { openArchive, openOciDirectory } from "../../src/readers/image/open-store.ts";
import type { StoreReading } from "../../src/readers/image/read-store.ts";
import { readStore } from "../../src/readers/image/read-store.ts";
import { KEY } from "./plan.ts";

export async function readTarget(target: string): Promise<StoreReading> {
  const colon = target.indexOf(":");
  const path = target.slice(colon + 1);
  const tools = { cache: noCache(), scanners: createScanners({ key: KEY, threads: 0 }) };
  const open = target.startsWith("oci:") ? openOciDirectory : openArchive;
  const opened = await open(path, target, tools);
  if ("problem" in opened) {
    return {
      workloads: [],
      documents: [],
      unknowns: [{ path: target, what: "image", why: opened.problem, settle: "" }],
    };
  }
  return readStore(opened, { keyedHash: keyedHashWith(KEY) });
}
