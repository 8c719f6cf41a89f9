/** A summary in Markdown, for job summaries and comments on pull requests. */

import type { Severity } from "../../model/finding.ts";
import { severities } from "../../model/finding.ts";
import type { FindingGroup } from "../arrange.ts";
import {
  countFixable,
  fixTexts,
  groupByFile,
  groupUnknowns,
  plural,
  rank,
  shownFindings,
} from "../arrange.ts";
import type { Format, FormatOptions, Report } from "../contract.ts";
import { findingPlace, proofOf } from "../image-place.ts";
import { placeOf } from "../place.ts";
import { plainLine, plainLines, withoutCommands } from "../sanitize.ts";
import { settingsTexts } from "../settings.ts";
import { postureLines } from "../posture/table.ts";
import { createPaint } from "../terminal/paint.ts";
import { codeHtml, escapeHtml, escapeMarkdown, literalHtml } from "./escape.ts";

/** A comment on GitHub holds 65,536 characters. What does not fit is counted. */
const MAX_LENGTH = 60_000;

export const markdownFormat: Format = (report, options) => {
  const writer = boundedWriter(MAX_LENGTH);
  writer.add(heading(report));
  writer.add(findingRows(report, options));
  writer.add(unknownRows(report));
  writer.add(standardRows(report));
  if (options.posture) writer.add(postureBlocks(report));
  const left = writer.left();
  const note =
    left === 0
      ? ""
      : `\n_${plural(left, "entry").replace("entrys", "entries")} more did not fit here: run \`plimsoll check\`._\n`;
  return withoutCommands(`${writer.text()}${note}`);
};

/** A section: what stands before and after its entries, each of which is written whole or not at all. */
interface Section {
  readonly before: string;
  readonly entries: readonly string[];
  readonly after: string;
}

interface Writer {
  readonly add: (section: Section) => void;
  readonly left: () => number;
  readonly text: () => string;
}

function boundedWriter(limit: number): Writer {
  const parts: string[] = [];
  let used = 0;
  let left = 0;
  return {
    add: ({ before, entries, after }) => {
      const frame = before.length + after.length;
      if (used + frame > limit) {
        left += entries.length;
        return;
      }
      parts.push(before);
      used += frame;
      for (const entry of entries) {
        if (used + entry.length > limit) left += 1;
        else {
          parts.push(entry);
          used += entry.length;
        }
      }
      parts.push(after);
    },
    left: () => left,
    text: () => parts.join(""),
  };
}

function heading(report: Report): Section {
  const { summary } = report;
  const fixable = countFixable(report);
  const cells = [
    ...severities.map((severity) => summary[severity]),
    summary.unknown,
    summary.suppressed,
    // Said once there is something that a fix can change.
    ...(fixable === 0 ? [] : [fixable]),
  ];
  const names = [...severities, "unknown", "suppressed", ...(fixable === 0 ? [] : ["fixable"])];
  const read = `${plural(report.workloads.length, "workload")} in ${plural(report.files, "file")}`;
  return {
    before: [
      `### Plimsoll: ${verdict(report)}`,
      "",
      [`${read} read.`, ...settingsTexts(report).map((text) => `${escapeMarkdown(text)}.`)].join(
        " ",
      ),
      "",
      `| ${names.join(" | ")} |`,
      `|${names.map(() => "---:").join("|")}|`,
      `| ${cells.join(" | ")} |`,
      "",
    ].join("\n"),
    entries: [],
    after: "",
  };
}

function verdict({ findings, unknowns }: Report): string {
  const open = findings.filter(({ suppressed }) => suppressed === undefined).length;
  if (open > 0) return plural(open, "finding");
  return unknowns.length > 0 ? "no findings, but not everything is known" : "no findings";
}

const ICONS: Readonly<Record<Severity, string>> = {
  critical: "🟣",
  high: "🔴",
  medium: "🟠",
  low: "🔵",
  info: "⚪",
};

function findingRows(report: Report, { showSuppressed }: FormatOptions): Section {
  const groups = groupByFile(shownFindings(report, showSuppressed))
    .flatMap((file) => file.groups)
    .sort((left, right) => order(left) - order(right));
  if (groups.length === 0) return empty;
  return {
    before: "\n| severity | rule | place | finding |\n|---|---|---|---|\n",
    entries: groups.map(findingRow),
    after: "",
  };
}

