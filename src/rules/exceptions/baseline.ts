/** A baseline: the findings that were there when a project started to use Plimsoll. */

import type { Finding } from "../../model/finding.ts";

const BASELINE_SCHEMA = "plimsoll/baseline/v1";

export interface Baseline {
  readonly schema: typeof BASELINE_SCHEMA;
  /**
   * The folder that the paths of files without a checkout are relative to, itself relative to the folder of the
   * baseline, with `/`. Left out when every file lies in a checkout, whose own root serves.
   */
  readonly root?: string;
  /** Sorted by path, rule and fingerprint, so that the file changes little. */
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  /** Relative to the root that fingerprints are made with, wherever the run was. */
  readonly path: string;
}

/** A baseline of all findings that are not suppressed otherwise. */
export function baselineOf(
  findings: readonly Finding[],
  stablePath: (path: string) => string,
  root?: string,
): Baseline {
  const entries = findings
    .filter((finding) => finding.suppressed === undefined || finding.suppressed.by === "baseline")
    .map(({ fingerprint, rule, primary }) => ({
      fingerprint,
      rule,
      path: stablePath(primary.file.path),
    }));
  const key = (entry: BaselineEntry): string =>
    `${entry.path}\0${entry.rule}\0${entry.fingerprint}`;
  return {
    schema: BASELINE_SCHEMA,
    ...(root === undefined ? {} : { root }),
    findings: entries.sort((left, right) => (key(left) < key(right) ? -1 : 1)),
  };
}

/** Reads a baseline; a text says why it is none. */
export function parseBaseline(text: string): Baseline | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return "it is not valid JSON";
  }
  if (typeof data !== "object" || data === null || !("schema" in data)) return "it has no `schema`";
  if (data.schema !== BASELINE_SCHEMA) return `its schema is not ${BASELINE_SCHEMA}`;
  const list = "findings" in data ? data.findings : undefined;
  if (!Array.isArray(list) || !list.every(isEntry)) return "its `findings` are not all entries";
  const root = "root" in data ? data.root : undefined;
  if (root !== undefined && typeof root !== "string") return "its `root` is not text";
  return { schema: BASELINE_SCHEMA, ...(root === undefined ? {} : { root }), findings: list };
}

/** Marks what the baseline holds; also gives the entries that nothing matches any more. */
export function applyBaseline(
  findings: readonly Finding[],
  baseline: Baseline,
): { findings: Finding[]; stale: readonly BaselineEntry[] } {
  const known = new Map(baseline.findings.map((entry) => [entry.fingerprint, entry]));
  const stale = new Map(known);
  const judged = findings.map((finding) => {
    if (!known.has(finding.fingerprint)) return finding;
    stale.delete(finding.fingerprint);
    if (finding.suppressed !== undefined) return finding;
    return { ...finding, suppressed: { by: "baseline", reason: "in the baseline" } as const };
  });
  return { findings: judged, stale: [...stale.values()] };
}

function isEntry(value: unknown): value is BaselineEntry {
  return (
    typeof value === "object" &&
    value !== null &&
    ["fingerprint", "rule", "path"].every(
      (key) => typeof (value as Record<string, unknown>)[key] === "string",
    )
  );
}
