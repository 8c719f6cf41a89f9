/**
 * Objects of the engine as one client sees them: its own, what its policy grants, and nothing else. Every name
 * is resolved by asking the engine once, and what is asked for afterwards is the full id.
 */

import type { ClientPolicy } from "../policy/client-policy.ts";
import { OWNER_LABEL, type Denial, type EngineAsk, type JudgeContext } from "../judge/contract.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { writeFilters } from "../wire/filters.ts";
import { isName } from "../wire/names.ts";
import { percentEncode } from "../wire/percent.ts";
import { missing, unanswered, type ObjectKind } from "./denials.ts";
import { knownIds, type KnownIds } from "./known-ids.ts";
import { at, ownerOf } from "./labels.ts";
import { engineId } from "./engine-id.ts";
import { isOwnImage, isSharedImage, type ImageEyes } from "./images.ts";
import { matchesAny } from "../policy/pattern.ts";

/**
 * `own`: only what the client created. `seen`: also what its policy grants, and shared images. `used`: every
 * shared image; whether the policy grants it, the posture says, and in words that help.
 */
export type Right = "own" | "seen" | "used";

export type Found =
  | {
      readonly ok: true;
      /** The full id; a volume's and an image's name as it was asked for. */
      readonly id: string;
      readonly own: boolean;
      /** What the engine says of it, where it was asked. */
      readonly value?: JsonObject;
    }
  | {
      readonly ok: false;
      readonly denial: Denial;
      /** The engine has no object of this name, nobody's. */
      readonly free: boolean;
    };

interface KindRow {
  /** What stands before and behind the name in the path of its inspection. */
  readonly path: readonly [string, string];
  readonly name: "container" | "exec" | "image" | "network" | "volume" | "swarm";
  readonly id: string;
  readonly labels: readonly string[];
}

const KINDS: Readonly<Record<ObjectKind, KindRow>> = {
  container: {
    path: ["/containers/", "/json"],
    name: "container",
    id: "Id",
    labels: ["Config", "Labels"],
  },
  exec: { path: ["/exec/", "/json"], name: "exec", id: "ID", labels: [] },
  image: { path: ["/images/", "/json"], name: "image", id: "Id", labels: ["Config", "Labels"] },
  network: { path: ["/networks/", ""], name: "network", id: "Id", labels: ["Labels"] },
  volume: { path: ["/volumes/", ""], name: "volume", id: "Name", labels: ["Labels"] },
  service: { path: ["/services/", ""], name: "swarm", id: "ID", labels: ["Spec", "Labels"] },
  task: {
    path: ["/tasks/", ""],
    name: "swarm",
    id: "ID",
    labels: ["Spec", "ContainerSpec", "Labels"],
  },
  secret: { path: ["/secrets/", ""], name: "swarm", id: "ID", labels: ["Spec", "Labels"] },
  config: { path: ["/configs/", ""], name: "swarm", id: "ID", labels: ["Spec", "Labels"] },
};

/** Names whose path is another route's: a reference in a body never was a path, so it is looked at here. */
function canBeAsked(kind: ObjectKind, name: string): boolean {
  return (
    isName(KINDS[kind].name, name) &&
    name.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..")
  );
}

const HEX = /^[0-9a-f]{1,64}$/;

/** For one request; remembers what it asked. */
export class Objects {
  readonly client: ClientPolicy;
  readonly engine: EngineAsk;
  readonly known: KnownIds;
  readonly #asked = new Map<string, Promise<Found>>();
  #ownContainers: Promise<readonly JsonObject[] | string> | undefined;
  #images: Promise<readonly JsonObject[] | string> | undefined;

  constructor({ client, engine }: JudgeContext) {
    this.client = client;
    this.engine = engine;
    this.known = knownIds(engine);
  }

  /** `place` is the field or parameter that names it, for the denial. */
  find(kind: ObjectKind, name: string, right: Right, place: string): Found | Promise<Found> {
    if (kind === "container" || kind === "network" || kind === "exec") {
      const owner = this.known.ownerOf(kind, name);
      if (owner === this.client.owner) return { ok: true, id: name, own: true };
    }
    if (!canBeAsked(kind, name)) return none(kind, name, place);
    const key = `${kind} ${right} ${name}`;
    const asked = this.#asked.get(key) ?? this.#find(kind, name, right, place);
    this.#asked.set(key, asked);
    return asked;
  }

