/** What is known of a layer that could not be read. */

import type { LayerReport } from "./layer-report.ts";
import { pathSetOf } from "./path-set.ts";

/** In the place of such a layer: it changes nothing, and holds nothing that is known. */
export function nothingRead(problems: readonly string[] = []): LayerReport {
  return {
    bytes: 0,
    members: 0,
    sightings: [],
    links: [],
    setuid: [],
    capable: [],
    writableCode: [],
    dropping: [],
    deleted: [],
    emptied: [],
    paths: pathSetOf(new Float64Array(0)),
    problems,
  };
}
