/**
 * What became of a file in the layers above its own. Engines lay layers over each other, and what a
 * layer deletes or overwrites stays in the one below: whoever can pull the image has it.
 */

import type { LayerState } from "../../../model/image-contents.ts";
import type { LayerReport } from "./layer-report.ts";
import { parentsOf } from "./paths.ts";

type Above = Pick<LayerReport, "deleted" | "emptied" | "paths">;

interface LayerChanges {
  readonly deleted: ReadonlySet<string>;
  readonly emptied: ReadonlySet<string>;
  readonly paths: LayerReport["paths"];
}

/** Tells for a path of a layer what the layers above made of it. */
export type StateOf = (layer: number, path: string) => LayerState;

export function layerStates(layers: readonly Above[]): StateOf {
  const changes: LayerChanges[] = layers.map(({ deleted, emptied, paths }) => ({
    deleted: new Set(deleted),
    emptied: new Set(emptied),
    paths,
  }));
  return (layer, path) => {
    const parents = parentsOf(path);
    for (let above = layer + 1; above < changes.length; above++) {
      const change = changes[above];
      if (change === undefined) continue;
      const is = changeOf(change, path, parents);
      if (is !== undefined) return { is, byLayer: above };
    }
    return { is: "live" };
  };
}

function changeOf(
  { deleted, emptied, paths }: LayerChanges,
  path: string,
  parents: readonly string[],
): "overwritten" | "deleted" | "hidden" | undefined {
  // A layer may delete a path and bring it anew; the new file is what one sees.
  if (paths.has(path)) return "overwritten";
  if (deleted.has(path)) return "deleted";
  for (const parent of parents) {
    if (deleted.has(parent)) return "deleted";
    // A file or link in a directory's place takes all that was in it away.
    if (paths.hasNonDirectory(parent)) return "overwritten";
    if (emptied.has(parent)) return "hidden";
  }
  return emptied.has("/") ? "hidden" : undefined;
}
