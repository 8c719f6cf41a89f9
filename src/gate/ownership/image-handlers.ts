/** Images: made with the owner's label, read where they are seen, moved and removed by their owner alone. */

import type { Denial, GateRequest, StepResult } from "../judge/contract.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../wire/json/value.ts";
import { refused } from "./denials.ts";
import { hasTagOrDigest } from "./denials.ts";
import {
  document,
  deny,
  imageOwnerFilter,
  named,
  pass,
  text,
  texts,
  withLabelFilter,
  withQuery,
  type Handler,
} from "./handlers.ts";
import { checkEveryTag, checkPulled, checkTarget, referenceOf } from "./image-names.ts";
import { engineId } from "./engine-id.ts";
import { isOwnImage, isSeenImage, mayHoldStrangers } from "./images.ts";
import { imageLabels, withEntry, withLabels } from "./labels.ts";
import type { Objects } from "./objects.ts";
import { containerOfMode, References } from "./references.ts";
import { keepItems } from "./volumes.ts";

/** The engine looks into its own images for these, whosever they are. */
const CACHE_IMAGES = 32;

export const buildImage: Handler = async (request, objects) => {
  const references = new References(objects);
  let built = request;
  for (const target of texts(request, "t")) references.ask(checkTarget(objects, target, "t"));
  const network = containerOfMode(text(request, "networkmode"));
  if (network !== undefined) {
    references.check("container", network, "own", "networkmode", ({ id }) => {
      built = withQuery(built, "networkmode", { kind: "text", text: `container:${id}` });
    });
  }
  const from = cacheSources(request);
  for (const source of from) references.check("image", source, "used", "cachefrom");
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  // BuildKit's cache goes by content, and takes no images by id.
  const classic = text(request, "version") !== "2";
  if (classic && from.length === 0) built = await withOwnCache(built, objects);
  if (await mayHoldStrangers(objects)) {
    // A base that is not pulled anew may be another client's: nobody here reads the Dockerfile.
    built = withQuery(built, "pull", { kind: "boolean", value: true, empty: false });
  }
  const labels = request.query.get("labels")?.[0];
  const labelled = withLabels(
    labels?.kind === "json" ? labels.value : undefined,
    [],
    imageLabels(objects.client.owner, await engineId(objects.engine)),
  );
  return pass(withQuery(built, "labels", { kind: "json", value: labelled }));
};

function cacheSources(request: GateRequest): readonly string[] {
  const given = request.query.get("cachefrom")?.[0];
  return given?.kind === "json" && isJsonList(given.value)
    ? given.value.filter((source) => typeof source === "string")
    : [];
}

/**
 * The engine's cache goes by the text of an instruction alone, and so a layer can be somebody else's, made under
 * conditions of their choice. With sources named it takes only what those images are built on.
 */
async function withOwnCache(request: GateRequest, objects: Objects): Promise<GateRequest> {
  const [images, eyes] = await Promise.all([objects.images(), objects.imageEyes()]);
  const own =
    typeof images === "string"
      ? []
      : images
          .filter((image) => isOwnImage(image, eyes))
          .map((image) => image.get("Id"))
          .filter((id) => typeof id === "string");
  return own.length === 0
    ? withQuery(request, "nocache", { kind: "boolean", value: true, empty: false })
    : withQuery(request, "cachefrom", { kind: "json", value: own.slice(0, CACHE_IMAGES) });
}

export const commitContainer: Handler = async (request, objects) => {
  const references = new References(objects);
  const changes = texts(request, "changes");
  references.denials.push(...checkChanges(changes));
  let container = "";
  references.check("container", text(request, "container"), "own", "container", ({ id }) => {
    container = id;
  });
  const target = referenceOf(text(request, "repo"), text(request, "tag"));
  references.ask(checkTarget(objects, target, "repo"));
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  const labels = imageLabels(objects.client.owner, await engineId(objects.engine));
  const committed = withQuery(request, "container", { kind: "text", text: container });
  const labelled = { ...committed, body: withLabels(request.body, ["Labels"], labels) };
  return pass(changes.length === 0 ? labelled : withLastLabels(labelled, changes, labels));
};

export const createImage: Handler = async (request, objects) => {
  const fromImage = text(request, "fromImage");
  return fromImage === "" ? importImage(request, objects) : pullImage(request, objects, fromImage);
};

async function pullImage(
  request: GateRequest,
  objects: Objects,
  fromImage: string,
): Promise<StepResult> {
  const reference = referenceOf(fromImage.replace(/:$/, ""), text(request, "tag"));
  const denial = reference.includes("@")
    ? undefined
    : await checkPulled(objects, reference, "fromImage");
  return denial === undefined ? pass(request) : deny(request, denial);
}

async function importImage(request: GateRequest, objects: Objects): Promise<StepResult> {
  const changes = texts(request, "changes");
  const refusals = checkChanges(changes);
  const target = referenceOf(text(request, "repo"), text(request, "tag"));
  const denial = await checkTarget(objects, target, "repo");
  const denials = denial === undefined ? refusals : [...refusals, denial];
  if (denials.length > 0) return deny(request, ...denials);
  const labels = imageLabels(objects.client.owner, await engineId(objects.engine));
  return pass(withLastLabels(request, changes, labels));
}

