/** Joins workloads that name an image with the Dockerfile here that builds it. */

import type { Workload } from "../model/workload.ts";
import type { BuiltImage, ReadContext } from "./contract.ts";
import type { StageFacts } from "./dockerfile/stage-facts.ts";
import { resolveStage } from "./dockerfile/stage-facts.ts";

/**
 * A workload whose user only its image could tell takes it from the Dockerfile that is built and
 * tagged with that image's name somewhere among the targets.
 */
export function joinBuiltImages(
  workloads: readonly Workload[],
  builds: readonly BuiltImage[],
  context: ReadContext,
): readonly Workload[] {
  if (builds.length === 0) return workloads;
  return workloads.map((given) => {
    const workload = markBuilt(given, builds);
    if (workload.user.known || !workload.image.known || workload.kind === "dockerfile-stage") {
      return workload;
    }
    const { repository, tag, text } = workload.image.value;
    const candidates = builds.filter((build) => build.image.repository === repository);
    const build =
      candidates.find((candidate) => candidate.image.text === text) ??
      candidates.find((candidate) => (candidate.image.tag ?? "latest") === (tag ?? "latest")) ??
      candidates[0];
    const stage = build === undefined ? undefined : stageOf(build, context);
    if (build === undefined || stage === undefined || !stage.user.known) return workload;
    const { user } = stage;
    const through = [
      ...(user.origin.kind === "default" ? [] : (user.origin.through ?? [])),
      { span: build.span, label: "the image gets its name here" },
    ];
    const span = user.origin.span;
    return {
      ...workload,
      user: {
        ...user,
        origin: {
          kind: "inherited",
          from: `image built from ${build.dockerfile}`,
          ...(span === undefined ? {} : { span }),
          through,
        },
      },
      ...(stage.privilegeDrop === undefined ? {} : { privilegeDrop: stage.privilegeDrop }),
    };
  });
}

/** `docker build -t app .` and `docker run app` in one file. */
function markBuilt(workload: Workload, builds: readonly BuiltImage[]): Workload {
  const { image, source } = workload;
  if (!image.known || image.value.digest !== undefined) return workload;
  const { repository, tag } = image.value;
  const isBuilt = builds.some(
    (build) =>
      build.span.file.path === source.file.path &&
      build.image.repository === repository &&
      (build.image.tag ?? "latest") === (tag ?? "latest"),
  );
  return isBuilt ? { ...workload, imageBuiltHere: true } : workload;
}

function stageOf(build: BuiltImage, context: ReadContext): StageFacts | undefined {
  const read = context.files.read(build.dockerfile);
  if (!read.ok) return undefined;
  const target = build.target === undefined ? {} : { target: build.target };
  const resolved = resolveStage(read.file, context, target);
  return resolved.ok ? resolved.stage : undefined;
}
