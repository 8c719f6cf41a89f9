/** Joins workloads that name an image with the Dockerfile here that builds it. */

import { originPlaces } from "../model/fact.ts";
import type { ImageReference } from "../model/image-reference.ts";
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
  const index = indexBuilds(builds);
  const stages = new Map<BuiltImage, StageFacts | undefined>();
  const stageOf = (build: BuiltImage): StageFacts | undefined => {
    if (!stages.has(build)) stages.set(build, resolveBuild(build, context));
    return stages.get(build);
  };
  return workloads.map((given) => {
    const workload = markBuilt(given, index);
    if (workload.user.known || !workload.image.known || workload.kind === "dockerfile-stage") {
      return workload;
    }
    const build = index.find(workload.image.value);
    const stage = build === undefined ? undefined : stageOf(build);
    if (build === undefined || stage === undefined || !stage.user.known) return workload;
    const { user } = stage;
    const through = [
      ...originPlaces(user.origin),
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

interface BuildIndex {
  /** The build that gives an image: of the same text, else of the same tag, else of the same repository. */
  readonly find: (image: ImageReference) => BuiltImage | undefined;
  /** Whether a file itself builds an image. */
  readonly builtIn: (path: string, image: ImageReference) => boolean;
}

function indexBuilds(builds: readonly BuiltImage[]): BuildIndex {
  const first = new Map<string, BuiltImage>();
  const places = new Set<string>();
  for (const build of builds) {
    const { image, span } = build;
    for (const key of keysOf(image)) if (!first.has(key)) first.set(key, build);
    places.add(`${span.file.path}\0${tagged(image)}`);
  }
  return {
    find: (image) => {
      const key = keysOf(image).find((candidate) => first.has(candidate));
      return key === undefined ? undefined : first.get(key);
    },
    builtIn: (path, image) => places.has(`${path}\0${tagged(image)}`),
  };
}

/** What an image may be found by, the best first. */
function keysOf(image: ImageReference): readonly string[] {
  const { repository, text } = image;
  return [`${repository}\0\0${text}`, tagged(image), repository];
}

function tagged({ repository, tag }: ImageReference): string {
  return `${repository}\0${tag ?? "latest"}`;
}

/** `docker build -t app .` and `docker run app` in one file. */
function markBuilt(workload: Workload, index: BuildIndex): Workload {
  const { image, source } = workload;
  if (!image.known || image.value.digest !== undefined) return workload;
  const isBuilt = index.builtIn(source.file.path, image.value);
  return isBuilt ? { ...workload, imageBuiltHere: true } : workload;
}

function resolveBuild(build: BuiltImage, context: ReadContext): StageFacts | undefined {
  const read = context.files.read(build.dockerfile);
  if (!read.ok) return undefined;
  const target = build.target === undefined ? {} : { target: build.target };
  const resolved = resolveStage(read.file, context, target);
  return resolved.ok ? resolved.stage : undefined;
}