/**
 * Lines of a Dockerfile, joined by the engine. Ours comes last and decides, if none before it can swallow the
 * line's end or change what escapes it.
 */
function checkChanges(changes: readonly string[]): readonly Denial[] {
  return changes.flatMap((change, index) =>
    /[\r\n]|[\\`]\s*$|^\s*#|<</.test(change)
      ? [
          refused(
            "change-not-plain",
            `changes[${String(index)}]`,
            "an instruction must stand on one line, without a comment, a here-document or a continuation",
            "Write each instruction as one parameter of its own",
          ),
        ]
      : [],
  );
}

function withLastLabels(
  request: GateRequest,
  changes: readonly string[],
  labels: ReturnType<typeof imageLabels>,
): GateRequest {
  const pairs = labels.map(([key, value]) => `${key}=${quoted(value)}`);
  const all = [...changes, `LABEL ${pairs.join(" ")}`];
  return withQuery(
    request,
    "changes",
    ...all.map((line) => ({ kind: "text", text: line }) as const),
  );
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
}

/** Only what is its own gets another name: a tag on a shared image would show to everybody. */
export const tagImage: Handler = named("image", "own", async (request, objects) => {
  const target = referenceOf(text(request, "repo"), text(request, "tag"));
  const denial = await checkTarget(objects, target, "repo");
  return denial === undefined ? pass(request) : deny(request, denial);
});

export const pushImage: Handler = async (request, objects) => {
  const name = request.names.get("name") ?? "";
  const reference = referenceOf(name, text(request, "tag"));
  if (!hasTagOrDigest(reference)) {
    const denial = await checkEveryTag(objects, reference, "name", "own");
    return denial === undefined ? pass(request) : deny(request, denial);
  }
  const found = await objects.find("image", reference, "own", "name");
  return found.ok ? pass(request) : deny(request, found.denial);
};

export const exportImages: Handler = async (request, objects) => {
  const one = request.names.get("name");
  const names = one === undefined ? texts(request, "names") : [one];
  const references = new References(objects);
  for (const name of names) {
    references.ask(checkExported(objects, name, one === undefined ? "names" : "name"));
  }
  await references.settled();
  return references.denials.length > 0 ? deny(request, ...references.denials) : pass(request);
};

async function checkExported(
  objects: Objects,
  name: string,
  place: string,
): Promise<Denial | undefined> {
  if (!hasTagOrDigest(name)) {
    const denial = await checkEveryTag(objects, name, place, "seen");
    // No repository, but perhaps an id.
    if (denial?.status !== 404) return denial;
  }
  const found = await objects.find("image", name, "seen", place);
  return found.ok ? undefined : found.denial;
}

/** An archive names its images itself, and would move anybody's tags. */
export const loadImages: Handler = (request) =>
  deny(
    request,
    refused(
      "load-with-ownership",
      "",
      "an archive of images sets names and labels of its own choice, others' too",
      "Pull the image from a registry, or build it",
    ),
  );

export const listImages: Handler = async (request, objects) => {
  const references = new References(objects);
  const filters = request.query.get("filters")?.[0];
  for (const key of ["since", "before"]) {
    for (const name of (filters?.kind === "filters" ? filters.filters.get(key) : undefined) ?? []) {
      references.check("image", name, "seen", `filters.${key}`);
    }
  }
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  const eyes = await objects.imageEyes();
  return pass(request, [
    document((answer) => withoutUsers(keepItems(answer, (image) => isSeenImage(image, eyes)))),
  ]);
};

/** `Manifests[].ImageData.Containers` are ids of everybody's containers. */
function withoutUsers(list: JsonValue): JsonValue {
  if (!isJsonList(list)) return list;
  const cleaned = list.map((image) => (isJsonObject(image) ? withoutUsersOf(image) : image));
  return cleaned.some((image, index) => image !== list[index]) ? cleaned : list;
}

export function withoutUsersOf(image: JsonValue): JsonValue {
  if (!isJsonObject(image)) return image;
  const manifests = image.get("Manifests");
  if (!isJsonList(manifests)) return image;
  const cleaned = manifests.map((manifest) => {
    const data = isJsonObject(manifest) ? manifest.get("ImageData") : undefined;
    const users = isJsonObject(data) ? data.get("Containers") : undefined;
    if (!isJsonObject(manifest) || !isJsonObject(data) || !isJsonList(users)) return manifest;
    return users.length === 0
      ? manifest
      : withEntry(manifest, "ImageData", withEntry(data, "Containers", []));
  });
  return cleaned.some((manifest, index) => manifest !== manifests[index])
    ? withEntry(image, "Manifests", cleaned)
    : image;
}

export const inspectImage: Handler = named("image", "seen", (request) => {
  const manifests = request.query.get("manifests")?.[0];
  return manifests?.kind === "boolean" && manifests.value
    ? pass(request, [document(withoutUsersOf)])
    : pass(request);
});

export const pruneImages: Handler = (request, objects) =>
  pass(withLabelFilter(request, imageOwnerFilter(objects)));
