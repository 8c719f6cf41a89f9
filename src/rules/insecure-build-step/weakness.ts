/** The shape that the parts of this rule share. */

import type { Origin } from "../../model/fact.ts";
import type { Confidence, Severity } from "../../model/finding.ts";
import type { Span } from "../../model/source.ts";
import type { FindingDraft } from "../contract.ts";

export interface Weakness {
  readonly severity: Severity;
  readonly confidence?: Confidence;
  readonly message: string;
  readonly detail: string;
  readonly help: string;
  readonly label: string;
}

/** A finding on a weakness at a place. */
export function draft(
  weakness: Weakness & { readonly at: Origin | Span; readonly subject: string },
): FindingDraft {
  return { ...weakness, confidence: weakness.confidence ?? "high" };
}
