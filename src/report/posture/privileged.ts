/** What `privileged` means for the layers that it turns off. */

import type { Fact } from "../../model/fact.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { LayerRow } from "./layer.ts";
import { row } from "./layer.ts";

/**
 * The row of a layer that `privileged` turns off, when it is or may be privileged and nothing is
 * written for the layer itself; undefined when the layer's own fact holds.
 */
export function privilegedRow(
  { privileged }: Runtime,
  own: Fact<unknown> | undefined,
  off: string,
  layer: string,
): LayerRow | undefined {
  if (own?.origin.kind === "set" || (privileged.known && !privileged.value)) return undefined;
  if (privileged.known) return row(`${off} (privileged)`, privileged.origin, "looser");
  const why = `${layer} unknown, since it may be privileged: ${privileged.why}`;
  return row(why, privileged.origin, "unknown");
}
