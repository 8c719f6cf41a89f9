/** GitLab's Code Quality report: a subset of the Code Climate format. */

import type { Severity } from "../../model/finding.ts";
import { sha256 } from "../../model/sha256.ts";
import type { Span } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import { shownFindings } from "../arrange.ts";
import type { Format, Report } from "../contract.ts";
import { proofLines } from "../image-place.ts";
import { plainLine, safeJson } from "../sanitize.ts";

/** Source: GitLab's documentation, "Code Quality report format". */
type GitlabSeverity = "info" | "minor" | "major" | "critical" | "blocker";

const SEVERITIES: Readonly<Record<Severity, GitlabSeverity>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  info: "info",
};

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: GitlabSeverity;
  readonly location: {
    readonly path: string;
    readonly lines: { readonly begin: number; readonly end: number };
  };
}

export const gitlabFormat: Format = (report, { showSuppressed }) => {
  const findings = shownFindings(report, showSuppressed).map((finding): Issue => {
    const { rule, severity, message, detail, primary, suppressed } = finding;
    const quiet = suppressed === undefined ? "" : `suppressed (${suppressed.reason}): `;
    const proof = proofLines(finding).join("; ");
    return {
      description: plainLine(
        `${quiet}${message}${detail === "" ? "" : `. ${detail}`}${proof === "" ? "" : ` (${proof})`}`,
      ),
      check_name: rule,
      fingerprint: finding.fingerprint,
      severity: suppressed === undefined ? SEVERITIES[severity] : "info",
      location: locationJson(primary.file.path, primary),
    };
  });
  return `${safeJson(withDistinctFingerprints([...findings, ...unknownIssues(report), ...standardIssues(report)]))}\n`;
};

function unknownIssues({ unknowns, stablePath = (path) => path }: Report): Issue[] {
  return unknowns.map(({ span, path, what, why, settle }) => ({
    description: plainLine(`Unknown: ${what}: ${why}. To settle it: ${settle}`),
    check_name: "unknown",
    fingerprint: sha256(`unknown\0${stablePath(path)}\0${what}\0${why}`).slice(0, 32),
    severity: "major",
    location: locationJson(span?.file.path ?? path, span),
  }));
}

function standardIssues({ standards, stablePath = (path) => path }: Report): Issue[] {
  return standards.flatMap(({ standard, pod, source, failures }) =>
    failures.map(({ check, reason, detail, fields }): Issue => {
      const span = fields[0]?.span ?? source;
      return {
        description: plainLine(`${pod} fails ${standard}: ${reason}: ${detail}`),
        check_name: check,
        fingerprint: sha256(`${standard}\0${stablePath(span.file.path)}\0${pod}\0${check}`).slice(
          0,
          32,
        ),
        severity: "critical",
        location: locationJson(span.file.path, span),
      };
    }),
  );
}

/** GitLab keeps one issue of a fingerprint, so equal ones are told apart by their order. */
function withDistinctFingerprints(issues: readonly Issue[]): Issue[] {
  const seen = new Map<string, number>();
  return issues.map((issue) => {
    const count = seen.get(issue.fingerprint) ?? 0;
    seen.set(issue.fingerprint, count + 1);
    if (count === 0) return issue;
    return { ...issue, fingerprint: sha256(`${issue.fingerprint}\0${count}`).slice(0, 32) };
  });
}

/** GitLab wants paths from the root of the repository, without `./`. */
function locationJson(path: string, span: Span | undefined): Issue["location"] {
  const begin = span === undefined ? 1 : positionAt(span.file, span.start).line;
  const end =
    span === undefined ? begin : positionAt(span.file, Math.max(span.start, span.end - 1)).line;
  return { path: path.replace(/^(\.\/)+/, ""), lines: { begin, end: Math.max(begin, end) } };
}
