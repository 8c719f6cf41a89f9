/** Where the images that files name are looked for. Loaded only when a file names one that no table knows. */

import type { ImageReference } from "../../../../model/workload.ts";
import type { ImageLookup } from "../../../../readers/contract.ts";
import { noCache, openCache } from "../../../../readers/image/layers/cache.ts";
import type { Io } from "../../../command.ts";
import { version } from "../../../version.ts";
import { imagesAtHand } from "./images-at-hand.ts";

export interface SettleOptions {
  readonly io: Io;
  /** Ask registries, and engines over the network, too. */
  readonly pull: boolean;
  readonly useCache: boolean;
}

export async function settleImages(
  wanted: readonly ImageReference[],
  { io, pull, useCache }: SettleOptions,
): Promise<ImageLookup | undefined> {
  const { environment } = io;
  const cache = useCache ? await openCache({ environment, version }) : noCache();
  try {
    return await imagesAtHand({ io, wanted, cache, remote: pull });
  } finally {
    cache.close();
  }
}
