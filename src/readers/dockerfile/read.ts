/** The Dockerfile reader: one workload for the image that a plain build of the file gives. */

import type { SourceFile } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import type { ReadContext, Reading } from "../contract.ts";
import type { StageFacts } from "./stage-facts.ts";
import { resolveStage } from "./stage-facts.ts";

/** Reads a Dockerfile as `docker build` without options builds it: its last stage, no build arguments. */
export function readDockerfile(file: SourceFile, context: ReadContext): Reading {
  const resolved = resolveStage(file, context);
  if (!resolved.ok) {
    const { problem, unknowns } = resolved;
    return { workloads: [], unknowns: unknowns.length === 0 ? [problem] : unknowns };
  }
  return { workloads: [workloadOf(resolved.stage)], unknowns: resolved.stage.unknowns };
}

function workloadOf(stage: StageFacts): Workload {
  return {
    id: `${stage.path}#stage:${stage.stage}`,
    kind: "dockerfile-stage",
    name: stage.named ? `stage ${stage.stage}` : `image of ${stage.path}`,
    source: stage.source,
    engine: "docker",
    platform: stage.platform,
    image: stage.image,
    user: stage.user,
    command: stage.command,
    ...(stage.privilegeDrop === undefined ? {} : { privilegeDrop: stage.privilegeDrop }),
    env: stage.env,
    build: stage.build,
    execs: stage.healthCheck === undefined ? [] : [stage.healthCheck],
    unknowns: [],
    places: [],
  };
}
