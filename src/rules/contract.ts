/** What a rule is. */

import type { Origin, RelatedPlace } from "../model/fact.ts";
import type { Confidence, Fix, Severity } from "../model/finding.ts";
import type { ImagePlace, LayerState, SecretEvidence } from "../model/image-contents.ts";
import type { Span } from "../model/source.ts";
import type { Workload } from "../model/workload.ts";

export type RuleLayer =
  | "user"
  | "capabilities"
  | "control-planes-and-mounts"
  | "seccomp-mac-kernel"
  | "namespaces"
  | "cgroups-and-file-system"
  | "secrets"
  | "build";

export interface Rule {
  /** Kebab-case, for ever; the folder has the same name. */
  readonly id: string;
  /** One line: "Container runs as root". */
  readonly title: string;
  readonly layer: RuleLayer;
  /** The severity that it usually has; a finding may carry another. */
  readonly severity: Severity;
  readonly references: readonly Reference[];
  /** Pure and total: the same workload gives the same findings. */
  readonly check: (workload: Workload) => readonly FindingDraft[];
}

export interface Reference {
  /** "CIS Docker Benchmark 1.6.0", "Pod Security Standards (baseline)", "NIST SP 800-190", "NSA/CISA Kubernetes Hardening Guide 1.2" */
  readonly standard: string;
  readonly id: string;
}

/** A finding before it has a rule, a workload and a fingerprint. */
export interface FindingDraft {
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  readonly detail: string;
  readonly help: string;
  /** Where: the origin's span is primary and its other places are related; a default without a span points at the workload's source. */
  readonly at: Origin | Span;
  /** Where in an image it really is; `at` is then a span of the image's configuration. */
  readonly place?: ImagePlace;
  readonly state?: LayerState;
  readonly evidence?: SecretEvidence;
  readonly label?: string;
  readonly related?: readonly RelatedPlace[];
  readonly fix?: Fix;
  readonly subject: string;
}
