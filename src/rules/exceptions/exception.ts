/** Exceptions: findings that somebody accepted, with a reason and perhaps an end. */

import type { Suppression } from "../../model/finding.ts";
import type { Span } from "../../model/source.ts";

export interface Exception {
  readonly by: Suppression["by"];
  /** Rule ids; unknown ones are reported. */
  readonly rules: readonly string[];
  readonly reason: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  readonly until?: string;
  /** Where it is written. */
  readonly span: Span;
  /** What it covers. */
  readonly scope: ExceptionScope;
}

export type ExceptionScope =
  /** Findings whose place, or whose only workload's place, is on one of these lines of this file. */
  | { readonly kind: "lines"; readonly path: string; readonly lines: readonly number[] }
  /** Findings all of whose workloads have an id with this prefix. */
  | { readonly kind: "workloads"; readonly prefix: string }
  /** Findings in files, of workloads, about subjects that match; an absent part matches all. */
  | {
      readonly kind: "match";
      readonly path?: (path: string) => boolean;
      readonly workload?: string;
      readonly subject?: string;
    };

const UNTIL = /(?:^|\s)until=(\S+)\s*$/;

/** Splits `reason… until=2027-01-31`. */
export function parseReason(text: string): { reason: string; until?: string } {
  const match = UNTIL.exec(text);
  if (match === null) return { reason: text.trim() };
  return { reason: text.slice(0, match.index).trim(), until: match[1] ?? "" };
}

/** Whether the text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
