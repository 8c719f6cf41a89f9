/** Blocks of the terminal's output: a header, a frame and notes, in the style of Rust's cargo. */

import type { Unknown } from "../../model/fact.ts";
import type { Finding, Suppression } from "../../model/finding.ts";
import type { StandardResult } from "../../standards/contract.ts";
import type { FindingGroup, UnknownGroup } from "../arrange.ts";
import { fixTexts, plural } from "../arrange.ts";
import { displayWidth } from "../display-width.ts";
import { findingPlace, isShownInSource, proofOf } from "../image-place.ts";
import { placeOf } from "../place.ts";
import { plainLine, plainLines } from "../sanitize.ts";
import { wrap } from "../wrap.ts";
import type { Annotation, Frame, FrameContext } from "./frame.ts";
import { arrow, drawFrame } from "./frame.ts";
import type { Style } from "./paint.ts";

export interface BlockContext extends FrameContext {
  /** The name of a workload by its id. */
  readonly nameOf: (id: string) => string;
}

/** A finding, and the places of the others that say the same. */
export function findingBlock({ first, others }: FindingGroup, context: BlockContext): string[] {
  const { paint } = context;
  const quiet = first.suppressed !== undefined;
  const style: Style = quiet ? "suppressed" : first.severity;
  const kind = `${quiet ? "suppressed " : ""}${first.severity}[${plainLine(first.rule)}]`;
  const frame = frameOf(first, style, context);
  const note = notes(frame.gutter, context);
  const lines = [
    ...header(kind, style, first.message, context),
    ...frame.lines,
    paint.in("gutter", `${" ".repeat(frame.gutter)} |`),
    ...proofOf(first).flatMap(([name, text]) =>
      // One word that is to be copied, however long it is.
      name === "verify"
        ? [
            `${paint.in("gutter", `${" ".repeat(frame.gutter)} = `)}${paint.in("title", "verify:")} ${text}`,
          ]
        : note(name, text),
    ),
    ...note("note", first.detail),
    ...note("fix", first.help),
  ];
  if (first.fix !== undefined) {
    const proof = first.fix.disposition === "safe" ? "safe" : "needs review";
    lines.push(...note("edit", `${first.fix.title} (${proof})`));
  }
  if (first.confidence !== "high") lines.push(...note("confidence", first.confidence));
  if (first.workloads.length > 1 && others.length === 0) {
    lines.push(...note("holds for", first.workloads.map(context.nameOf).join(", ")));
  }
  if (first.suppressed !== undefined)
    lines.push(...note("exception", exceptionText(first.suppressed)));
  if (others.length > 0) {
    lines.push(...note("also at", plural(others.length, "more place")));
    for (const other of others) lines.push(...otherPlace(other, first, frame.gutter, context));
  }
  return lines;
}

/** The lines of source, or what stands for them where the finding is in a layer of an image. */
function frameOf(finding: Finding, style: Style, context: BlockContext): Frame {
  if (isShownInSource(finding)) return drawFrame(placesOf(finding), style, context);
  return { lines: [headOf(finding, 1, context)], gutter: 1 };
}

/** ` --> place` */
function headOf(finding: Finding, gutter: number, { paint }: BlockContext): string {
  if (finding.place === undefined) return arrow(finding.primary, gutter, paint);
  const head = paint.in("gutter", `${" ".repeat(gutter)}-->`);
  return `${head} ${findingPlace(finding)}`;
}

function placesOf(finding: Finding): Annotation[] {
  return [{ span: finding.primary, label: finding.label }, ...finding.related];
}

/** A further place of a group: its names, its related places, and what differs from the first. */
function otherPlace(
  other: Finding,
  first: Finding,
  gutter: number,
  context: BlockContext,
): string[] {
  const indent = " ".repeat(gutter + 7);
  if (other.evidence !== undefined && !isShownInSource(other)) {
    return otherSecret(other, gutter, indent, context);
  }
  const names = other.workloads.map(context.nameOf).join(", ");
  // The place that names the workload stands beside its name, other places below.
  const naming = other.related.find((place) => place.label === names);
  const name = naming === undefined ? names : `${names} (${placeOf(naming.span)})`;
  const label = plainLine(other.label);
  const said = label === "" || label === plainLine(first.label) || names.includes(label);
  const lines = beside(
    headOf(other, gutter + 3, context),
    said ? name : `${name}: ${label}`,
    indent,
    context,
  );
  for (const place of other.related) {
    if (place === naming) continue;
    lines.push(...wrapIn(`with ${placeOf(place.span)} ${place.label}`.trimEnd(), indent, context));
  }
  if (other.detail !== first.detail) lines.push(...wrapIn(other.detail, indent, context));
  if (other.help !== first.help) lines.push(...wrapIn(`fix: ${other.help}`, indent, context));
  return lines;
}

/** A secret of the same kind in another file of a layer. */
function otherSecret(
  other: Finding,
  gutter: number,
  indent: string,
  context: BlockContext,
): string[] {
  const { state, evidence } = other;
  const became =
    state === undefined || state.is === "live"
      ? ""
      : `${state.is} in layer ${String(state.byLayer)}`;
  // Where a name told the secret, each is another one.
  const named = /^(?:named|assigned)-value$/.test(evidence?.detector ?? "");
  const verify = proofOf(other).find(([name]) => name === "verify")?.[1];
  return [
    ...beside(
      headOf(other, gutter + 3, context),
      named ? plainLine(other.message) : became,
      indent,
      context,
    ),
    ...(verify === undefined ? [] : [context.paint.in("dim", `${indent}verify: ${verify}`)]),
  ];
}

