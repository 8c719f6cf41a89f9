/** Images of an engine: `image:REF`, and all of them for `engine:`. */

import { judgedAt } from "../../../../detect/token-expiry.ts";
import { listImages } from "../../../../engine/calls/images.ts";
import type { ImagePlatform } from "../../../../engine/calls/images.ts";
import type { Engine } from "../../../../engine/engine.ts";
import { isProblem } from "../../../../engine/problem.ts";
import type { SecretSighting } from "../../../../model/image-contents.ts";
import type { KeptImage } from "../../../../readers/image/layers/cache.ts";
import { scanStream } from "../../../../readers/image/layers/scan-or-recall.ts";
import type { StoreReading } from "../../../../readers/image/read-store.ts";
import { readStore } from "../../../../readers/image/read-store.ts";
import type { EngineStore } from "../../../../readers/image/stores/engine-store.ts";
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
  let kept: KeptImage | undefined;
  const opened = await engineStore(engine, {
    name,
    reference,
    ...(platform === undefined ? {} : { platform }),
    scan: (layer) => scanStream(layer, { cache, scanners }),
    recallImage: (identity) => (kept = cache.getImage(identity)),
    recallLayer: cache.get,
  });
  if (isProblem(opened)) return { problem: opened.problem, help: opened.settle };
  const now = options.io.now().getTime();
  const reading = await readStore(opened, {
    keyedHash,
    now,
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  });
  // What only an export shows has to be remembered too; else a second run would know less.
  if (opened.notRead.length > 0) return withDocuments(reading, kept?.sightings ?? [], name, now);
  const layers = opened.problems.length === 0 ? exportedLayers(reading, opened) : undefined;
  if (layers !== undefined) {
    cache.putImage(opened.identity, { layers, sightings: onlyInExport(reading) });
  }
  return reading;
}

/** The layers of the one image that was exported; undefined when not all of it was read. */
function exportedLayers(
  { workloads, unknowns }: StoreReading,
  { exported, missing }: EngineStore,
): KeptImage["layers"] | undefined {
  const [contents, ...others] = workloads.map(({ imageContents }) => imageContents);
  // What could not be read of a layer is told by its report again, and what the engine leaves out by the engine.
  const lost = unknowns.filter(
    ({ what, why }) =>
      !what.startsWith("layer ") && !missing.some(({ problem }) => problem === why),
  );
  if (contents === undefined || others.length > 0 || lost.length > 0) return undefined;
  const layers = contents.layers.flatMap(({ digest: name }) => {
    const digest = exported.get(name);
    return digest === undefined ? [] : [{ name, digest }];
  });
  return layers.length === contents.layers.length ? layers : undefined;
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
  now: number,
): StoreReading {
  if (sightings.length === 0) return reading;
  // The image may go by another name than when they were seen.
  const here = sightings.map((sighting): SecretSighting => ({
    ...judgedAt(sighting, now),
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
