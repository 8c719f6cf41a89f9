/**
 * An engine in memory: containers, networks, volumes, images and execs, with dockerd's way of finding them
 * by id, name and beginning (moby daemon/container.go and daemon/network.go). It knows no owners, and its errors
 * name other objects as dockerd's do.
 */

import { createHash } from "node:crypto";
import type { EngineAsk } from "../../../src/gate/judge/contract.ts";
import { parseJsonText } from "../../../src/gate/wire/json/parse.ts";
import type { JsonValue } from "../../../src/gate/wire/json/value.ts";
import { writeJson } from "../../../src/gate/wire/json/write.ts";
import type { Filters } from "../../../src/gate/wire/filters.ts";
import { parseQuery, type Query } from "../../../src/gate/wire/query.ts";
import { parseTarget } from "../../../src/gate/wire/target.ts";

/** Plain JSON. */
// oxlint-disable-next-line typescript/no-explicit-any -- the model writes JSON freely, as Go does
export type Json = any;

export interface EngineAnswer {
  readonly status: number;
  readonly value: Json;
}

export interface Received {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly body: Json;
}

interface Container {
  Id: string;
  Name: string;
  Image: string;
  Config: Json;
  HostConfig: Json;
  Labels: Record<string, string>;
  Mounts: Json[];
  Networks: string[];
  State: string;
}

interface Call {
  readonly names: ReadonlyMap<string, string>;
  readonly query: Query;
  readonly body: Json;
}

class Failure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export class MemoryEngine {
  readonly containers: Container[] = [];
  readonly networks: Json[] = [];
  readonly volumes: Json[] = [];
  readonly images: Json[] = [];
  readonly execs = new Map<string, string>();
  readonly events: Json[] = [];
  /** What reached it, questions of the gate's own left out. */
  readonly received: Received[] = [];
  /** Called before each request: for races. */
  onRequest: ((id: string) => void) | undefined;
  /** Called before each question of the gate's own. */
  onAsk: ((path: string) => void) | undefined;
  /** It does not answer the gate. */
  silent = false;
  #count = 0;

  constructor() {
    for (const Name of ["bridge", "host", "none"]) {
      this.networks.push({ Name, Id: this.newId(), Driver: Name, Labels: {}, Containers: {} });
    }
  }

  newId(): string {
    this.#count += 1;
    return createHash("sha256")
      .update(`object ${String(this.#count)}`)
      .digest("hex");
  }

  readonly ask: EngineAsk = async ({ method, path, body }) => {
    await Promise.resolve();
    if (this.silent) return { ok: false, why: "it is silent" };
    this.onAsk?.(path);
    const { status, value } = this.handle(
      method,
      path,
      body === undefined ? undefined : JSON.parse(writeJson(body)),
    );
    return { ok: true, status, value: toJsonValue(value) };
  };

  /** A request of a client's, as the gate wrote it. */
  request(method: string, target: string, body: Json): EngineAnswer {
    const parsed = parseTarget(method, target);
    const id = parsed.ok ? parsed.value.operation.id : "?";
    this.onRequest?.(id);
    this.received.push({ id, method, target, body });
    return this.handle(method, target, body);
  }

