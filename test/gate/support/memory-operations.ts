/** What the engine in memory does with each request; one that is not here it does not know. */

import { writeJson } from "../../../src/gate/wire/json/write.ts";
import type { MemoryEngine } from "./memory-engine.ts";
import {
  any,
  Failure,
  filtersOf,
  first,
  flag,
  labelsOfChanges,
  matchesLabels,
  word,
  type Call,
  type Container,
  type Json,
} from "./memory-shapes.ts";

type Operation = (call: Call) => Json;

const summary = (container: Container): Json => ({
  Id: container.Id,
  Names: [container.Name],
  Image: container.Image,
  Command: "run",
  Labels: container.Labels,
  State: container.State,
  Mounts: container.Mounts,
  SizeRw: 10,
});

const inspected = (container: Container): Json => ({
  Id: container.Id,
  Name: container.Name,
  State: { Status: container.State, Running: container.State === "running" },
  Config: { ...container.Config, Labels: container.Labels },
  HostConfig: container.HostConfig,
  Mounts: container.Mounts,
  NetworkSettings: { Networks: Object.fromEntries(container.Networks.map((name) => [name, {}])) },
});

function containerOf(engine: MemoryEngine, exec: string): string {
  const container = engine.execs.get(exec);
  if (container === undefined) throw new Failure(404, `No such exec instance: ${exec}`);
  return container;
}

