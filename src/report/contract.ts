/** What the formats print: the outcome of one run. */

import type { Unknown } from "../model/fact.ts";
import type { Finding, Severity } from "../model/finding.ts";
import type { Span } from "../model/source.ts";
import type { Workload } from "../model/workload.ts";

export interface Report {
  readonly tool: { readonly name: string; readonly version: string };
  readonly workloads: readonly Workload[];
  /** Graver first; suppressed ones are among them. */
  readonly findings: readonly Finding[];
  readonly unknowns: readonly Unknown[];
  readonly summary: Summary;
  /** Verdicts of published standards that were asked for. */
  readonly standards: readonly StandardResult[];
  /** Files that were read. */
  readonly files: number;
}

/** Counts of findings that are not suppressed, and of those that are. */
export type Summary = Readonly<Record<Severity, number>> & {
  readonly suppressed: number;
  readonly unknown: number;
};

/** One pod judged by one published standard. */
export interface StandardResult {
  /** "pod-security:restricted@1.37" */
  readonly standard: string;
  readonly pod: string;
  readonly source: Span;
  readonly failures: readonly StandardFailure[];
}

export interface StandardFailure {
  /** The check's published id: `capabilities_baseline`. */
  readonly check: string;
  /** A short reason, then containers and values. */
  readonly reason: string;
  readonly detail: string;
  /** The fields that fail, each at its place. */
  readonly fields: readonly { readonly field: string; readonly span: Span }[];
}

export interface FormatOptions {
  /** Columns to fit in; terminal formats only. */
  readonly width: number;
  readonly color: boolean;
  /** Show suppressed findings too. */
  readonly showSuppressed: boolean;
  /** Print each workload's layers. */
  readonly posture: boolean;
  /** Hyperlinks in a terminal. */
  readonly links: boolean;
}

/** A format turns a report into text. Pure. */
export type Format = (report: Report, options: FormatOptions) => string;
