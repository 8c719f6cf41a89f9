/** Keeps what the scan of a layer found for the images of one run that share it. */

import type { ImageStore, Problem } from "../manifest/store.ts";
import type { LayerReport } from "./layer-report.ts";

/** Beyond either, the layer that was asked for the longest ago is forgotten. */
const MAX_LAYERS = 512;
const MAX_WEIGHT = 32 * 1024 * 1024;

export function rememberingLayers(store: ImageStore): ImageStore {
  const kept = new Map<string, Promise<LayerReport | Problem>>();
  const weights = new Map<string, number>();
  let weight = 0;
  const forget = (key: string): void => {
    kept.delete(key);
    weight -= weights.get(key) ?? 0;
    weights.delete(key);
  };
  return {
    ...store,
    layer: (descriptor, diffId) => {
      const key = descriptor.path ?? descriptor.digest;
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known;
      }
      const scanned = store.layer(descriptor, diffId).then((report) => {
        if (kept.get(key) === scanned && !("problem" in report)) {
          weights.set(key, weightOf(report));
          weight += weightOf(report);
        }
        for (const oldest of kept.keys()) {
          if (kept.size <= MAX_LAYERS && weight <= MAX_WEIGHT) break;
          // Whoever waits for one still gets it.
          forget(oldest);
        }
        return report;
      });
      kept.set(key, scanned);
      return scanned;
    },
  };
}

/** Bytes, roughly. */
function weightOf({ paths, sightings, deleted }: LayerReport): number {
  return paths.hashes.byteLength + 400 * sightings.length + 100 * deleted.length;
}