function order({ first }: FindingGroup): number {
  return (first.suppressed === undefined ? 0 : severities.length) + rank(first.severity);
}

/** Further places of a group that are listed: an entry that is too long is left out as a whole. */
const MAX_PLACES = 50;

function findingRow({ first, others }: FindingGroup): string {
  const { severity, rule, message, detail, related, suppressed } = first;
  const listed = others.slice(0, MAX_PLACES).map((other) => codeHtml(findingPlace(other)));
  const unlisted = others.length - listed.length;
  const places = `${listed.join(", ")}${unlisted === 0 ? "" : ` and ${unlisted} more`}`;
  const more = [
    detail === "" ? "" : escapeMarkdown(detail),
    ...proofOf(first).map(([name, text]) => `${escapeMarkdown(name)}: ${codeHtml(text)}`),
    ...fixTexts([first, ...others]).map((text) => `<b>Fix:</b> ${helpHtml(text)}`),
    ...related.map(({ span, label }) => `${codeHtml(placeOf(span))} ${escapeMarkdown(label)}`),
    others.length === 0 ? "" : `<b>Also at:</b> ${places}`,
    suppressed === undefined ? "" : `<b>Suppressed:</b> ${escapeMarkdown(suppressed.reason)}`,
  ].filter((line) => line !== "");
  const details =
    more.length === 0 ? "" : `<details><summary>more</summary>${more.join("<br>")}</details>`;
  const place =
    codeHtml(findingPlace(first)) + (others.length === 0 ? "" : ` and ${others.length} more`);
  const quiet = suppressed === undefined ? `${ICONS[severity]} ${severity}` : `~~${severity}~~`;
  return `| ${quiet} | ${codeHtml(rule)} | ${place} | ${escapeMarkdown(message)}${details} |\n`;
}

/** The first line as text, a snippet below it as code. */
function helpHtml(help: string): string {
  const [first = "", ...snippet] = plainLines(help);
  if (snippet.length === 0) return escapeMarkdown(first);
  return `${escapeMarkdown(first)}<pre>${snippet.map(literalHtml).join("<br>")}</pre>`;
}

function unknownRows({ unknowns }: Report): Section {
  if (unknowns.length === 0) return empty;
  return {
    before: `\n#### Not known, so not safe: ${unknowns.length}\n\n| what | place | why | what settles it |\n|---|---|---|---|\n`,
    entries: groupUnknowns(unknowns).map(({ first, others }) => {
      const all = [first, ...others];
      const whats = [...new Set(all.map(({ what }) => escapeMarkdown(what)))].join("<br>");
      const places = all
        .map(({ span, path }) => codeHtml(span === undefined ? path : placeOf(span)))
        .join("<br>");
      return `| ${whats} | ${places} | ${escapeMarkdown(first.why)} | ${escapeMarkdown(first.settle)} |\n`;
    }),
    after: "",
  };
}

function standardRows({ standards }: Report): Section {
  const failed = standards.filter(({ failures }) => failures.length > 0);
  if (failed.length === 0) return empty;
  return {
    before: "\n#### Standards\n\n| standard | pod | place | fails |\n|---|---|---|---|\n",
    entries: failed.map(({ standard, pod, source, failures }) => {
      const list = failures.map(
        ({ check, reason, detail }) =>
          `${codeHtml(check)} ${escapeMarkdown(`${reason}: ${detail}`)}`,
      );
      return `| ${codeHtml(standard)} | ${escapeMarkdown(pod)} | ${codeHtml(placeOf(source))} | ${list.join("<br>")} |\n`;
    }),
    after: "",
  };
}

function postureBlocks({ workloads }: Report): Section {
  if (workloads.length === 0) return empty;
  const paint = createPaint(false);
  return {
    before: "\n#### Posture\n",
    entries: workloads.map((workload) => {
      const table = escapeHtml(postureLines(workload, 100, paint).join("\n"));
      return `\n<details><summary>${escapeHtml(plainLine(workload.name))}</summary>\n<pre>${table}</pre>\n</details>\n`;
    }),
    after: "",
  };
}

const empty: Section = { before: "", entries: [], after: "" };