export function operationsOf(engine: MemoryEngine): Readonly<Record<string, Operation>> {
  const withContainer =
    (act: (container: Container, call: Call) => Json): Operation =>
    (call) =>
      act(engine.container(first(call.names)), call);
  return {
    ContainerList: ({ query }) => {
      const filters = filtersOf(query);
      for (const key of ["since", "before"])
        for (const name of filters.get(key) ?? []) engine.container(name);
      return engine.containers
        .filter((one) => matchesLabels(one.Labels, filters))
        .filter((one) => flag(query, "all") || one.State === "running")
        .filter((one) => any(filters, "name", (text) => one.Name.includes(text)))
        .filter((one) =>
          any(filters, "volume", (text) => one.Mounts.some(({ Name }) => Name === text)),
        )
        .map(summary);
    },
    ContainerCreate: ({ query, body }) => ({
      Id: engine.addContainer(word(query, "name"), body).Id,
      Warnings: [],
    }),
    ContainerInspect: withContainer((container) => inspected(container)),
    ContainerLogs: withContainer((container) => `logs of ${container.Id}`),
    ContainerStart: withContainer((container) => {
      container.State = "running";
      engine.event("container", "start", container);
    }),
    ContainerStop: withContainer((container) => void (container.State = "exited")),
    ContainerExport: withContainer((container) => `files of ${container.Id}`),
    ContainerRename: withContainer((container, { query }) => {
      const name = `/${word(query, "name") ?? ""}`;
      const taken = engine.containers.find(({ Name }) => Name === name);
      if (taken !== undefined)
        throw new Failure(
          409,
          `Conflict. The container name "${name}" is already in use by container "${taken.Id}".`,
        );
      container.Name = name;
    }),
    ContainerDelete: withContainer((container, { query }) =>
      engine.removeContainer(container, flag(query, "v")),
    ),
    ContainerPrune: ({ query }) => {
      const gone = engine.containers.filter(
        (one) => one.State !== "running" && matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) engine.removeContainer(one, false);
      return { ContainersDeleted: gone.map(({ Id }) => Id), SpaceReclaimed: 0 };
    },
    ContainerExec: withContainer((container) => {
      const id = engine.newId();
      engine.execs.set(id, container.Id);
      engine.event("container", "exec_create: sh", container);
      return { Id: id };
    }),
    ExecInspect: ({ names }) => ({
      ID: first(names),
      ContainerID: containerOf(engine, first(names)),
      Running: false,
    }),
    ExecStart: ({ names }) => `output in ${containerOf(engine, first(names))}`,
    ImageCommit: ({ query, body }) => {
      const container = engine.container(word(query, "container") ?? "");
      const labels = { ...container.Labels, ...body?.Labels, ...labelsOfChanges(query) };
      const repo = word(query, "repo");
      return {
        Id: engine.addImage(
          repo === undefined ? undefined : `${repo}:${word(query, "tag") ?? "latest"}`,
          labels,
          container.Config.Env,
        ).Id,
      };
    },

    ImageList: ({ query }) => {
      const filters = filtersOf(query);
      for (const key of ["since", "before"])
        for (const name of filters.get(key) ?? []) engine.image(name);
      return engine.images
        .filter((image) => matchesLabels(image.Labels, filters))
        .map((image) => ({ ...image, Env: undefined, Containers: -1 }));
    },
    ImageInspect: ({ names }) => {
      const image = engine.image(first(names));
      return {
        ...image,
        Labels: undefined,
        Env: undefined,
        Config: { Labels: image.Labels, Env: image.Env },
      };
    },
    ImageHistory: ({ names }) => [{ Id: engine.image(first(names)).Id, CreatedBy: "sh" }],
    ImageGet: ({ names }) => `files of ${engine.image(first(names)).Id}`,
    ImageTag: ({ names, query }) =>
      engine.tag(
        engine.image(first(names)),
        `${word(query, "repo") ?? ""}:${word(query, "tag") ?? "latest"}`,
      ),
    ImageDelete: ({ names }) => {
      const image = engine.image(first(names));
      engine.images.splice(engine.images.indexOf(image), 1);
      return [{ Deleted: image.Id }];
    },
    ImageCreate: ({ query }) => {
      const from = word(query, "fromImage");
      engine
        .addImage(
          from === undefined
            ? `${word(query, "repo") ?? ""}:${word(query, "tag") ?? "latest"}`
            : `${from}:${word(query, "tag") ?? "latest"}`,
          labelsOfChanges(query),
        )
        .RepoDigests.push("d@sha256:1");
      return { status: "done" };
    },
    ImageBuild: ({ query }) => {
      const labels = query.get("labels")?.[0];
      const image = engine.addImage(
        word(query, "t"),
        labels?.kind === "json" ? JSON.parse(writeJson(labels.value)) : {},
      );
      return { stream: `built ${image.Id}` };
    },
    ImagePrune: ({ query }) => {
      const gone = engine.images.filter(
        (image) => image.RepoTags.length === 0 && matchesLabels(image.Labels, filtersOf(query)),
      );
      for (const image of gone) engine.images.splice(engine.images.indexOf(image), 1);
      return { ImagesDeleted: gone.map(({ Id }) => ({ Deleted: Id })), SpaceReclaimed: 0 };
    },

    NetworkList: ({ query }) =>
      engine.networks
        .filter(({ Labels }) => matchesLabels(Labels, filtersOf(query)))
        .map((one) => ({ ...one, Containers: {} })),
    NetworkInspect: ({ names }) => engine.network(first(names)),
    NetworkCreate: ({ body }) => ({
      Id: engine.addNetwork(body.Name, body.Labels).Id,
      Warning: "",
    }),
    NetworkDelete: ({ names }) => {
      const network = engine.network(first(names));
      const [user] = Object.keys(network.Containers);
      if (user !== undefined)
        throw new Failure(
          403,
          `error while removing network: network ${network.Name} id ${network.Id} has active endpoints (${user})`,
        );
      engine.networks.splice(engine.networks.indexOf(network), 1);
    },
    NetworkConnect: ({ names, body }) => {
      const network = engine.network(first(names));
      const container = engine.container(body.Container);
      container.Networks.push(network.Name);
      network.Containers[container.Id] = { Name: container.Name.slice(1) };
    },
    NetworkDisconnect: ({ names, body }) => {
      const container = engine.container(body.Container);
      delete engine.network(first(names)).Containers[container.Id];
    },
    NetworkPrune: ({ query }) => {
      const gone = engine.networks.filter(
        (one) =>
          !["bridge", "host", "none"].includes(one.Name) &&
          Object.keys(one.Containers).length === 0 &&
          matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) engine.networks.splice(engine.networks.indexOf(one), 1);
      return { NetworksDeleted: gone.map(({ Name }) => Name) };
    },

    VolumeList: ({ query }) => ({
      Volumes: engine.volumes.filter(({ Labels }) => matchesLabels(Labels, filtersOf(query))),
      Warnings: null,
    }),
    VolumeInspect: ({ names }) => engine.volume(first(names)),
    VolumeCreate: ({ body }) =>
      engine.addVolume(
        body.Name === undefined || body.Name === "" ? engine.newId() : body.Name,
        body.Labels ?? {},
        body.Driver ?? "local",
        body.DriverOpts ?? null,
      ),
    VolumeDelete: ({ names }) => {
      const volume = engine.volume(first(names));
      const users = engine.containers.filter(({ Mounts }) =>
        Mounts.some(({ Name }) => Name === volume.Name),
      );
      if (users.length > 0)
        throw new Failure(
          409,
          `remove ${volume.Name}: volume is in use - [${users.map(({ Id }) => Id).join(", ")}]`,
        );
      engine.volumes.splice(engine.volumes.indexOf(volume), 1);
    },
    VolumePrune: ({ query }) => {
      const gone = engine.volumes.filter(
        (one) =>
          !engine.containers.some(({ Mounts }) => Mounts.some(({ Name }) => Name === one.Name)) &&
          matchesLabels(one.Labels, filtersOf(query)),
      );
      for (const one of gone) engine.volumes.splice(engine.volumes.indexOf(one), 1);
      return { VolumesDeleted: gone.map(({ Name }) => Name), SpaceReclaimed: 0 };
    },

    SystemInfo: () => ({
      Containers: engine.containers.length,
      ContainersRunning: engine.containers.filter(({ State }) => State === "running").length,
      ContainersPaused: 0,
      ContainersStopped: 0,
      Images: engine.images.length,
      Name: "host",
      ID: "ENGINE",
    }),
    SystemDataUsage: () => ({
      Images: engine.images.map((image) => ({ ...image, Env: undefined, Containers: 1 })),
      Containers: engine.containers.map(summary),
      Volumes: engine.volumes.map((volume) => ({ ...volume, UsageData: { Size: 5, RefCount: 0 } })),
      BuildCache: [{ ID: "cache", Description: "mount / exec sh" }],
      LayersSize: 1000,
      ContainerUsage: {
        Items: engine.containers.map(summary),
        TotalCount: engine.containers.length,
        TotalSize: 10,
      },
    }),
    SystemVersion: () => ({ Version: "29" }),
  };
}