  handle(method: string, target: string, body: Json): EngineAnswer {
    const parsed = parseTarget(method, target);
    if (!parsed.ok) return { status: 404, value: { message: "page not found" } };
    const { operation, names, rawQuery, minor } = parsed.value;
    const query = parseQuery(operation, rawQuery, minor);
    if (!query.ok) return { status: 400, value: { message: query.refusal.message } };
    const handler = this.#handlers[operation.id];
    if (handler === undefined)
      return { status: 501, value: { message: `not modelled: ${operation.id}` } };
    try {
      const value = handler({ names, query: query.value, body });
      return { status: value === undefined ? 204 : 200, value: value ?? null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { status: error.status, value: { message: error.message } };
    }
  }

  container(term: string): Container {
    if (term === "") throw new Failure(400, 'invalid name or ID supplied: ""');
    const found =
      this.containers.find(({ Id }) => Id === term) ??
      this.containers.find(({ Name }) => Name === `/${term}`) ??
      byBeginning(
        this.containers,
        term,
        () => new Failure(400, `multiple IDs found with provided prefix: ${term}`),
      );
    if (found === undefined) throw new Failure(404, `No such container: ${term}`);
    return found;
  }

  network(term: string): Json {
    const byName = this.networks.filter(({ Name }) => Name === term);
    const ambiguous = (): Failure =>
      new Failure(400, `network ${term} is ambiguous (2 matches found on name)`);
    if (byName.length > 1) throw ambiguous();
    const found =
      this.networks.find(({ Id }) => Id === term) ??
      byName[0] ??
      byBeginning(this.networks, term, ambiguous);
    if (found === undefined) throw new Failure(404, `network ${term} not found`);
    return found;
  }

  volume(name: string): Json {
    const found = this.volumes.find(({ Name }) => Name === name);
    if (found === undefined) throw new Failure(404, `get ${name}: no such volume`);
    return found;
  }

  image(term: string): Json {
    const tag = withTag(term);
    const found =
      this.images.find(({ RepoTags }) => RepoTags.includes(tag)) ??
      this.images.find(({ Id }) => Id === term || Id === `sha256:${term}`) ??
      (/^[0-9a-f]+$/.test(term)
        ? this.images.find(({ Id }) => Id.startsWith(`sha256:${term}`))
        : undefined);
    if (found === undefined) throw new Failure(404, `No such image: ${tag}`);
    return found;
  }

  addImage(
    tag: string | undefined,
    labels: Record<string, string> = {},
    env: readonly string[] = [],
  ): Json {
    const image = {
      Id: `sha256:${this.newId()}`,
      RepoTags: [] as string[],
      RepoDigests: [] as string[],
      Labels: labels,
      Env: env,
      Size: 100,
    };
    this.images.push(image);
    if (tag !== undefined) this.#tag(image, tag);
    return image;
  }

  #tag(image: Json, tag: string): void {
    const whole = withTag(tag);
    for (const other of this.images)
      other.RepoTags = other.RepoTags.filter((one: string) => one !== whole);
    image.RepoTags.push(whole);
  }

  addVolume(
    name: string,
    labels: Record<string, string> = {},
    driver = "local",
    options: Json = null,
  ): Json {
    const known = this.volumes.find(({ Name }) => Name === name);
    if (known !== undefined) {
      if (known.Driver !== driver)
        throw new Failure(409, `create ${name}: conflict: volume name must be unique`);
      return known;
    }
    const volume = {
      Name: name,
      Driver: driver,
      Labels: labels,
      Options: options,
      Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    };
    this.volumes.push(volume);
    return volume;
  }

  addNetwork(name: string, labels: Record<string, string> = {}): Json {
    const network = {
      Name: name,
      Id: this.newId(),
      Driver: "bridge",
      Labels: labels,
      Containers: {},
    };
    this.networks.push(network);
    return network;
  }

