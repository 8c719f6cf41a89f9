/**
 * The client of engines against real ones: Docker over its socket, over TLS and over ssh, and Podman; and an
 * image read through the engine, whole and from what is known of its layers, against the same image saved.
 */

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  containerProcesses,
  inspectContainer,
  listContainers,
} from "../../src/engine/calls/containers.ts";
import { imageHistory, inspectImage, listImages } from "../../src/engine/calls/images.ts";
import { containerLog } from "../../src/engine/calls/logs.ts";
import { engineInfo, engineVersion } from "../../src/engine/calls/system.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { connectEngine } from "../../src/engine/engine.ts";
import { isProblem } from "../../src/engine/problem.ts";
import { connected, whole } from "../../src/engine/testing.ts";
import type { LayerReport } from "../../src/readers/image/layers/layer-report.ts";
import { keyedHashWith, scanLayerWithKey } from "../../src/readers/image/layers/scan-with-key.ts";
import type { KeptImage } from "../../src/readers/image/layers/cache.ts";
import { noCache } from "../../src/readers/image/layers/cache.ts";
import { createScanners } from "../../src/readers/image/layers/scanners.ts";
import type { OpenedStore } from "../../src/readers/image/open-store.ts";
import { openArchive } from "../../src/readers/image/open-store.ts";
import { readStore } from "../../src/readers/image/read-store.ts";
import { engineStore } from "../../src/readers/image/stores/engine-store.ts";
import { writeCertificates } from "../support/certificates.ts";
import type { TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import type { TestPodman } from "../support/podman.ts";
import { podmanMissing, startPodman } from "../support/podman.ts";

const KEY = new Uint8Array(32);
const TOKEN = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
const DOCKERFILE = `FROM busybox:test
ARG TOKEN=${TOKEN}
ENV PASSWORD=correct-horse-battery
RUN true
COPY token /app/token
RUN rm /app/token
USER app
CMD ["sleep", "100"]
`;
const SHELL = "echo out; echo err >&2; exec sleep 100";

/** What is found through a door. Digests of blobs, which differ with how a door stores layers, are left out. */
async function found(opened: OpenedStore): Promise<unknown> {
  const { workloads, unknowns } = await readStore(opened, { keyedHash: keyedHashWith(KEY) });
  return {
    unknowns,
    images: workloads.map(({ user, env, imageContents }) => ({
      user: user.known ? user.value : user.why,
      env: env.map(({ name }) => name),
      secrets: imageContents?.secrets.map(({ detector, keyedHash, place, state }) => [
        detector,
        keyedHash,
        "field" in place
          ? place.field
          : [place.path, place.offset, place.layer.index, place.layer.diffId],
        "layer" in place ? place.layer.createdBy : "",
        state,
      ]),
    })),
  };
}

/** The image through the engine; what its layers hold is kept in `known`. */
async function throughEngine(
  engine: Engine,
  reference: string,
  known: Map<string, LayerReport>,
  images: Map<string, KeptImage>,
): Promise<unknown> {
  const opened = whole(
    await engineStore(engine, {
      name: "image:test",
      reference,
      recallImage: (identity) => images.get(identity),
      recallLayer: (digest) => known.get(digest),
      scan: async (layer) => {
        const report = await scanLayerWithKey(layer, KEY);
        known.set(report.digest ?? "", report);
        return report;
      },
    }),
  );
  const reading = await found(opened);
  const layers = [...opened.exported].map(([name, digest]) => ({ name, digest }));
  if (layers.length > 0) images.set(opened.identity, { layers, sightings: [] });
  return reading;
}

async function throughArchive(file: string): Promise<unknown> {
  const scanners = createScanners({ key: KEY, threads: 0 });
  const opened = await openArchive(file, "image:test", { cache: noCache(), scanners });
  if ("problem" in opened) throw new Error(opened.problem);
  return found(opened);
}

const SECRETS = {
  unknowns: [],
  images: [
    {
      user: expect.objectContaining({ uid: 1000 }) as unknown,
      secrets: expect.arrayContaining([
        expect.arrayContaining(["config.Env[1]"]),
        expect.arrayContaining([{ is: "deleted", byLayer: 3 }]),
      ]) as unknown,
    },
  ],
};

const folder = mkdtempSync(join(tmpdir(), "plimsoll-engine-client-"));
const context = join(folder, "context");
mkdirSync(context);
writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
writeFileSync(join(context, "token"), `token=${TOKEN}\n`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}

const missing = engineMissing();
describe.skipIf(missing !== undefined)(`a real Docker engine (${missing ?? "here"})`, () => {
  let docker: TestEngine;
  let engine: Engine;
  let port: number;
  const certificates = join(folder, "certificates");
  beforeAll(async () => {
    mkdirSync(certificates);
    writeCertificates(certificates);
    port = await freePort();
    const server = join(certificates, "server");
    docker = await startEngine(
      `--host=tcp://127.0.0.1:${String(port)}`,
      "--tlsverify",
      `--tlscacert=${server}/ca.pem`,
      `--tlscert=${server}/cert.pem`,
      `--tlskey=${server}/key.pem`,
    );
    engine = await connected({ env: {}, host: `unix://${docker.socket}` });
    const classic = docker.docker("build", "--network=none", "-t", "classic:1", context);
    const buildKit = await docker.build("--network=none", "-t", "buildkit:1", context);
    if (classic.status !== 0 || buildKit.status !== 0) throw new Error(classic.err + buildKit.err);
  }, 120_000);
  afterAll(async () => {
    engine.close();
    await docker.stop();
  }, 60_000);
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("tells of itself", async () => {
    expect(engine.kind).toBe("docker");
    expect(await engineVersion(engine)).toMatchObject({ version: docker.version, os: "linux" });
    const info = whole(await engineInfo(engine));
    expect(info.runtimes).toContain("runc");
    expect(info.securityOptions.join()).toContain("seccomp");
  });

  test("lists images and tells their configuration and history", async () => {
    const images = whole(await listImages(engine));
    expect(images.flatMap(({ tags }) => tags).sort()).toEqual([
      "buildkit:1",
      "busybox:test",
      "classic:1",
    ]);
    const image = whole(await inspectImage(engine, "buildkit:1"));
    expect(image).toMatchObject({ os: "linux", config: { User: "app" } });
    const history = whole(await imageHistory(engine, image.id));
    expect(history.map(({ createdBy }) => createdBy.split(" ")[0])).toEqual([
      "",
      "ARG",
      "ENV",
      "RUN",
      "COPY",
      "RUN",
      "USER",
      "CMD",
    ]);
    expect(await inspectImage(engine, "gone:1")).toMatchObject({ status: 404 });
  });

  test.each(["buildkit:1", "classic:1"])("%s is the same through every door", async (reference) => {
    const file = join(folder, `${reference.replace(":1", "")}.tar`);
    expect(docker.docker("save", "-o", file, reference).status).toBe(0);
    const known = new Map<string, LayerReport>();
    const images = new Map<string, KeptImage>();
    const saved = await throughArchive(file);
    expect(await throughEngine(engine, reference, known, images)).toEqual(saved);
    // The second time no layer is sent.
    known.delete("");
    const scans = known.size;
    expect(await throughEngine(engine, reference, known, images)).toEqual(saved);
    expect(known.size).toBe(scans);
    if (reference === "buildkit:1") expect(saved).toMatchObject(SECRETS);
  });

  test("tells of containers, their processes and their logs", async () => {
    for (const [name, ...flags] of [["plain"], ["terminal", "-t"]] as const) {
      const started = docker.docker(
        "run",
        "-d",
        "--network=none",
        "--name",
        name,
        ...flags,
        "busybox:test",
        "sh",
        "-c",
        SHELL,
      );
      expect(started.err).toBe("");
    }
    docker.docker("create", "--name", "made", "busybox:test", "true");
    const containers = whole(await listContainers(engine));
    expect(containers.map(({ name, state, image }) => `${name} ${state} ${image}`).sort()).toEqual([
      "made created busybox:test",
      "plain running busybox:test",
      "terminal running busybox:test",
    ]);
    const logs: Record<string, string[]> = {};
    for (const name of ["plain", "terminal"]) {
      const { tty, pid, id } = whole(await inspectContainer(engine, name));
      await vi.waitFor(async () => {
        const processes = whole(await containerProcesses(engine, id));
        expect(processes).toEqual([{ pid, user: "root", command: "sleep 100" }]);
      });
      const log = whole(await containerLog(engine, id, { lines: 5, tty }));
      logs[name] = [log.stdout, log.stderr].map((bytes) => Buffer.from(bytes).toString());
      expect(log).not.toHaveProperty("problem");
    }
    expect(logs).toEqual({ plain: ["out\n", "err\n"], terminal: ["out\r\nerr\r\n", ""] });
    expect(await inspectContainer(engine, "made")).toMatchObject({ running: false });
    expect(await containerProcesses(engine, "made")).toMatchObject({
      problem: expect.stringContaining("is not running") as string,
    });
  });

  describe("over TLS", () => {
    const connect = async (
      env: Record<string, string>,
      host = `tcp://127.0.0.1:${String(port)}`,
    ): Promise<string> => {
      const client = await connectEngine({ env: { HOME: folder, ...env }, host });
      if (isProblem(client)) return client.problem;
      const listed = await listImages(client);
      client.close();
      return isProblem(listed) ? listed.problem : `${String(listed.length)} images`;
    };

    test("with certificates of one authority", async () => {
      const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(certificates, "client") };
      expect(await connect(env)).toBe("3 images");
      expect(await connect(env, `localhost:${String(port)}`)).toBe("3 images");
    });

    test("an engine of an authority that is not trusted is not spoken to, whatever Node is told", async () => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      expect(await connect({ DOCKER_TLS_VERIFY: "1" })).toMatch(/of no authority that is trusted/);
    });

    test("a client without a certificate is told that", async () => {
      const alone = join(folder, "alone");
      mkdirSync(alone);
      copyFileSync(join(certificates, "ca.pem"), join(alone, "ca.pem"));
      const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: alone };
      expect(await connect(env)).toMatch(/refuses our certificate, or that there is none/);
    });

    test("a client that speaks no TLS is told that", async () => {
      expect(await connect({})).toMatch(/HTTP request to an HTTPS server/);
    });
  });

  describe("over ssh", () => {
    const bin = join(folder, "bin");
    const ssh = (script: string): void => {
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, "ssh"), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, "ssh"), 0o755);
      vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
    };

    test("through docker's own command on the other side", async () => {
      ssh(`echo "$@" >> ${folder}/called
while [ "$1" != -- ]; do shift; done
shift 2
DOCKER_HOST=unix://${docker.socket} exec "$@"`);
      const known = new Map<string, LayerReport>();
      const images = new Map<string, KeptImage>();
      const client = await connected({ env: {}, host: "ssh://me@build:2222" });
      expect(whole(await listImages(client))).toHaveLength(3);
      expect(await throughEngine(client, "buildkit:1", known, images)).toMatchObject(SECRETS);
      client.close();
      const called = readFileSync(join(folder, "called"), "utf8").trim().split("\n");
      expect([...new Set(called)]).toEqual([
        "-o ConnectTimeout=30 -T -l me -p 2222 -- build docker system dial-stdio",
      ]);
      // Connections are kept, since each costs a login.
      expect(called.length).toBeLessThan(4);
    });

    test("what ssh says is told", async () => {
      ssh("echo 'me@build: Permission denied (publickey).' >&2; exit 255");
      expect(await connectEngine({ env: {}, host: "ssh://me@build" })).toMatchObject({
        problem: "ssh://me@build failed: me@build: Permission denied (publickey).",
      });
    });

    test("a command that never answers is given up", async () => {
      ssh("exec sleep 100");
      const limits = { answerMs: 300 };
      expect(await connectEngine({ env: {}, host: "ssh://build", limits })).toMatchObject({
        problem: "ssh://build took the request and did not answer",
      });
    });
  });
});

