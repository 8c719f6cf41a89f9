/** What judging a pod by a published standard gives. */

import type { Span } from "../model/source.ts";

/** One pod judged by one published standard. No failures: the pod meets it. */
export interface StandardResult {
  /** Name, level and version: "pod-security:restricted@1.37". */
  readonly standard: string;
  /** For people: "Deployment web". */
  readonly pod: string;
  readonly source: Span;
  readonly failures: readonly StandardFailure[];
}

export interface StandardFailure {
  /** The check's published id: `capabilities_baseline`. */
  readonly check: string;
  /** Weaker checks of the standard that this one stands in for and that the pod fails as well. */
  readonly overrides?: readonly string[];
  /** A short reason: "non-default capabilities". */
  readonly reason: string;
  /** One sentence with containers and values. */
  readonly detail: string;
  /** The fields that fail, each at its place; for a missing field the nearest place that exists. */
  readonly fields: readonly { readonly field: string; readonly span: Span }[];
}
