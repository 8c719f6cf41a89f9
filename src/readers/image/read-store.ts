/** Reads every image of a store. */

import type { Unknown } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { resolveImages } from "./manifest/resolve-images.ts";
import { rememberingLayers } from "./layers/remember.ts";
import { gatherLayers } from "./manifest/scattered.ts";
import type { Problem } from "./manifest/store.ts";
import type { KeyedHash } from "./documents/secrets-in-text.ts";
import type { OpenedStore } from "./open-store.ts";
import { readImage } from "./read-image.ts";

export interface StoreReading {
  readonly workloads: readonly Workload[];
  readonly unknowns: readonly Unknown[];
  /** The images' configurations as they are shown. */
  readonly documents: readonly SourceFile[];
}

export interface StoreOptions {
  readonly keyedHash: KeyedHash;
  /** `linux/arm64`; every platform that is there when absent. */
  readonly platform?: string;
  /** The time of the report, in milliseconds of Unix time; now when absent. */
  readonly now?: number;
}

export async function readStore(
  { store: opened, problems, missing = [], extend }: OpenedStore,
  options: StoreOptions,
): Promise<StoreReading> {
  const store = rememberingLayers(opened);
  const listed = await resolveImages(
    store,
    options.platform === undefined ? {} : { platform: options.platform },
  );
  const resolved = extend === undefined ? listed : await extend(listed);
  const inside = problems.map((problem): Problem => ({ problem }));
  const unknowns: Unknown[] = [...inside, ...missing, ...resolved.problems].map(
    ({ problem, settle }) => ({
      path: store.name,
      what: "image",
      why: problem,
      settle: settle ?? settleOf(problem),
    }),
  );
  const { images, otherPlatforms } = resolved;
  if (images.length === 0 && unknowns.length === 0) {
    unknowns.push({
      path: store.name,
      what: "image",
      why:
        otherPlatforms.length === 0
          ? "there is no image in it"
          : `it has no image for ${options.platform ?? "any platform"} (but for ${otherPlatforms.join(", ")})`,
      settle: "name another platform with --platform, or another image",
    });
  }
  const workloads: Workload[] = [];
  const documents: SourceFile[] = [];
  for (const found of images) {
    const image = await gatherLayers(found, store);
    const reading = await readImage(store, image, {
      keyedHash: options.keyedHash,
      several: images.length > 1,
      ...(options.now === undefined ? {} : { now: options.now }),
    });
    workloads.push(reading.workload);
    documents.push(reading.file);
    unknowns.push(...reading.unknowns);
  }
  store.close();
  return { workloads, unknowns, documents };
}

function settleOf(why: string): string {
  const unreadable = /compressed with (bzip2|xz|lzma)/.exec(why)?.[1];
  return unreadable === undefined
    ? "save, build or pull the image anew"
    : `decompress it first: ${unreadable} -d FILE`;
}
