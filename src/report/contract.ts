/** What the formats print: the outcome of one run. */

import type { Unknown } from "../model/fact.ts";
import type { Finding, Severity } from "../model/finding.ts";
import type { Workload } from "../model/workload.ts";
import type { StandardResult } from "../standards/contract.ts";

/** The threshold that holds when neither option, environment nor configuration gives one. */
export const DEFAULT_FAIL_ON: Severity = "medium";

/** What the run was asked to hold the findings to. */
export interface Settings {
  /** The configuration that holds, as reported; absent when none does. */
  readonly config?: string;
  /** A configuration that was found and does not hold for these targets. */
  readonly passedOver?: string;
  /** The least severity that fails the run. */
  readonly failOn: Severity | "none";
}

export interface Report {
  readonly tool: { readonly name: string; readonly version: string };
  readonly workloads: readonly Workload[];
  /** Graver first; suppressed ones are among them. */
  readonly findings: readonly Finding[];
  readonly unknowns: readonly Unknown[];
  readonly summary: Summary;
  /** Verdicts of published standards that were asked for. */
  readonly standards: readonly StandardResult[];
  /** Absent in a report that no run of the command line made. */
  readonly settings?: Settings;
  /** Names a file alike wherever the run's working directory is, for fingerprints; absent: as reported. */
  readonly stablePath?: (path: string) => string;
  /** Files that were read. */
  readonly files: number;
  /**
   * Finds the secret values that the run knows in a text, for the lines of source that are shown. It
   * is a function, so that no format can print the values; absent when there are none.
   */
  readonly findSecretValues?: (
    text: string,
  ) => readonly { readonly start: number; readonly end: number }[];
}

/** Counts of findings that are not suppressed, and of those that are. */
export type Summary = Readonly<Record<Severity, number>> & {
  readonly suppressed: number;
  readonly unknown: number;
};

export interface FormatOptions {
  /** Columns to fit in; terminal formats only. */
  readonly width: number;
  readonly color: boolean;
  /** Show suppressed findings too. */
  readonly showSuppressed: boolean;
  /** Print each workload's layers. */
  readonly posture: boolean;
  /** Hyperlinks in a terminal; they need `root`. */
  readonly links: boolean;
  /** The `file:` URL of the directory that paths are relative to. */
  readonly root?: string;
}

/** A format turns a report into text. Pure. */
export type Format = (report: Report, options: FormatOptions) => string;

/** A format whose text may be long: it gives the pieces of it in order. Pure. */
export type LongFormat = (report: Report, options: FormatOptions) => Iterable<string>;