  addContainer(name: string | undefined, body: Json): Container {
    const image =
      body.Image === undefined || body.Image === "" ? undefined : this.image(body.Image);
    const Id = this.newId();
    const Name = `/${name ?? `auto_${Id.slice(0, 8)}`}`;
    const taken = this.containers.find((one) => one.Name === Name);
    if (taken !== undefined) {
      throw new Failure(
        409,
        `Conflict. The container name "${Name}" is already in use by container "${taken.Id}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    }
    const host = body.HostConfig ?? {};
    for (const mode of [host.NetworkMode, host.PidMode, host.IpcMode]) {
      if (typeof mode === "string" && mode.startsWith("container:"))
        this.container(mode.slice("container:".length));
    }
    const mounts = [
      ...(host.VolumesFrom ?? []).flatMap(
        (from: string) => this.container(from.split(":")[0] ?? "").Mounts,
      ),
      ...(host.Binds ?? []).map((bind: string) => this.#mount(bind)),
      ...(host.Mounts ?? [])
        .filter((mount: Json) => mount.Type === "volume")
        .map((mount: Json) => this.#volumeMount(mount.Source, mount.VolumeOptions?.Labels)),
      ...Object.keys(body.Volumes ?? {}).map(() =>
        this.#volumeMount(undefined, { "com.docker.volume.anonymous": "" }),
      ),
    ];
    const mode = host.NetworkMode ?? "default";
    const networks = mode.startsWith("container:")
      ? []
      : [
          mode === "default" ? "bridge" : mode,
          ...Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {}),
        ];
    const container: Container = {
      Id,
      Name,
      Image: body.Image ?? "",
      Config: body,
      HostConfig: host,
      Labels: { ...image?.Labels, ...body.Labels },
      Mounts: mounts,
      Networks: [...new Set<string>(networks)],
      State: "created",
    };
    for (const network of container.Networks)
      this.network(network).Containers[Id] = { Name: Name.slice(1) };
    this.containers.push(container);
    this.#event("container", "create", container);
    return container;
  }

  #mount(bind: string): Json {
    const [source = "", target] = bind.split(":");
    return target !== undefined && source.startsWith("/")
      ? { Type: "bind", Source: source, Destination: target }
      : this.#volumeMount(target === undefined ? undefined : source, undefined);
  }

  #volumeMount(name: string | undefined, labels: Record<string, string> | undefined): Json {
    const volume = this.addVolume(name === undefined || name === "" ? this.newId() : name, labels);
    return { Type: "volume", Name: volume.Name, Source: volume.Mountpoint, Driver: volume.Driver };
  }

  #event(
    Type: string,
    Action: string,
    { Id, Name, Labels }: { Id: string; Name: string; Labels: Json },
  ): void {
    const labels = Type === "container" ? Labels : {};
    this.events.push({
      Type,
      Action,
      Actor: { ID: Id, Attributes: { ...labels, name: Name.replace("/", "") } },
    });
  }

  #removeContainer(container: Container, volumes: boolean): void {
    this.containers.splice(this.containers.indexOf(container), 1);
    for (const network of this.networks) delete network.Containers[container.Id];
    if (!volumes) return;
    for (const { Name } of container.Mounts) {
      const anonymous =
        /^[0-9a-f]{64}$/.test(Name ?? "") &&
        !this.containers.some(({ Mounts }) => Mounts.some((mount) => mount.Name === Name));
      if (anonymous)
        this.volumes.splice(
          this.volumes.findIndex((volume) => volume.Name === Name),
          1,
        );
    }
  }

  #withContainer =
    (act: (container: Container, call: Call) => Json): ((call: Call) => Json) =>
    (call) => {
      const found = this.container(first(call.names));
      const value = act(found, call);
      return value;
    };

  readonly #summary = (container: Container): Json => ({
    Id: container.Id,
    Names: [container.Name],
    Image: container.Image,
    Command: "run",
    Labels: container.Labels,
    State: container.State,
    Mounts: container.Mounts,
    SizeRw: 10,
  });

  readonly #inspected = (container: Container): Json => ({
    Id: container.Id,
    Name: container.Name,
    State: { Status: container.State, Running: container.State === "running" },
    Config: { ...container.Config, Labels: container.Labels },
    HostConfig: container.HostConfig,
    Mounts: container.Mounts,
    NetworkSettings: { Networks: Object.fromEntries(container.Networks.map((name) => [name, {}])) },
  });

  readonly #handlers: Readonly<Record<string, (call: Call) => Json>> = {
    ContainerList: ({ query }) => {
      const filters = filtersOf(query);
      for (const key of ["since", "before"])
        for (const name of filters.get(key) ?? []) this.container(name);
      return this.containers
        .filter((one) => matchesLabels(one.Labels, filters))
        .filter((one) => flag(query, "all") || one.State === "running")
        .filter((one) => any(filters, "name", (text) => one.Name.includes(text)))
        .filter((one) =>
          any(filters, "volume", (text) => one.Mounts.some(({ Name }) => Name === text)),
        )
        .map(this.#summary);
    },
    ContainerCreate: ({ query, body }) => ({
      Id: this.addContainer(word(query, "name"), body).Id,
      Warnings: [],
    }),
    ContainerInspect: this.#withContainer((container) => this.#inspected(container)),
    ContainerLogs: this.#withContainer((container) => `logs of ${container.Id}`),
    ContainerStart: this.#withContainer((container) => {
      container.State = "running";
      this.#event("container", "start", container);
    }),
    ContainerStop: this.#withContainer((container) => void (container.State = "exited")),
    ContainerExport: this.#withContainer((container) => `files of ${container.Id}`),
    ContainerRename: this.#withContainer((container, { query }) => {
      const name = `/${word(query, "name") ?? ""}`;
      const taken = this.containers.find(({ Name }) => Name === name);
      if (taken !== undefined)
        throw new Failure(
          409,
          `Conflict. The container name "${name}" is already in use by container "${taken.Id}".`,
        );
      container.Name = name;
    }),
    ContainerDelete: this.#withContainer((container, { query }) =>
      this.#removeContainer(container, flag(query, "v")),
    ),
    ContainerPrune: ({ query }) => {
      const gone = this.containers.filter(
        (one) => one.State !== "running" && matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) this.#removeContainer(one, false);
      return { ContainersDeleted: gone.map(({ Id }) => Id), SpaceReclaimed: 0 };
    },
    ContainerExec: this.#withContainer((container) => {
      const id = this.newId();
      this.execs.set(id, container.Id);
      this.#event("container", "exec_create: sh", container);
      return { Id: id };
    }),
    ExecInspect: ({ names }) => ({
      ID: first(names),
      ContainerID: this.#exec(first(names)),
      Running: false,
    }),
    ExecStart: ({ names }) => `output in ${this.#exec(first(names))}`,
    ImageCommit: ({ query, body }) => {
      const container = this.container(word(query, "container") ?? "");
      const labels = { ...container.Labels, ...body?.Labels, ...labelsOfChanges(query) };
      const repo = word(query, "repo");
      return {
        Id: this.addImage(
          repo === undefined ? undefined : `${repo}:${word(query, "tag") ?? "latest"}`,
          labels,
          container.Config.Env,
        ).Id,
      };
    },

    ImageList: ({ query }) => {
      const filters = filtersOf(query);
      for (const key of ["since", "before"])
        for (const name of filters.get(key) ?? []) this.image(name);
      return this.images
        .filter((image) => matchesLabels(image.Labels, filters))
        .map((image) => ({ ...image, Env: undefined, Containers: -1 }));
    },
    ImageInspect: ({ names }) => {
      const image = this.image(first(names));
      return {
        ...image,
        Labels: undefined,
        Env: undefined,
        Config: { Labels: image.Labels, Env: image.Env },
      };
    },
    ImageHistory: ({ names }) => [{ Id: this.image(first(names)).Id, CreatedBy: "sh" }],
    ImageGet: ({ names }) => `files of ${this.image(first(names)).Id}`,
    ImageTag: ({ names, query }) =>
      this.#tag(
        this.image(first(names)),
        `${word(query, "repo") ?? ""}:${word(query, "tag") ?? "latest"}`,
      ),
    ImageDelete: ({ names }) => {
      const image = this.image(first(names));
      this.images.splice(this.images.indexOf(image), 1);
      return [{ Deleted: image.Id }];
    },
    ImageCreate: ({ query }) => {
      const from = word(query, "fromImage");
      this.addImage(
        from === undefined
          ? `${word(query, "repo") ?? ""}:${word(query, "tag") ?? "latest"}`
          : `${from}:${word(query, "tag") ?? "latest"}`,
        labelsOfChanges(query),
      ).RepoDigests.push("d@sha256:1");
      return { status: "done" };
    },
    ImageBuild: ({ query }) => {
      const labels = query.get("labels")?.[0];
      const image = this.addImage(
        word(query, "t"),
        labels?.kind === "json" ? JSON.parse(writeJson(labels.value)) : {},
      );
      return { stream: `built ${image.Id}` };
    },
    ImagePrune: ({ query }) => {
      const gone = this.images.filter(
        (image) => image.RepoTags.length === 0 && matchesLabels(image.Labels, filtersOf(query)),
      );
      for (const image of gone) this.images.splice(this.images.indexOf(image), 1);
      return { ImagesDeleted: gone.map(({ Id }) => ({ Deleted: Id })), SpaceReclaimed: 0 };
    },

    NetworkList: ({ query }) =>
      this.networks
        .filter(({ Labels }) => matchesLabels(Labels, filtersOf(query)))
        .map((one) => ({ ...one, Containers: {} })),
    NetworkInspect: ({ names }) => this.network(first(names)),
    NetworkCreate: ({ body }) => ({ Id: this.addNetwork(body.Name, body.Labels).Id, Warning: "" }),
    NetworkDelete: ({ names }) => {
      const network = this.network(first(names));
      const [user] = Object.keys(network.Containers);
      if (user !== undefined)
        throw new Failure(
          403,
          `error while removing network: network ${network.Name} id ${network.Id} has active endpoints (${user})`,
        );
      this.networks.splice(this.networks.indexOf(network), 1);
    },
    NetworkConnect: ({ names, body }) => {
      const network = this.network(first(names));
      const container = this.container(body.Container);
      container.Networks.push(network.Name);
      network.Containers[container.Id] = { Name: container.Name.slice(1) };
    },
    NetworkDisconnect: ({ names, body }) => {
      const container = this.container(body.Container);
      delete this.network(first(names)).Containers[container.Id];
    },
    NetworkPrune: ({ query }) => {
      const gone = this.networks.filter(
        (one) =>
          !["bridge", "host", "none"].includes(one.Name) &&
          Object.keys(one.Containers).length === 0 &&
          matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) this.networks.splice(this.networks.indexOf(one), 1);
      return { NetworksDeleted: gone.map(({ Name }) => Name) };
    },

    VolumeList: ({ query }) => ({
      Volumes: this.volumes.filter(({ Labels }) => matchesLabels(Labels, filtersOf(query))),
      Warnings: null,
    }),
    VolumeInspect: ({ names }) => this.volume(first(names)),
    VolumeCreate: ({ body }) =>
      this.addVolume(
        body.Name === undefined || body.Name === "" ? this.newId() : body.Name,
        body.Labels ?? {},
        body.Driver ?? "local",
        body.DriverOpts ?? null,
      ),
    VolumeDelete: ({ names }) => {
      const volume = this.volume(first(names));
      const users = this.containers.filter(({ Mounts }) =>
        Mounts.some(({ Name }) => Name === volume.Name),
      );
      if (users.length > 0)
        throw new Failure(
          409,
          `remove ${volume.Name}: volume is in use - [${users.map(({ Id }) => Id).join(", ")}]`,
        );
      this.volumes.splice(this.volumes.indexOf(volume), 1);
    },
    VolumePrune: ({ query }) => {
      const gone = this.volumes.filter(
        (one) =>
          !this.containers.some(({ Mounts }) => Mounts.some(({ Name }) => Name === one.Name)) &&
          matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) this.volumes.splice(this.volumes.indexOf(one), 1);
      return { VolumesDeleted: gone.map(({ Name }) => Name), SpaceReclaimed: 0 };
    },

    SystemInfo: () => ({
      Containers: this.containers.length,
      ContainersRunning: this.containers.filter(({ State }) => State === "running").length,
      ContainersPaused: 0,
      ContainersStopped: 0,
      Images: this.images.length,
      Name: "host",
    }),
    SystemDataUsage: () => ({
      Images: this.images.map((image) => ({ ...image, Env: undefined, Containers: 1 })),
      Containers: this.containers.map(this.#summary),
      Volumes: this.volumes.map((volume) => ({ ...volume, UsageData: { Size: 5, RefCount: 0 } })),
      BuildCache: [{ ID: "cache", Description: "mount / exec sh" }],
      LayersSize: 1000,
      ContainerUsage: {
        Items: this.containers.map(this.#summary),
        TotalCount: this.containers.length,
        TotalSize: 10,
      },
    }),
    SystemVersion: () => ({ Version: "29" }),
  };

  #exec(id: string): string {
    const container = this.execs.get(id);
    if (container === undefined) throw new Failure(404, `No such exec instance: ${id}`);
    return container;
  }
}

/** As dockerd merges a LABEL of a change into the image. */
function labelsOfChanges(query: Query): Record<string, string> {
  const lines = (query.get("changes") ?? []).flatMap((value) =>
    value.kind === "text" ? [value.text] : [],
  );
  const pairs = lines
    .filter((line) => line.startsWith("LABEL "))
    .flatMap((line) => [...line.matchAll(/([\w.-]+)="([^"]*)"/g)]);
  return Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key, value]));
}

function byBeginning<T extends { readonly Id: string }>(
  all: readonly T[],
  term: string,
  several: () => Failure,
): T | undefined {
  const found = all.filter(({ Id }) => Id.startsWith(term));
  if (found.length > 1) throw several();
  return found[0];
}

const first = (names: ReadonlyMap<string, string>): string => [...names.values()][0] ?? "";

function filtersOf(query: Query): Filters {
  const value = query.get("filters")?.[0];
  return value?.kind === "filters" ? value.filters : new Map();
}

function matchesLabels(labels: Record<string, string> | undefined, filters: Filters): boolean {
  return [...(filters.get("label") ?? [])].every((wanted) => {
    const equals = wanted.indexOf("=");
    const key = equals === -1 ? wanted : wanted.slice(0, equals);
    if (labels?.[key] === undefined) return false;
    return equals === -1 || labels[key] === wanted.slice(equals + 1);
  });
}

function any(filters: Filters, key: string, matches: (text: string) => boolean): boolean {
  const values = filters.get(key);
  return values === undefined || [...values].some(matches);
}

function word(query: Query, key: string): string | undefined {
  const value = query.get(key)?.[0];
  return value?.kind === "text" && value.text !== "" ? value.text : undefined;
}

function flag(query: Query, key: string): boolean {
  const value = query.get(key)?.[0];
  return value?.kind === "boolean" && value.value;
}

/** The engine's short form of a reference, with a tag. */
function withTag(name: string): string {
  const short = name.replace(/^docker\.io\/(?:library\/)?/, "");
  return short.slice(short.lastIndexOf("/") + 1).includes(":") ? short : `${short}:latest`;
}

export function toJsonValue(value: Json): JsonValue {
  const parsed = parseJsonText(JSON.stringify(value ?? null));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
}
