/** Manifests that documentation shows. Examples are copied, so they are judged like configuration. */

import { unknownAt } from "../model/fact.ts";
import type { SourceFile } from "../model/source.ts";
import { manifestKind } from "./classify.ts";
import type { ReadContext, Reading } from "./contract.ts";
import type { ManifestFence } from "./markdown-fences.ts";
import { fencesAsFile, manifestFences } from "./markdown-fences.ts";
import type { Readers } from "./readers.ts";

/** Compose files of one Markdown file that are read; each is a project of its own. */
const MAX_COMPOSE_FENCES = 20;
/** Characters that they may have together, blanks included. */
const MAX_COMPOSE_CHARACTERS = 1024 * 1024;

/** Each Compose file of a Markdown file by itself. */
export function composeExamples(
  file: SourceFile,
  readers: Readers,
  context: ReadContext,
): readonly Reading[] {
  const fences = fencesOf(file, "compose");
  const most = Math.min(
    MAX_COMPOSE_FENCES,
    Math.ceil(MAX_COMPOSE_CHARACTERS / Math.max(1, file.text.length)),
  );
  const readings = fences
    .slice(0, most)
    .map((fence) => ofDocumentation(readers.compose([fencesAsFile(file, [fence])], context)));
  const more = fences[most];
  return more === undefined ? readings : [...readings, tooManyFences(file, more, most)];
}

/** All Kubernetes manifests of a Markdown file, as one file of many documents. */
export function kubernetesExamples(
  file: SourceFile,
  readers: Readers,
  context: ReadContext,
): Reading {
  const manifests = fencesAsFile(file, fencesOf(file, "kubernetes"));
  return ofDocumentation(readers.kubernetes(manifests, context));
}

function fencesOf(file: SourceFile, kind: "compose" | "kubernetes"): readonly ManifestFence[] {
  return manifestFences(file).filter((fence) => manifestKind(fence) === kind);
}

function tooManyFences(
  file: SourceFile,
  { openStart, bodyStart }: ManifestFence,
  most: number,
): Reading {
  const why = `it shows more than the ${most} Compose files that are read of a text of its length`;
  const span = { file, start: openStart, end: bodyStart };
  return {
    workloads: [],
    unknowns: [unknownAt(span, "the rest of the file", why, "split the file")],
  };
}

/**
 * An example counts for what it shows. What it leaves out or only hints at is no loss, and no image is
 * built by it.
 */
function ofDocumentation({ workloads, unknowns, pods }: Reading): Reading {
  return {
    workloads,
    unknowns: unknowns.filter(({ workload }) => workload !== undefined),
    ...(pods === undefined ? {} : { pods }),
  };
}
