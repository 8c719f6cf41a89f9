/** Images of an engine: `image:REF`, and all of them for `engine:`. */

import { inspectImage, listImages } from "../../../../engine/calls/images.ts";
import type { ImagePlatform } from "../../../../engine/calls/images.ts";
import type { Engine } from "../../../../engine/engine.ts";
import { isProblem } from "../../../../engine/problem.ts";
import type { SecretSighting } from "../../../../model/image-contents.ts";
import { scanOrRecall } from "../../../../readers/image/open-store.ts";
import type { StoreReading } from "../../../../readers/image/read-store.ts";
import { readStore } from "../../../../readers/image/read-store.ts";
import { engineStore } from "../../../../readers/image/stores/engine-store.ts";
import type { UsageProblem } from "../../../command.ts";
import type { SourceOptions, SourceReading, SourceTools } from "./read.ts";

export async function readEngineImages(
  names: readonly string[] | "all",
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const engine = await tools.engine();
  if ("problem" in engine) return engine;
  const wanted = names === "all" ? await allImages(engine) : names;
  if ("problem" in wanted) return wanted;
  const parts: StoreReading[] = [];
  for (const name of wanted) {
    options.progress.say(`reading image:${name}`);
    const reading = await readOne(name, engine, tools, options);
    if (!("problem" in reading)) {
      parts.push(reading);
      continue;
    }
    if (names !== "all") return reading;
    // Another client may have removed it since the list was made.
    const { problem: why, help: settle } = reading;
    parts.push({
      workloads: [],
      documents: [],
      unknowns: [{ path: `image:${name}`, what: "image", why, settle }],
    });
  }
  return {
    workloads: parts.flatMap(({ workloads }) => workloads),
    unknowns: parts.flatMap(({ unknowns }) => unknowns),
    documents: parts.flatMap(({ documents }) => documents),
  };
}

async function allImages(engine: Engine): Promise<readonly string[] | UsageProblem> {
  const images = await listImages(engine);
  if (isProblem(images)) return { problem: images.problem, help: images.settle };
  return images.map(({ id, tags }) => tags[0] ?? id);
}

async function readOne(
  reference: string,
  engine: Engine,
  { cache, scanners, keyedHash }: SourceTools,
  options: SourceOptions,
): Promise<StoreReading | UsageProblem> {
  const name = `image:${reference}`;
  const platform = platformOf(options.platform);
  const image = await inspectImage(engine, reference, platform);
  if (isProblem(image)) return { problem: image.problem, help: image.settle };
  // What only an export shows has to be remembered too; else a second run would know less.
  const documents = cache.getDocuments(image.id);
  const opened = await engineStore(engine, {
    name,
    reference,
    ...(platform === undefined ? {} : { platform }),
    scan: (layer) => scanOrRecall(layer, undefined, { cache, scanners }),
    readCached: (diffId) => (documents === undefined ? undefined : cache.get(diffId)),
  });
  if (isProblem(opened)) return { problem: opened.problem, help: opened.settle };
  const reading = await readStore(opened, {
    keyedHash,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  });
  if (opened.notRead.length === 0) {
    cache.putDocuments(opened.imageId, onlyInExport(reading));
    return reading;
  }
  return withDocuments(reading, documents ?? [], name);
}

/** Secrets of attestations and of the inline cache. */
function onlyInExport({ workloads }: StoreReading): readonly SecretSighting[] {
  return workloads
    .flatMap(({ imageContents }) => imageContents?.secrets ?? [])
    .filter(
      ({ place }) =>
        "field" in place && /^(?:attestation\[|config\["moby\.buildkit\.cache)/.test(place.field),
    );
}

function withDocuments(
  reading: StoreReading,
  sightings: readonly SecretSighting[],
  image: string,
): StoreReading {
  if (sightings.length === 0) return reading;
  // The image may go by another name than when they were seen.
  const here = sightings.map((sighting): SecretSighting => ({
    ...sighting,
    place: { ...sighting.place, image },
  }));
  return {
    ...reading,
    workloads: reading.workloads.map((workload) =>
      workload.imageContents === undefined
        ? workload
        : {
            ...workload,
            imageContents: {
              ...workload.imageContents,
              secrets: [...workload.imageContents.secrets, ...here],
            },
          },
    ),
  };
}

function platformOf(text: string | undefined): ImagePlatform | undefined {
  const [os, architecture, variant] = text?.split("/") ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
