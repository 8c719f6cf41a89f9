/** What the engine tells of everything at once: lists, events, disk usage, counters. Filtered there and looked at here. */

import type { StepResult } from "../judge/contract.ts";
import {
  isJsonList,
  isJsonObject,
  JsonDecimal,
  type JsonObject,
  type JsonValue,
} from "../wire/json/value.ts";
import { unanswered } from "./denials.ts";
import {
  document,
  deny,
  ownerFilter,
  pass,
  withLabelFilter,
  withQuery,
  type Handler,
} from "./handlers.ts";
import { withoutUsersOf } from "./image-handlers.ts";
import { isSeenImage, type ImageEyes } from "./images.ts";
import { at, ownerOf } from "./labels.ts";
import type { Objects } from "./objects.ts";
import { References } from "./references.ts";
import { isSeenVolume, keepItems } from "./volumes.ts";

/** Objects of which a list holds the label at a path. */
export const labelledList =
  (...labels: readonly string[]): Handler =>
  (request, objects) =>
    pass(withLabelFilter(request, ownerFilter(objects)), [
      document((answer) =>
        keepItems(answer, (item) => ownerOf(at(item, ...labels)) === objects.client.owner),
      ),
    ]);

export const listContainers: Handler = (request, objects) => {
  const filters = request.query.get("filters")?.[0];
  const bounds =
    filters?.kind === "filters" ? filters.filters : new Map<string, ReadonlySet<string>>();
  const ends = ["since", "before"].flatMap((key) =>
    [...(bounds.get(key) ?? [])].map((name) => ({ key, name })),
  );
  const list = labelledList("Labels");
  if (ends.length === 0) return list(request, objects);
  return checkEnds();

  async function checkEnds(): Promise<StepResult> {
    const references = new References(objects);
    const changed = new Map([...bounds].map(([key, values]) => [key, new Set(values)]));
    for (const { key, name } of ends) {
      references.check("container", name, "own", `filters.${key}`, ({ id }) => {
        changed.get(key)?.delete(name);
        changed.get(key)?.add(id);
      });
    }
    await references.settled();
    if (references.denials.length > 0) return deny(request, ...references.denials);
    return list(withQuery(request, "filters", { kind: "filters", filters: changed }), objects);
  }
};

/** Only events of containers carry the labels of their object; what cannot be told whose it is does not pass. */
export const watchEvents: Handler = (request, objects) =>
  pass(withLabelFilter(request, ownerFilter(objects)), [
    {
      kind: "json-stream",
      rewrite: (event) =>
        at(event, "Type") === "container" &&
        ownerOf(at(event, "Actor", "Attributes")) === objects.client.owner
          ? event
          : undefined,
    },
  ]);

export const showInfo: Handler = async (request, objects) => {
  const [own, images, eyes] = await Promise.all([
    objects.ownContainers(),
    objects.images(),
    objects.imageEyes(),
  ]);
  if (typeof own === "string") return deny(request, unanswered("", own));
  if (typeof images === "string") return deny(request, unanswered("", images));
  const inState = (...states: readonly string[]): bigint =>
    count(own.filter((container) => states.some((state) => state === container.get("State"))));
  const running = inState("running", "restarting");
  const paused = inState("paused");
  const counters = new Map<string, bigint>([
    ["Containers", count(own)],
    ["ContainersRunning", running],
    ["ContainersPaused", paused],
    ["ContainersStopped", count(own) - running - paused],
    ["Images", count(images.filter((image) => isSeenImage(image, eyes)))],
  ]);
  return pass(request, [
    document((answer) => {
      if (!isJsonObject(answer)) return answer;
      const told = new Map(answer);
      for (const [key, value] of counters) if (told.has(key)) told.set(key, value);
      return told;
    }),
  ]);
};

const count = (list: readonly unknown[]): bigint => BigInt(list.length);

/** From 1.52 on the single objects are told only when asked for, and nothing else says whose they are. */
export const showUsage: Handler = async (request, objects) => {
  const asked = request.query.get("verbose")?.[0];
  const verbose = asked?.kind === "boolean" && asked.value;
  const detailed =
    request.minor >= 52 && !verbose
      ? withQuery(request, "verbose", { kind: "boolean", value: true, empty: false })
      : request;
  const eyes = await objects.imageEyes();
  return pass(detailed, [document((answer) => ownUsage(answer, objects, eyes, verbose))]);
};

type Keep = (item: JsonObject) => boolean;

function ownUsage(
  answer: JsonValue,
  { client }: Objects,
  eyes: ImageEyes,
  verbose: boolean,
): JsonValue {
  if (!isJsonObject(answer)) return new Map<string, JsonValue>();
  const { owner, grants } = client;
  const keeps: readonly (readonly [legacy: string, current: string, Keep])[] = [
    ["Images", "ImageUsage", (image) => isSeenImage(image, eyes)],
    ["Containers", "ContainerUsage", (container) => ownerOf(container.get("Labels")) === owner],
    ["Volumes", "VolumeUsage", (volume) => isSeenVolume(volume, owner, grants.volumes)],
    // What a build left in the cache has no owner.
    ["BuildCache", "BuildCacheUsage", () => false],
  ];
  const told = new Map<string, JsonValue>();
  for (const [legacy, current, keep] of keeps) {
    const list = answer.get(legacy);
    if (isJsonList(list)) {
      const kept = list.filter(isJsonObject).filter(keep);
      told.set(legacy, legacy === "Images" ? kept.map(withoutUsersOf) : kept);
      if (legacy === "Images") told.set("LayersSize", sizeOf(kept));
    }
    const usage = answer.get(current);
    if (isJsonObject(usage)) told.set(current, usageOf(usage, keep, verbose));
  }
  return told;
}

function usageOf(usage: JsonObject, keep: Keep, verbose: boolean): JsonObject {
  const items = usage.get("Items");
  const kept = isJsonList(items) ? items.filter(isJsonObject).filter(keep) : [];
  const idle = kept.filter((item) => !isActive(item));
  const told = new Map<string, JsonValue>([
    ["ActiveCount", count(kept) - count(idle)],
    ["TotalCount", count(kept)],
    ["Reclaimable", sizeOf(idle)],
    ["TotalSize", sizeOf(kept)],
  ]);
  if (verbose) told.set("Items", kept.map(withoutUsersOf));
  return told;
}

const ACTIVE = new Set<JsonValue>(["running", "paused", "restarting"]);

function isActive(item: JsonObject): boolean {
  const uses = wholeNumber(item.get("Containers") ?? at(item, "UsageData", "RefCount"));
  return uses > 0n || ACTIVE.has(item.get("State") ?? null);
}

function sizeOf(items: readonly JsonObject[]): bigint {
  let sum = 0n;
  for (const item of items) {
    const size = wholeNumber(
      item.get("Size") ?? item.get("SizeRw") ?? at(item, "UsageData", "Size"),
    );
    if (size > 0n) sum += size;
  }
  return sum;
}

/** A number as it was read; 0 for anything else. */
function wholeNumber(value: JsonValue | undefined): bigint {
  if (typeof value === "bigint") return value;
  return value instanceof JsonDecimal && /^-?[0-9]{1,19}$/.test(value.text)
    ? BigInt(value.text)
    : 0n;
}
