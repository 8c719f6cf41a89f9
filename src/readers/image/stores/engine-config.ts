/**
 * An image's configuration document from what an engine's inspect and history tell. Its `Config` is
 * the document's `config`; of the history, engines do not tell which steps made no layer.
 */

import type { HistoryEntry, InspectedImage } from "../../../engine/calls/images.ts";
import { parseHistoryStep } from "../history.ts";

export function configDocument(
  image: InspectedImage,
  history: readonly HistoryEntry[],
): Readonly<Record<string, unknown>> {
  const { architecture, os, variant, created, author, config, containerConfig, layers } = image;
  const isLayer = layerSteps(history, layers.length);
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

/**
 * Which steps made the layers. A step that added bytes did. One that added none may have made a layer
 * without bytes in it: of BuildKit's ADD, COPY and RUN every one does; the classic builder makes none where
 * nothing at all changed, which cannot be told from here. Where the number of layers does not settle that, the
 * steps from the first doubtful one on are taken for makers of none, rather than of a wrong one.
 */
export function layerSteps(history: readonly HistoryEntry[], layers: number): readonly boolean[] {
  const steps = history.map((entry): "made" | "perhaps" | "none" => {
    if (entry.bytes > 0) return "made";
    const { instruction } = parseHistoryStep(entry.createdBy, NONE);
    const writes = instruction !== undefined && WRITES_FILES.has(instruction);
    if (writes && isBuildKit(entry)) return "made";
    return writes || instruction === undefined || instruction === "WORKDIR" ? "perhaps" : "none";
  });
  const count = (wanted: string): number => steps.filter((step) => step === wanted).length;
  const missing = layers - count("made");
  if (missing === 0) return steps.map((step) => step === "made");
  if (missing === count("perhaps")) return steps.map((step) => step !== "none");
  const settled = missing > 0 && missing < count("perhaps") ? steps.indexOf("perhaps") : 0;
  return steps.map((step, index) => step === "made" && index < settled);
}

function isBuildKit({ createdBy, comment }: HistoryEntry): boolean {
  return comment?.startsWith("buildkit") === true || createdBy.endsWith("# buildkit");
}

function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
