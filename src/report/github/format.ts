/**
 * GitHub workflow annotations.
 *
 * The runner shows 10 errors, 10 warnings and 10 notices a step as annotations. Those are written as
 * workflow commands, the rest as plain lines of the log.
 * Source: actions/toolkit packages/core/src/command.ts (escapes); actions/runner
 * src/Runner.Worker/ActionCommandManager.cs and src/Runner.Common/ActionCommand.cs (what is a command:
 * a line that begins with `::` after blanks, or that holds `##[` anywhere).
 */

import type { Unknown } from "../../model/fact.ts";
import type { Finding, Severity } from "../../model/finding.ts";
import { locationOf } from "../../model/source.ts";
import type { StandardResult } from "../../standards/contract.ts";
import { plural, rank, shownFindings } from "../arrange.ts";
import type { Format } from "../contract.ts";
import { findingPlace, proofLines } from "../image-place.ts";
import { placeOf } from "../place.ts";
import { plainLine, withoutCommands, withoutOldCommands } from "../sanitize.ts";
import type { Span } from "../../model/source.ts";

type Level = "error" | "warning" | "notice";

const LEVELS: Readonly<Record<Severity, Level>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** Annotations of one level that a step shows. */
const SHOWN = 10;

interface Annotation {
  readonly level: Level;
  readonly path: string;
  readonly span: Span | undefined;
  readonly title: string;
  readonly message: string;
}

export const githubFormat: Format = (report, { showSuppressed }) => {
  const findings = shownFindings(report, showSuppressed).toSorted(
    (left, right) => rank(left.severity) - rank(right.severity),
  );
  const annotations = [
    ...findings.map(ofFinding),
    ...report.standards.filter(({ failures }) => failures.length > 0).map(ofStandard),
    ...report.unknowns.map(ofUnknown),
  ];
  const used: Record<Level, number> = { error: 0, warning: 0, notice: 0 };
  const commands: string[] = [];
  const rest: string[] = [];
  for (const annotation of annotations) {
    used[annotation.level] += 1;
    if (used[annotation.level] <= SHOWN) commands.push(commandLine(annotation));
    else rest.push(logLine(annotation));
  }
  if (rest.length > 0) {
    const note = `GitHub shows ${SHOWN} annotations of a level for each step; ${plural(rest.length, "more")} follow as text`;
    rest.unshift(note.replace("mores", "more"));
  }
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
  return withoutOldCommands(text(commands)) + withoutCommands(text(rest));
};

function ofFinding(finding: Finding): Annotation {
  const { rule, severity, message, detail, help, primary, suppressed } = finding;
  const quiet = suppressed === undefined ? "" : `suppressed (${suppressed.reason}): `;
  const related = finding.related.map(({ span, label }) => `see also ${placeOf(span)} ${label}`);
  return {
    level: suppressed === undefined ? LEVELS[severity] : "notice",
    path: finding.place === undefined ? primary.file.path : findingPlace(finding),
    span: finding.place === undefined ? primary : undefined,
    title: `${quiet}${severity}[${rule}]`,
    message: [
      message,
      detail,
      ...proofLines(finding),
      help === "" ? "" : `fix: ${help}`,
      ...related,
    ]
      .filter((line) => line !== "")
      .join("\n"),
  };
}

function ofUnknown({ span, path, what, why, settle }: Unknown): Annotation {
  return {
    level: "warning",
    path: span?.file.path ?? path,
    span,
    title: `unknown: ${what}`,
    message: `${why}\nto settle it: ${settle}`,
  };
}

function ofStandard({ standard, pod, source, failures }: StandardResult): Annotation {
  return {
    level: "error",
    path: source.file.path,
    span: source,
    title: `${pod} fails ${standard}`,
    message: failures
      .map(({ check, reason, detail }) => `${check}: ${reason}: ${detail}`)
      .join("\n"),
  };
}

/** `::error file=…,line=…,col=…,title=…::message` */
function commandLine({ level, path, span, title, message }: Annotation): string {
  const properties: [string, string][] = [["file", plainLine(path)]];
  if (span !== undefined) {
    const { line, column, endLine, endColumn } = locationOf(span);
    properties.push(["line", `${line}`], ["endLine", `${endLine}`]);
    // GitHub takes columns only within one line.
    if (line === endLine) properties.push(["col", `${column}`], ["endColumn", `${endColumn}`]);
  }
  properties.push(["title", plainLine(title)]);
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
  const lines = message.split(/\r\n|[\n\r]/).map(plainLine);
  return `::${level} ${list}::${escapeData(lines.join("\n"))}`;
}

/** A plain line of the log. It begins with a word of ours, so it is no command. */
function logLine({ level, path, span, title, message }: Annotation): string {
  const place = span === undefined ? plainLine(path) : placeOf(span);
  return defuse(`${level}: ${plainLine(title)} at ${place}: ${plainLine(message)}`);
}

/** The message of a command: `%`, CR and LF. */
function escapeData(text: string): string {
  return defuse(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A property of a command: as a message, and the separators `:` and `,`. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Breaks the old command form, which the runner takes anywhere in a line: `##[…]`, and Azure's `##vso[`. */
function defuse(text: string): string {
  return text.replace(/##(?=\[|vso\[)/gi, "# #");
}
