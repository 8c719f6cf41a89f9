/** Where the images that files name are looked for. Loaded only when a file names one that no table knows. */

import type { ImageReference } from "../../../../model/image-reference.ts";
import type { ImageAtHand, ImageLookup } from "../../../../readers/contract.ts";
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

const NONE: ReadonlyMap<string, ImageAtHand> = new Map();

async function atRegistries(
  io: Io,
  wanted: readonly ImageReference[],
): Promise<ReadonlyMap<string, ImageAtHand>> {
  const { imagesAtRegistry } = await import("./images-at-registry.ts");
  return imagesAtRegistry(io, wanted);
}

export async function settleImages(
  wanted: readonly ImageReference[],
  { io, pull, useCache }: SettleOptions,
): Promise<ImageLookup | undefined> {
  const { environment } = io;
  const cache = useCache ? openCache({ environment, version }) : noCache(environment);
  try {
    const local = await imagesAtHand({ io, wanted, cache, remote: pull });
    const missing = pull ? wanted.filter(({ text }) => !local.has(text)) : [];
    const pulled = missing.length === 0 ? NONE : await atRegistries(io, missing);
    if (local.size + pulled.size === 0) return undefined;
    return ({ text }) => local.get(text) ?? pulled.get(text);
  } finally {
    cache.close();
  }
}