  async #find(kind: ObjectKind, name: string, right: Right, place: string): Promise<Found> {
    const inspected = await this.inspect(kind, name);
    if (typeof inspected === "string") return unsure(place, inspected);
    if (isJsonObject(inspected)) {
      const found = await this.#judge(kind, name, right, inspected, place);
      if (found !== undefined) return found;
    }
    const byBeginning = await this.#ownByBeginning(kind, name, place);
    return byBeginning ?? { ...none(kind, name, place), free: inspected === undefined };
  }

  /** What the engine says of it, whosever it is: undefined for nothing of the name, null for several, a text why not. */
  async inspect(kind: ObjectKind, name: string): Promise<JsonObject | null | undefined | string> {
    if (!canBeAsked(kind, name)) return null;
    const [before, after] = KINDS[kind].path;
    const encoded = percentEncode(name, kind === "image" ? "/:@" : "");
    const reply = await this.engine({ method: "GET", path: `${before}${encoded}${after}` });
    if (!reply.ok) return reply.why;
    const { status, value } = reply;
    if (status === 200 && isJsonObject(value)) return value;
    if (status === 404) return undefined;
    // Where there is no swarm its objects cannot be asked for.
    return status === 400 || status === 500 ? null : `it answers with status ${String(status)}`;
  }

  /** Undefined for somebody else's. */
  async #judge(
    kind: ObjectKind,
    name: string,
    right: Right,
    value: JsonObject,
    place: string,
  ): Promise<Found | undefined> {
    if (kind === "exec") return this.#judgeExec(name, value, place);
    const { owner } = this.client;
    const own =
      kind === "image"
        ? isOwnImage(value, await this.imageEyes())
        : ownerOf(at(value, ...KINDS[kind].labels)) === owner;
    const id = value.get(KINDS[kind].id);
    if (typeof id !== "string") return undefined;
    if (!own && !(await this.#isSeen(kind, right, value, id))) return undefined;
    if (own && (kind === "container" || kind === "network")) this.known.learn(kind, id, owner);
    return { ok: true, id: kind === "image" ? name : id, own, value };
  }

  async #isSeen(kind: ObjectKind, right: Right, value: JsonObject, id: string): Promise<boolean> {
    const { grants } = this.client;
    if (kind === "volume" && isAnonymousVolume(value) && (await this.#mounts(id))) return true;
    if (right === "own") return false;
    const name = value.get("Name");
    if (kind === "network")
      return typeof name === "string" && isGrantedNetwork(name, grants.networks);
    if (kind === "volume") return matchesAny(grants.volumes, id);
    if (kind !== "image") return false;
    const eyes = await this.imageEyes();
    return isSharedImage(value, right === "used" ? { ...eyes, granted: undefined } : eyes);
  }

  async #judgeExec(name: string, value: JsonObject, place: string): Promise<Found | undefined> {
    const container = value.get("ContainerID");
    if (typeof container !== "string") return undefined;
    const found = await this.find("container", container, "own", place);
    if (!found.ok) return found.denial.status === 404 ? undefined : found;
    this.known.learn("exec", name, this.client.owner);
    return { ok: true, id: name, own: true, value };
  }

  /**
   * The engine knows no owners: the beginning of an id that is unique among the client's own objects may be
   * ambiguous for it, or the name of somebody else's.
   */
  async #ownByBeginning(kind: ObjectKind, name: string, place: string): Promise<Found | undefined> {
    if (kind !== "container" || !HEX.test(name)) return undefined;
    const own = await this.ownContainers();
    if (typeof own === "string") return unsure(place, own);
    const ids = own.map((container) => container.get("Id")).filter((id) => typeof id === "string");
    const matching = ids.filter((id) => id.startsWith(name));
    const [id] = matching;
    return id !== undefined && matching.length === 1 ? { ok: true, id, own: true } : undefined;
  }

  /** All of the client's containers, as the engine lists them; a text says why not. */
  ownContainers(): Promise<readonly JsonObject[] | string> {
    this.#ownContainers ??= this.ownContainersNow();
    return this.#ownContainers;
  }

  /** Asked for anew. */
  async ownContainersNow(): Promise<readonly JsonObject[] | string> {
    const { owner } = this.client;
    const filters = writeFilters(new Map([["label", new Set([`${OWNER_LABEL}=${owner}`])]]));
    const path = `/containers/json?all=1&filters=${percentEncode(filters)}`;
    const reply = await this.engine({ method: "GET", path });
    if (!reply.ok) return reply.why;
    if (!isJsonList(reply.value)) return "its list of containers is none";
    return reply.value.filter(isJsonObject).filter((one) => ownerOf(one.get("Labels")) === owner);
  }

  /** All images, as the engine lists them. */
  images(): Promise<readonly JsonObject[] | string> {
    this.#images ??= this.#listImages();
    return this.#images;
  }

  async #listImages(): Promise<readonly JsonObject[] | string> {
    const reply = await this.engine({ method: "GET", path: "/images/json" });
    if (!reply.ok) return reply.why;
    return isJsonList(reply.value)
      ? reply.value.filter(isJsonObject)
      : "its list of images is none";
  }

  async imageEyes(): Promise<ImageEyes> {
    const { owner, grants } = this.client;
    return { owner, granted: grants.images, engine: await engineId(this.engine) };
  }

  /** An anonymous volume has no label of an owner: it is whose container mounts it. */
  async #mounts(volume: string): Promise<boolean> {
    const own = await this.ownContainers();
    return (
      typeof own !== "string" && own.some((container) => mountedVolumes(container).has(volume))
    );
  }
}

/** The host's network, and none at all, must be granted by name. The usual one is everybody's. */
export function isGrantedNetwork(name: string, granted: readonly string[]): boolean {
  if (name === "bridge") return true;
  return name === "host" || name === "none" ? granted.includes(name) : matchesAny(granted, name);
}

const ANONYMOUS = "com.docker.volume.anonymous";

function isAnonymousVolume(value: JsonObject): boolean {
  if (ownerOf(value.get("Labels")) !== undefined) return false;
  const name = value.get("Name");
  return (
    typeof at(value, "Labels", ANONYMOUS) === "string" ||
    (typeof name === "string" && /^[0-9a-f]{64}$/.test(name))
  );
}

function mountedVolumes(container: JsonObject): ReadonlySet<JsonValue> {
  const mounts = container.get("Mounts");
  const volumes = isJsonList(mounts)
    ? mounts.filter(isJsonObject).filter((mount) => mount.get("Type") === "volume")
    : [];
  return new Set(volumes.map((mount) => mount.get("Name") ?? null));
}

function none(kind: ObjectKind, name: string, place: string): Found & { readonly ok: false } {
  return { ok: false, denial: missing(kind, name, place), free: false };
}

function unsure(place: string, why: string): Found {
  return { ok: false, denial: unanswered(place, why), free: false };
}
