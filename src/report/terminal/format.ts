/** The terminal: findings as code frames, unknowns as loud as findings, counts at the end. */

import type { Finding } from "../../model/finding.ts";
import type { FileGroup } from "../arrange.ts";
import { describeCounts, groupByFile, groupUnknowns, shownFindings } from "../arrange.ts";
import type { Format, FormatOptions, Report } from "../contract.ts";
import type { Workload } from "../../model/workload.ts";
import { displayWidth } from "../display-width.ts";
import { createMasker } from "../mask/masker.ts";
import { detectValues } from "../mask/detect.ts";
import { postureLegend, postureLines } from "../posture/table.ts";
import { plainLine, withoutCommands } from "../sanitize.ts";
import type { BlockContext } from "./block.ts";
import { findingBlock, remarkBlock, standardBlock, unknownBlock } from "./block.ts";
import { createPaint } from "./paint.ts";
import { summaryLines } from "./summary.ts";

/** Prose is not wider than this, however wide the terminal is. */
const MAX_WIDTH = 120;
const MIN_WIDTH = 40;

export const terminalFormat: Format = (report, options) => {
  const context = blockContext(report, options);
  const shown = shownFindings(report, options.showSuppressed);
  const sections = [
    ...groupByFile(shown.filter((finding) => finding.severity !== "info")).map((file) =>
      fileSection(file, context),
    ),
    remarkSection(
      shown.filter((finding) => finding.severity === "info"),
      context,
    ),
    unknownSection(report, context),
    standardSection(report, context),
    ...postureSections(postureOf(report, options.posture), context),
    summaryLines(report, context.width, context.paint),
  ];
  const filled = sections.filter((lines) => lines.length > 0);
  return withoutCommands(`${filled.map((lines) => lines.join("\n")).join("\n\n")}\n`);
};

function blockContext(report: Report, options: FormatOptions): BlockContext {
  const names = new Map(report.workloads.map(({ id, name }) => [id, plainLine(name)]));
  const width = Number.isFinite(options.width) ? Math.floor(options.width) : MAX_WIDTH;
  return {
    width: Math.max(MIN_WIDTH, Math.min(width, MAX_WIDTH)),
    paint: createPaint(options.color, options.links ? options.root : undefined),
    masker: createMasker(report, detectValues),
    nameOf: (id) => names.get(id) ?? plainLine(id),
  };
}

function fileSection({ path, groups, counts }: FileGroup, context: BlockContext): string[] {
  const title = sectionTitle(path, describeCounts(counts), context);
  return [...title, ...groups.flatMap((group) => ["", ...findingBlock(group, context)])];
}

/** What is worth knowing but calls for nothing at once: a line a place, without frames. */
function remarkSection(findings: readonly Finding[], context: BlockContext): string[] {
  if (findings.length === 0) return [];
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return [
    ...sectionTitle("remarks", `${findings.length} info`, context),
    ...[...byRule.values()].flatMap((group) => ["", ...remarkBlock(group, context)]),
  ];
}

function unknownSection({ unknowns }: Report, context: BlockContext): string[] {
  if (unknowns.length === 0) return [];
  const title = sectionTitle("not known, so not safe", `${unknowns.length} unknown`, context);
  return [
    ...title,
    ...groupUnknowns(unknowns).flatMap((group) => ["", ...unknownBlock(group, context)]),
  ];
}

function standardSection({ standards }: Report, context: BlockContext): string[] {
  const failed = standards.filter(({ failures }) => failures.length > 0);
  if (failed.length === 0) return [];
  const title = sectionTitle("standards", `${failed.length} of ${standards.length} fail`, context);
  return [...title, ...failed.flatMap((result) => ["", ...standardBlock(result, context)])];
}

/** An engine may have hundreds of images and containers; their tables have to be asked for. */
const MAX_SHOWN_UNASKED = 5;

/** Whoever names an image or a container wants to know what it holds. */
function postureOf({ workloads }: Report, all: boolean): readonly Workload[] {
  if (all) return workloads;
  const named = workloads.filter(({ kind }) => kind === "image" || kind === "container");
  return named.length <= MAX_SHOWN_UNASKED ? named : [];
}

function postureSections(workloads: readonly Workload[], context: BlockContext): string[][] {
  if (workloads.length === 0) return [];
  return [
    ...workloads.map((workload) => postureLines(workload, context.width, context.paint)),
    postureLegend(context.width, context.paint),
  ];
}

/** `── compose.yaml ── 1 critical, 2 high ────`, on two lines when it is too long for one. */
function sectionTitle(name: string, note: string, { paint, width }: BlockContext): string[] {
  const plain = plainLine(name);
  const used = displayWidth(plain) + note.length + 8;
  const head = `${paint.in("dim", "──")} ${paint.in("title", plain)} ${paint.in("dim", "──")}`;
  if (used + 2 > width) return [head, `   ${note}`];
  return [`${head} ${note} ${paint.in("dim", "─".repeat(width - used))}`];
}
