/** What the main thread and the threads that scan layers say to each other. */

import type { FileRange } from "../stores/file-range.ts";
import type { LayerReport } from "./layer-report.ts";

export type ToWorker =
  | { readonly kind: "range"; readonly range: FileRange }
  /** The pieces of a stream follow. */
  | { readonly kind: "stream" }
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  | { readonly kind: "end"; readonly problem?: string };

export type FromWorker =
  | { readonly kind: "taken" }
  /** No more pieces are wanted. */
  | { readonly kind: "closed" }
  | { readonly kind: "report"; readonly report: PlainReport };

export type PlainReport = Omit<LayerReport, "paths"> & { readonly hashes: Float64Array };
