/** Findings: what a rule says of a workload. */

import type { RelatedPlace } from "./fact.ts";
import type { ImagePlace, LayerState, SecretEvidence } from "./image-contents.ts";
import type { Location, Span } from "./source.ts";

/** critical: host root in one step. */
export type Severity = "critical" | "high" | "medium" | "low" | "info";
export type Confidence = "high" | "medium" | "low";

export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** Whether `severity` is as grave as `threshold` or graver. */
export function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}

/** A replacement of one span. Safe only when proved; else a person must look. */
export interface Edit {
  readonly span: Span;
  readonly replacement: string;
}

export interface Fix {
  readonly disposition: "safe" | "review";
  /** One line on what the edits do. */
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Ids of the workloads that have it; the first one gave it. */
  readonly workloads: readonly string[];
  /** A short reason, one line, no full stop: "runs as root". */
  readonly message: string;
  /** One to three sentences: what holds here, and what an attacker gains. */
  readonly detail: string;
  /** What to do here, in this form of file, as one imperative sentence or a snippet to write. */
  readonly help: string;
  /** For a finding in an image's layer or attestation, a span of the image's configuration: `place` says where it is. */
  readonly primary: Span;
  /** Where in an image, for what stands in a layer or in one of its documents. */
  readonly place?: ImagePlace;
  /** What became of the place's file in the layers above. */
  readonly state?: LayerState;
  /** What proves a secret at the place. */
  readonly evidence?: SecretEvidence;
  /** A few words under the primary span. */
  readonly label: string;
  readonly related: readonly RelatedPlace[];
  readonly fix?: Fix;
  /** What the finding is about, free of places: a capability, a path, a variable's name. Part of the fingerprint. */
  readonly subject: string;
  readonly fingerprint: string;
  readonly suppressed?: Suppression;
}

/** Why a finding does not count. */
export interface Suppression {
  readonly by: "inline" | "config" | "annotation" | "baseline";
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly until?: string;
  readonly location?: Location;
}