/** Findings of one rule that call for nothing at once: a line a place, and what they have in common. */
export function remarkBlock(findings: readonly Finding[], context: BlockContext): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const note = notes(1, context);
  return [
    ...header(`info[${plainLine(first.rule)}]`, "info", plural(findings.length, "place"), context),
    ...findings.flatMap((finding) =>
      beside(headOf(finding, 2, context), plainLine(finding.message), "      ", context),
    ),
    ...note("note", first.detail),
    ...fixTexts(findings).flatMap((text) => note("fix", text)),
  ];
}

/** An unknown, as loud as a finding. */
export function unknownBlock({ first, others }: UnknownGroup, context: BlockContext): string[] {
  const frame = unknownFrame(first, context);
  const note = notes(frame.gutter, context);
  const lines = [
    ...header("unknown", "unknown", first.what, context),
    ...frame.lines,
    ...note("why", first.why),
    ...note("settle", first.settle),
  ];
  if (others.length > 0) {
    lines.push(...note("also at", plural(others.length, "more place")));
    for (const other of others) {
      const at = " ".repeat(frame.gutter + 3);
      const head =
        other.span === undefined
          ? `${context.paint.in("gutter", `${at}-->`)} ${plainLine(other.path)}`
          : arrow(other.span, frame.gutter + 3, context.paint);
      lines.push(...beside(head, plainLine(other.what), " ".repeat(frame.gutter + 7), context));
    }
  }
  return lines;
}

function unknownFrame(
  unknown: Unknown,
  context: BlockContext,
): { lines: string[]; gutter: number } {
  const { paint } = context;
  if (unknown.span === undefined) {
    const head = paint.in("gutter", "  -->");
    return { lines: [`${head} ${paint.link(unknown.path, plainLine(unknown.path))}`], gutter: 2 };
  }
  const { lines, gutter } = drawFrame([{ span: unknown.span, label: "" }], "unknown", context);
  return { lines: [...lines, paint.in("gutter", `${" ".repeat(gutter)} |`)], gutter };
}

/** A pod that a published standard refuses. */
export function standardBlock(result: StandardResult, context: BlockContext): string[] {
  const fields = result.failures.flatMap(({ fields }) =>
    fields.map(({ field, span }) => ({ span, label: field })),
  );
  const [first = { span: result.source, label: "" }, ...rest] = fields;
  const places = [...rest, { span: result.source, label: result.pod }];
  const frame = drawFrame([first, ...places], "failed", context);
  const note = notes(frame.gutter, context);
  const failed = plural(result.failures.length, "check");
  return [
    ...header(
      `fails[${plainLine(result.standard)}]`,
      "failed",
      `${result.pod} fails ${failed}`,
      context,
    ),
    ...frame.lines,
    context.paint.in("gutter", `${" ".repeat(frame.gutter)} |`),
    ...result.failures.flatMap(({ check, reason, detail }) =>
      note(plainLine(check), detail === "" ? reason : `${reason}: ${detail}`),
    ),
  ];
}

function header(kind: string, style: Style, message: string, context: BlockContext): string[] {
  const whole = `${kind}: ${plainLine(message)}`;
  const [first = "", ...rest] =
    displayWidth(whole) <= context.width ? [whole] : wrap(whole, context.width - 2);
  const text = first.startsWith(kind) ? first.slice(kind.length) : "";
  const head = context.paint.in(style, kind) + context.paint.in("title", text);
  return [head, ...rest.map((line) => context.paint.in("title", `  ${line}`))];
}

/** A longer name leaves the text too little room beside it. */
const MAX_NAME = 12;

/** ` = name: text`, wrapped below itself; line breaks that the text has of its own are kept. */
function notes(gutter: number, context: BlockContext): (name: string, text: string) => string[] {
  return (name, text) => {
    if (text.trim() === "") return [];
    const lead = `${" ".repeat(gutter)} = `;
    const title = `${name}:`;
    const hanging = name.length <= MAX_NAME;
    const indent = " ".repeat(lead.length + (hanging ? title.length + 1 : 4));
    const [first = "", ...rest] = plainLines(hanging ? text : `${title} ${text}`).flatMap((line) =>
      wrap(line, context.width - indent.length),
    );
    const head = hanging ? `${context.paint.in("title", title)} ${first}` : first;
    return [
      context.paint.in("gutter", lead) + head,
      ...rest.map((line) => (indent + line).trimEnd()),
    ];
  };
}

/** A text beside a head, or below it when both do not fit. */
function beside(head: string, text: string, indent: string, context: BlockContext): string[] {
  if (text === "") return [head];
  const width = displayWidth(stripEscapes(head));
  if (width + 1 + displayWidth(text) <= context.width) return [`${head} ${text}`];
  return [head, ...wrapIn(text, indent, context)];
}

/** Takes out what `paint.ts` writes: SGR and OSC 8 sequences. */
function stripEscapes(text: string): string {
  return text.replace(/\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\/g, "");
}

function wrapIn(text: string, indent: string, context: BlockContext): string[] {
  const lines = wrap(plainLine(text), context.width - indent.length);
  return lines.map((line) => context.paint.in("dim", indent + line));
}

function exceptionText({ by, reason, until }: Suppression): string {
  const why = reason.trim() === "" ? "no reason given" : reason;
  return `${why} (${by}${until === undefined ? "" : `, until ${until}`})`;
}