const noPodman = podmanMissing();
describe.skipIf(noPodman !== undefined)(`Podman's service (${noPodman ?? "here"})`, () => {
  let podman: TestPodman;
  let engine: Engine;
  beforeAll(async () => {
    podman = await startPodman();
    const root = join(folder, "podman-root");
    mkdirSync(join(root, "bin"), { recursive: true });
    mkdirSync(join(root, "app"));
    writeFileSync(join(root, "app", "token"), `token=${TOKEN}\n`);
    const script = `cp /bin/busybox ${root}/bin/ && for n in sh sleep; do ln -s busybox ${root}/bin/$n; done && tar -C ${root} -cf ${folder}/podman.tar .`;
    spawnSync("/bin/sh", ["-c", script], { stdio: "inherit" });
    const imported = podman.podman(
      "import",
      "--change",
      "USER=1000",
      `${folder}/podman.tar`,
      "busybox:test",
    );
    if (imported.status !== 0) throw new Error(imported.err);
    engine = await connected({ env: {}, host: `unix://${podman.socket}` });
  }, 120_000);
  afterAll(async () => {
    engine.close();
    await podman.stop();
  }, 60_000);

  test("is known as Podman and lists its images", async () => {
    expect(engine.kind).toBe("podman");
    expect(await engineVersion(engine)).toMatchObject({ os: "linux" });
    expect(await engineInfo(engine)).toMatchObject({ cgroupVersion: expect.any(String) as string });
    expect(whole(await listImages(engine)).flatMap(({ tags }) => tags)).toEqual([
      "localhost/busybox:test",
    ]);
  });

  test("gives an image that is the same through every door", async () => {
    const file = join(folder, "podman-saved.tar");
    expect(podman.podman("save", "-o", file, "busybox:test").status).toBe(0);
    const known = new Map<string, LayerReport>();
    const images = new Map<string, KeptImage>();
    const saved = await throughArchive(file);
    expect(saved).toMatchObject({
      unknowns: [],
      images: [{ user: { uid: 1000 }, secrets: [expect.anything()] }],
    });
    expect(await throughEngine(engine, "busybox:test", known, images)).toEqual(saved);
    expect(await throughEngine(engine, "busybox:test", known, images)).toEqual(saved);
  });

  test("tells of containers, their processes and their logs", async () => {
    // A machine that may not raise limits cannot start with Podman's usual ones.
    const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"];
    const started = podman.podman(
      "run",
      "-d",
      "--network=none",
      "--name=plain",
      "--user=0",
      ...limits,
      "busybox:test",
      "sh",
      "-c",
      SHELL,
    );
    expect(started.status, started.err).toBe(0);
    expect(whole(await listContainers(engine))).toMatchObject([
      { name: "plain", state: "running" },
    ]);
    const { id, pid, tty } = whole(await inspectContainer(engine, "plain"));
    await vi.waitFor(async () => {
      expect(await containerProcesses(engine, id)).toMatchObject([{ pid, command: "sleep 100" }]);
    });
    const log = whole(await containerLog(engine, id, { lines: 5, tty }));
    expect([log.stdout, log.stderr].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      "out\n",
      "err\n",
    ]);
  });
});
