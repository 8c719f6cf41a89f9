/**
 * An image's configuration document from what an engine's inspect and history tell. Its `Config` is
 * the document's `config`; of the history, engines do not tell which steps made no layer.
 */

import type { HistoryEntry, InspectedImage } from "../../../engine/calls/images.ts";
import { parseHistoryStep } from "../history.ts";

export function configDocument(
  image: InspectedImage,
  history: readonly HistoryEntry[],
  isEmpty: readonly boolean[],
): Readonly<Record<string, unknown>> {
  const { architecture, os, variant, created, author, config, containerConfig, layers } = image;
  const isLayer = layerSteps(history, isEmpty);
  return {
    ...(created === undefined ? {} : { created }),
    ...(author === undefined ? {} : { author }),
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config,
    ...(containerConfig === undefined ? {} : { container_config: containerConfig }),
    rootfs: { type: "layers", diff_ids: layers },
    history: history.map(({ createdBy, comment, created: seconds }, index) => ({
      ...(seconds === undefined ? {} : { created: dateOf(seconds) }),
      created_by: createdBy,
      ...(comment === undefined ? {} : { comment }),
      ...(isLayer[index] === true ? {} : { empty_layer: true }),
    })),
  };
}

const WRITES_FILES = new Set(["ADD", "COPY", "RUN"]);
const NONE: ReadonlySet<string> = new Set();

/** What a step did: it added bytes; it made a layer without any; perhaps it did; it made none. */
type Effect = "bytes" | "layer" | "perhaps" | "none";

/**
 * Which steps made the layers, of which `isEmpty` tells those that hold no bytes of files. Steps that added
 * bytes made the others, in their order. Of those that added none, BuildKit's ADD, COPY and RUN make a layer;
 * the classic builder makes none where nothing at all changed, which cannot be told from here: where there are
 * more such steps than layers between two others, the first are taken, writers of files before WORKDIR.
 */
export function layerSteps(
  history: readonly HistoryEntry[],
  isEmpty: readonly boolean[],
): readonly boolean[] {
  const effects = history.map(effectOf);
  const gaps = gapsOf(effects, (effect) => effect === "bytes");
  const wanted = gapsOf(isEmpty, (empty) => !empty).map(({ length }) => length);
  if (gaps.length === wanted.length) {
    const chosen = gaps.map((gap, index) => chooseFrom(gap, effects, history, wanted[index] ?? 0));
    if (!chosen.includes(undefined)) {
      const made = new Set(chosen.flat());
      return effects.map((effect, index) => effect === "bytes" || made.has(index));
    }
  }
  // Other engines count bytes in their own way; then only the numbers can be compared.
  const made = effects.map((effect) => effect === "bytes" || effect === "layer");
  const all = effects.map((effect) => effect !== "none");
  const fitting = [made, all].find((steps) => steps.filter((is) => is).length === isEmpty.length);
  return fitting ?? effects.map(() => false);
}

function effectOf(entry: HistoryEntry): Effect {
  if (entry.bytes > 0) return "bytes";
  const { instruction } = parseHistoryStep(entry.createdBy, NONE);
  if (instruction === undefined || instruction === "WORKDIR") return "perhaps";
  if (!WRITES_FILES.has(instruction)) return "none";
  return isBuildKit(entry) ? "layer" : "perhaps";
}

/** The indexes between those of which `ends` holds; one gap more than there are such. */
function gapsOf<T>(items: readonly T[], ends: (item: T) => boolean): number[][] {
  const gaps: number[][] = [[]];
  for (const [index, item] of items.entries()) {
    if (ends(item)) gaps.push([]);
    else gaps.at(-1)?.push(index);
  }
  return gaps;
}

/** So many steps of a gap that made a layer; undefined where there are too few, or more that surely did. */
function chooseFrom(
  gap: readonly number[],
  effects: readonly Effect[],
  history: readonly HistoryEntry[],
  count: number,
): readonly number[] | undefined {
  const sure = gap.filter((index) => effects[index] === "layer");
  const rank = (index: number): number =>
    parseHistoryStep(history[index]?.createdBy ?? "", NONE).instruction === "WORKDIR" ? 1 : 0;
  const perhaps = gap
    .filter((index) => effects[index] === "perhaps")
    .toSorted((left, right) => rank(left) - rank(right));
  if (count < sure.length || count > sure.length + perhaps.length) return undefined;
  return [...sure, ...perhaps.slice(0, count - sure.length)];
}

function isBuildKit({ createdBy, comment }: HistoryEntry): boolean {
  return comment?.startsWith("buildkit") === true || createdBy.endsWith("# buildkit");
}

function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
