/**
 * A consumer of the API from npm through a gate, in front of a real engine: the surface of dockerode, on which
 * dashboards, test tools and runners stand. What it gives is what it gives without the gate.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type TestEngine } from "../support/engine.ts";
import { registryMissing, startRegistry, type TestRegistry } from "../support/registry.ts";
import { startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing() ?? registryMissing();

const CLIENTS = `
  all:
    listen: {unix: "@/all.sock"}
    allow:
      containers: [all]
      images: [all]
      networks: [all]
      volumes: [all]
      build: [classic, prune]
      system: [info, events, df, auth]
    ownership: false
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {restart: true, networks: ["*"], volumes: ["*"]}
    posture: {refuse: none}
  owner:
    listen: {unix: "@/owner.sock"}
    allow:
      containers: [all]
      images: [all]
      networks: [all]
      volumes: [all]
      build: [classic]
      system: [info, events, df, auth]
    ownership: true
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {networks: [none], volumes: []}
    posture: {refuse: none}
`;

describe.skipIf(missing !== undefined)(`dockerode through a gate (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  let registry: TestRegistry;
  let folder: string;
  beforeAll(async () => {
    [engine, registry] = await Promise.all([startEngine(), startRegistry()]);
    gate = await startGateProcess({ upstream: engine.socket, clients: CLIENTS, first: "owner" });
    folder = join(gate.folder, "context");
    mkdirSync(folder);
    writeFileSync(join(folder, "Dockerfile"), "FROM busybox:test\nCOPY file /file\nENV A=b\n");
    writeFileSync(join(folder, "file"), "f".repeat(300_000));
  }, 120_000);
  afterAll(async () => {
    await gate.stop();
    await Promise.all([engine.stop(), registry.stop()]);
  }, 60_000);

  const at = (socketPath: string): Docker => new Docker({ socketPath });
  /** The same done thrice gives the same. */
  async function same<T>(
    act: (docker: Docker) => Promise<T>,
    clients: readonly string[] = ["all", "owner"],
  ): Promise<T> {
    const direct = await act(at(engine.socket));
    for (const client of clients) expect(await act(at(gate.socket(client)))).toEqual(direct);
    return direct;
  }
  const create = (
    docker: Docker,
    script: string,
    options: Docker.ContainerCreateOptions = {},
  ): Promise<Docker.Container> =>
    docker.createContainer({
      Image: "busybox:test",
      Cmd: ["sh", "-c", script],
      ...options,
      HostConfig: { NetworkMode: "none", ...options.HostConfig },
    });
  const progress = (docker: Docker, stream: NodeJS.ReadableStream): Promise<unknown[]> =>
    new Promise((settle, reject) => {
      docker.modem.followProgress(stream, (error: Error | null, output: unknown[]) => {
        if (error === null) settle(output);
        else reject(error);
      });
    });

  test("ping, version, info", async () => {
    expect((await same((docker) => docker.ping())).toString()).toBe("OK");
    const version = await same((docker) => docker.version());
    expect(version.ApiVersion).toBe("1.41");
    const info = await same(async (docker) => {
      const { ServerVersion, Driver, OSType, NCPU, ID } = (await docker.info()) as Record<
        string,
        unknown
      >;
      return { ServerVersion, Driver, OSType, NCPU, ID };
    });
    expect(info.OSType).toBe("linux");
  });

  test("a container: create, list, inspect, start, wait, logs, remove", async () => {
    const story = await same(async (docker) => {
      const container = await create(docker, "echo out; sleep 0.2; echo err >&2; exit 5", {
        name: "story",
        Env: ["A=b"],
        Labels: { of: "story" },
      });
      const inspected = await container.inspect();
      await container.start();
      const waited: unknown = await container.wait();
      const logs = await container.logs({ stdout: true, stderr: true });
      const listed = await docker.listContainers({ all: true, filters: { label: ["of=story"] } });
      await container.rename({ name: "storied" });
      const renamed = await docker.getContainer("storied").inspect();
      await container.remove();
      const gone: unknown = await container.inspect().catch((error: unknown) => error);
      const { statusCode, json } = gone as { statusCode: number; json: { message: string } };
      return {
        waited,
        logs: logs.toString("latin1"),
        listed: listed.map(({ Names, State, Image, Command }) => [Names, State, Image, Command]),
        name: renamed.Name,
        config: { ...inspected.Config, Hostname: "", Labels: inspected.Config.Labels["of"] },
        host: inspected.HostConfig,
        gone: [statusCode, json.message.replace(container.id, "ID")],
      };
    });
    expect(story.waited).toMatchObject({ StatusCode: 5 });
    expect(story.gone).toEqual([404, "No such container: ID"]);
  });

  test("run, with its streams apart and a name on the way", async () => {
    const script = "echo out; echo err >&2; exit 6";
    await same(async (docker) => {
      const [out, err] = [new PassThrough(), new PassThrough()];
      const [told] = (await docker.run("busybox:test", ["sh", "-c", script], [out, err], {
        Tty: false,
        HostConfig: { NetworkMode: "none", AutoRemove: true },
      })) as [{ StatusCode: number }];
      out.end();
      err.end();
      return [told.StatusCode, await text(out), await text(err)];
    });
  });

  test("attach with hijack: what goes in comes out, and its end ends the program", async () => {
    const bytes = "0123456789abcdef".repeat(20_000);
    const out = await same(async (docker) => {
      const container = await create(docker, "cat; echo end", {
        OpenStdin: true,
        StdinOnce: true,
        AttachStdin: true,
        AttachStdout: true,
      });
      const stream = await container.attach({
        stream: true,
        stdin: true,
        stdout: true,
        stderr: true,
        hijack: true,
      });
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      container.modem.demuxStream(stream, stdout, stderr);
      stream.on("end", () => stdout.end());
      await container.start();
      stream.end(bytes);
      const whole = await text(stdout);
      await container.wait();
      await container.remove();
      return whole;
    });
    expect(out).toBe(`${bytes}end\n`);
  });

  test("exec with what goes in, a terminal's size, and its status", async () => {
    const told = await same(async (docker) => {
      const container = await create(docker, "sleep 300");
      await container.start();
      const exec = await container.exec({
        Cmd: ["sh", "-c", "cat; exit 9"],
        AttachStdin: true,
        AttachStdout: true,
        AttachStderr: true,
      });
      const stream = await exec.start({ hijack: true, stdin: true });
      const stdout = new PassThrough();
      exec.modem.demuxStream(stream, stdout, stdout);
      stream.on("end", () => stdout.end());
      stream.end("into exec\n");
      const out = await text(stdout);
      const { ExitCode, Running } = await exec.inspect();
      const shell = await container.exec({
        Cmd: ["sh", "-c", "read x; stty size"],
        AttachStdin: true,
        AttachStdout: true,
        Tty: true,
      });
      const terminal = await shell.start({ hijack: true, stdin: true, Tty: true });
      await shell.resize({ h: 33, w: 77 });
      terminal.write("go\n");
      const screen = await text(terminal);
      const top: unknown = await container.top();
      await container.kill({ signal: "KILL" });
      await container.wait();
      await container.remove();
      return { out, ExitCode, Running, screen, titles: (top as { Titles: string[] }).Titles };
    });
    expect(told).toMatchObject({ out: "into exec\n", ExitCode: 9, Running: false });
    expect(told.screen).toContain("33 77");
  });

  test("logs that are followed, and statistics as a stream", async () => {
    const told = await same(async (docker) => {
      const script =
        "i=0; while [ $i -lt 4 ]; do echo line $i; i=$((i+1)); sleep 0.1; done; sleep 300";
      const container = await create(docker, script);
      await container.start();
      const logs = await container.logs({ follow: true, stdout: true, stderr: true });
      const stdout = new PassThrough();
      container.modem.demuxStream(logs, stdout, stdout);
      const lines: string[] = [];
      for await (const piece of stdout as AsyncIterable<Buffer>) {
        lines.push(...piece.toString().trim().split("\n"));
        if (lines.length === 4) break;
      }
      (logs as unknown as Readable).destroy();
      const stats = await container.stats({ stream: true });
      const samples: string[] = [];
      for await (const piece of stats as AsyncIterable<Buffer>) {
        samples.push(...Object.keys(JSON.parse(piece.toString()) as object).toSorted());
        break;
      }
      (stats as unknown as Readable).destroy();
      const once = await container.stats({ stream: false });
      await container.remove({ force: true });
      return { lines, samples, once: Object.keys(once).toSorted() };
    });
    expect(told.lines).toEqual(["line 0", "line 1", "line 2", "line 3"]);
    expect(told.samples).toContain("cpu_stats");
  });

  test("events as they happen", async () => {
    const actions = await same(async (docker) => {
      const label = `n${String(Math.random())}`;
      const events = await docker.getEvents({ filters: { label: [`of=${label}`] } });
      const container = await create(docker, "true", { Labels: { of: label } });
      await container.start();
      await container.wait();
      await container.remove();
      const seen: string[] = [];
      let rest = "";
      for await (const piece of events as AsyncIterable<Buffer>) {
        const lines = `${rest}${piece.toString()}`.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) seen.push((JSON.parse(line) as { Action: string }).Action);
        if (seen.includes("destroy")) break;
      }
      (events as unknown as Readable).destroy();
      return seen;
    });
    expect(actions).toEqual(["create", "start", "die", "destroy"]);
  });

  test("archives in and out, changes, export, commit", async () => {
    await same(async (docker) => {
      const container = await create(docker, "true");
      const archive = await at(engine.socket)
        .getContainer(container.id)
        .getArchive({ path: "/etc/passwd" });
      const tar = await buffer(archive);
      await container.putArchive(tar, { path: "/tmp" });
      const back = await buffer(await container.getArchive({ path: "/tmp/passwd" }));
      const info = (await container.infoArchive({ path: "/tmp/passwd" })) as unknown as {
        headers: Record<string, string>;
      };
      const { name, size } = JSON.parse(
        Buffer.from(info.headers["x-docker-container-path-stat"] ?? "", "base64").toString(),
      ) as { name: string; size: number };
      const changes: unknown = await container.changes();
      const exported = await buffer(await container.export());
      const repo = `committed-${container.id.slice(0, 12)}`;
      const committed: unknown = await container.commit({ repo, tag: "1" });
      const image = docker.getImage(`${repo}:1`);
      const history: unknown[] = await (image.history() as Promise<unknown[]>);
      await image.remove();
      await container.remove();
      return {
        back: back.subarray(512).toString(),
        name,
        size,
        changes,
        exported: exported.byteLength,
        committed: typeof (committed as { Id: string }).Id,
        history: history.length,
      };
    });
  });

  test("an image: build from a context, save, load, tag, inspect, prune", async () => {
    await same(
      async (docker) => {
        const stream = await docker.buildImage(
          { context: folder, src: ["Dockerfile", "file"] },
          { t: "built:1", nocache: true },
        );
        const built = (await progress(docker, stream)) as { stream?: string }[];
        const steps = built.flatMap((line) =>
          /^(?:Step|Successfully tagged)/.test(line.stream ?? "") ? [line.stream?.trim()] : [],
        );
        const image = docker.getImage("built:1");
        const { Config, RootFS } = await image.inspect();
        const saved = await buffer(await image.get());
        await image.tag({ repo: "built", tag: "2" });
        await docker.getImage("built:2").remove();
        await image.remove();
        const loaded = await progress(docker, await docker.loadImage(Readable.from([saved])));
        const listed = await docker.listImages({ filters: { reference: ["built"] } });
        await docker.pruneImages();
        await image.remove();
        return {
          steps: steps.filter((step) => !step?.startsWith(" --->")),
          env: Config.Env,
          type: RootFS.Type,
          loaded,
          tags: listed.map(({ RepoTags }) => RepoTags),
        };
        // A client with ownership loads no archives.
      },
      ["all"],
    );
  }, 60_000);

  test("push and pull with progress and credentials", async () => {
    const { username, password, host } = registry;
    const authconfig = { username, password, serveraddress: host };
    const repository = `${host}/team/app`;
    const pulled = await same(async (docker) => {
      const [name] = (await progress(
        docker,
        await docker.importImage(join(engine.folder, "busybox.tar"), {
          repo: repository,
          tag: "1",
        }),
      )) as { status: string }[];
      expect(name?.status).toMatch(/^sha256:/);
      const image = docker.getImage(`${repository}:1`);
      await progress(docker, await image.push({ authconfig }));
      await image.remove();
      const lines = (await progress(
        docker,
        await docker.pull(`${repository}:1`, { authconfig }),
      )) as { status: string; progressDetail?: unknown }[];
      // What was pulled is nobody's.
      await at(engine.socket).getImage(`${repository}:1`).remove();
      return [...new Set(lines.map(({ status }) => status.replace(/sha256:.*/, "DIGEST")))];
    });
    expect(pulled[0]).toBe("Pulling from team/app");
    expect(pulled.at(-1)).toBe(`Status: Downloaded newer image for ${repository}:1`);
    const wrong = at(gate.socket("all")).pull(`${repository}:1`, {
      authconfig: { ...authconfig, password: "wrong" },
    });
    await expect(wrong).rejects.toThrow(/unauthorized|basic auth/i);
    expect(await same((docker) => docker.checkAuth(authconfig) as Promise<unknown>)).toMatchObject({
      Status: "Login Succeeded",
    });
  }, 60_000);

  test("volumes and networks, and what is left of them", async () => {
    await same(async (docker) => {
      const made = await docker.createVolume({ Name: "vol", Labels: { of: "volumes" } });
      const volume = docker.getVolume("vol");
      const inspected = await volume.inspect();
      const { Volumes } = await docker.listVolumes({ filters: { label: ["of=volumes"] } });
      await volume.remove();
      const network = await docker.createNetwork({
        Name: "net",
        Internal: true,
        Labels: { of: "networks" },
      });
      const container = await create(docker, "sleep 300", { HostConfig: { NetworkMode: "net" } });
      await container.start();
      const { Containers = {}, Labels, Driver } = await network.inspect();
      await network.disconnect({ Container: container.id, Force: true });
      await network.connect({ Container: container.id });
      const listed = await docker.listNetworks({ filters: { label: ["of=networks"] } });
      await container.remove({ force: true, v: true });
      await network.remove();
      const left = [
        await docker.pruneContainers(),
        await docker.pruneVolumes(),
        await docker.pruneNetworks(),
      ];
      const { Name, Labels: labels, Scope } = inspected;
      return {
        volume: { Name, labels, Scope, made: (made as { Name?: string }).Name },
        volumes: Volumes.map(({ Name: name, Labels: all }) => [name, all]),
        network: [Object.keys(Containers).length, Labels, Driver],
        networks: listed.map(({ Name: name, Labels: all }) => [name, all]),
        left,
      };
    });
  }, 60_000);

  test("df", async () => {
    // The build cache is nobody's, and a client with ownership is not told of it.
    const df = await same(async (docker) =>
      Object.keys((await docker.df()) as object)
        .filter((key) => !key.startsWith("Build"))
        .toSorted(),
    );
    expect(df).toContain("Volumes");
  });

  test("a refusal is an error with the gate's words", async () => {
    const container = create(at(gate.socket("owner")), "true", {
      HostConfig: { Binds: ["/:/host"] },
    });
    await expect(container).rejects.toMatchObject({
      statusCode: 403,
      json: { message: expect.stringContaining("plimsoll: bind-not-granted") as unknown },
    });
  });
});

async function buffer(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
