/**
 * An engine in memory: containers, networks, volumes, images and execs, with dockerd's way of finding them
 * by id, name and beginning (moby daemon/container.go and daemon/network.go). It knows no owners, and its errors
 * name other objects as dockerd's do.
 */

import { createHash } from "node:crypto";
import type { EngineAsk } from "../../../src/gate/judge/contract.ts";
import { writeJson } from "../../../src/gate/wire/json/write.ts";
import { parseQuery } from "../../../src/gate/wire/query.ts";
import { parseTarget } from "../../../src/gate/wire/target.ts";
import { operationsOf } from "./memory-operations.ts";
import {
  byBeginning,
  Failure,
  toJsonValue,
  withTag,
  type Container,
  type EngineAnswer,
  type Json,
  type Received,
} from "./memory-shapes.ts";

export type { EngineAnswer, Json };

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
  readonly #operations = operationsOf(this);

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
    const handler = this.#operations[operation.id];
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
    if (tag !== undefined) this.tag(image, tag);
    return image;
  }

  tag(image: Json, tag: string): void {
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
      ...(host.Binds ?? []).map((bind: string) => this.mount(bind)),
      ...(host.Mounts ?? [])
        .filter((mount: Json) => mount.Type === "volume")
        .map((mount: Json) => this.volumeMount(mount.Source, mount.VolumeOptions?.Labels)),
      ...Object.keys(body.Volumes ?? {}).map(() =>
        this.volumeMount(undefined, { "com.docker.volume.anonymous": "" }),
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
    this.event("container", "create", container);
    return container;
  }

  mount(bind: string): Json {
    const [source = "", target] = bind.split(":");
    return target !== undefined && source.startsWith("/")
      ? { Type: "bind", Source: source, Destination: target }
      : this.volumeMount(target === undefined ? undefined : source, undefined);
  }

  volumeMount(name: string | undefined, labels: Record<string, string> | undefined): Json {
    const volume = this.addVolume(name === undefined || name === "" ? this.newId() : name, labels);
    return { Type: "volume", Name: volume.Name, Source: volume.Mountpoint, Driver: volume.Driver };
  }

  event(
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

  removeContainer(container: Container, volumes: boolean): void {
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
}
