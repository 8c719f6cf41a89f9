/** Two clients with ownership on a real engine, through the whole gate. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing();

const client = (name: string): string => `
  ${name}:
    listen: {unix: "@/${name}.sock", mode: "0600"}
    allow:
      containers: [all]
      images: [all]
      networks: [all]
      volumes: [all]
      build: [classic]
      system: [info, events, df]
    ownership: true
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {restart: true, networks: ["none"]}
    posture: {refuse: none}
`;

const PROJECT = `
version: "3.7"
services:
  one:
    image: busybox:test
    command: ["sh", "-c", "echo started; sleep 600"]
    network_mode: none
    volumes: ["kept:/kept", "/anonymous"]
  two:
    image: busybox:test
    command: ["sleep", "600"]
    network_mode: "service:one"
    volumes_from: ["one"]
volumes: {kept: {}}
`;

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const sent = request(
    { socketPath, method, path: `/v1.41${path}`, headers, agent: false },
    (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (piece: string) => (text += piece));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    },
  );
  sent.on("error", reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

/** Older engines said a little more of a kill and of an image. */
function newest(text: string): string {
  return text.replace("Cannot kill", "cannot kill").replace(/no such image: [^ ]+: /, "");
}

describe.skipIf(missing !== undefined)(
  `two clients of a real engine (${missing ?? "here"})`,
  () => {
    let engine: TestEngine;
    let gate: GateProcess;
    beforeAll(async () => {
      engine = await startEngine();
      gate = await startGateProcess({
        upstream: engine.socket,
        clients: client("a") + client("b"),
        first: "b",
      });
    }, 90_000);
    afterAll(async () => {
      await gate.stop();
      await engine.stop();
    }, 60_000);

    const as = (name: string, ...words: string[]): Promise<Outcome> =>
      gate.as(name, "docker", ...words);
    const good = async (outcome: Promise<Outcome>): Promise<string> => {
      const { status, out, err } = await outcome;
      expect(status === 0 ? "" : `${String(status)}: ${err}`).toBe("");
      return out.trim();
    };
    const raw = (name: string, method: string, path: string, body?: unknown): Promise<Answer> =>
      ask(gate.socket(name), method, path, body);

    test("what one makes, the other does not see, in whatever way it asks", async () => {
      await good(as("a", "network", "create", "a-net"));
      await good(as("a", "volume", "create", "a-data"));
      const id = await good(
        as(
          "a",
          "run",
          "-d",
          "--name=a-web",
          "--network=none",
          "-v",
          "a-data:/d",
          "-v",
          "/anonymous",
          "-e",
          "SECRET_OF_A=1",
          "--label",
          "of=a",
          "busybox:test",
          "sleep",
          "600",
        ),
      );
      expect(id).toMatch(/^[0-9a-f]{64}$/);
      const volumes = await good(
        as("a", "inspect", "-f", "{{range .Mounts}}{{.Name}} {{end}}", "a-web"),
      );
      const anonymous = /[0-9a-f]{64}/.exec(volumes)?.[0] ?? "";
      expect(anonymous).not.toBe("");
      expect(await good(as("a", "volume", "inspect", "-f", "{{.Name}}", anonymous))).toBe(
        anonymous,
      );

      await good(
        as("b", "run", "-d", "--name=b-web", "--network=none", "busybox:test", "sleep", "600"),
      );
      expect(await good(as("b", "ps", "-a", "--format", "{{.Names}}"))).toBe("b-web");
      expect(await good(as("b", "volume", "ls", "-q"))).toBe("");
      expect(await good(as("b", "network", "ls", "--format", "{{.Name}}"))).toBe("none");
      expect(
        await good(as("b", "info", "--format", "{{.Containers}} {{.ContainersRunning}}")),
      ).toBe("1 1");
      for (const path of [
        "/containers/json?all=1",
        "/networks",
        "/volumes",
        "/images/json?all=1",
        "/system/df",
        "/info",
        "/networks/none",
        "/events?since=0&until=1",
      ]) {
        const { status, text } = await raw("b", "GET", path);
        expect(status, path).toBe(200);
        for (const secret of [
          id,
          id.slice(0, 12),
          "a-web",
          "a-data",
          "a-net",
          anonymous,
          "SECRET_OF_A",
        ]) {
          expect(text, `${path}: ${secret}`).not.toContain(secret);
        }
      }
    });

    test("somebody else's is told in the bytes that the engine has for nothing", async () => {
      const { socket } = engine;
      const { text: listed } = await raw("a", "GET", "/containers/json?all=1");
      const [{ Id: id = "" } = {}] = JSON.parse(listed) as { Id?: string }[];
      const cases: readonly (readonly [string, string, string, string, unknown?])[] = [
        ["GET", "/containers/X/json", "a-web", "nothing"],
        ["GET", "/containers/X/json", id, "0".repeat(64)],
        ["GET", "/containers/X/json", id.slice(0, 12), "0".repeat(12)],
        ["GET", "/containers/X/logs?stdout=1", "a-web", "nothing"],
        ["POST", "/containers/X/start", "a-web", "nothing"],
        ["POST", "/containers/X/kill", "a-web", "nothing"],
        ["POST", "/containers/X/exec", "a-web", "nothing", { Cmd: ["sh"] }],
        ["DELETE", "/containers/X", "a-web", "nothing"],
        ["GET", "/networks/X", "a-net", "nothing"],
        ["DELETE", "/networks/X", "a-net", "nothing"],
        ["GET", "/volumes/X", "a-data", "nothing"],
        ["DELETE", "/volumes/X", "a-data", "nothing"],
        ["GET", "/exec/X/json", "0".repeat(64), "0".repeat(64)],
        ["GET", "/images/X/json", "of-nobody", "of-nobody"],
        ["GET", "/images/X/json", "of/nobody:1", "of/nobody:1"],
      ];
      for (const [method, path, theirs, nothing, body] of cases) {
        const asked = await raw("b", method, path.replace("X", theirs), body);
        const real = await ask(socket, method, path.replace("X", nothing), body);
        expect(asked, `${method} ${path} ${theirs}`).toEqual({
          status: real.status,
          text: newest(real.text.replaceAll(nothing, theirs)),
        });
      }
    });

    test("one does not reach the other's by any reference", async () => {
      for (const words of [
        ["run", "--network=container:a-web"],
        ["run", "--pid=container:a-web", "--network=none"],
        ["run", "--network=none", "--volumes-from=a-web"],
        ["run", "--network=none", "-v", "a-data:/d"],
        ["run", "--network=a-net"],
        ["run", "--network=none", "--name=a-web"],
      ]) {
        const { status, err } = await as("b", ...words, "busybox:test", "sh", "-c", ":");
        expect(status, words.join(" ")).not.toBe(0);
        expect(err).not.toMatch(/[0-9a-f]{64}/);
      }
      expect((await as("b", "commit", "a-web", "b-copy")).status).not.toBe(0);
      expect((await as("b", "cp", "a-web:/etc/passwd", "-")).status).not.toBe(0);
      expect((await as("b", "network", "connect", "a-net", "b-web")).status).not.toBe(0);
    });

    test("a new volume is the client's, in whatever way it comes to be", async () => {
      await good(
        as("b", "run", "--rm", "--network=none", "-v", "b-new:/x", "busybox:test", "sh", "-c", ":"),
      );
      expect(await good(as("b", "volume", "ls", "-q"))).toBe("b-new");
      await good(
        as(
          "b",
          "run",
          "--rm",
          "--network=none",
          "--mount",
          "type=volume,src=b-mount,dst=/x",
          "busybox:test",
          "sh",
          "-c",
          ":",
        ),
      );
      expect(await good(as("b", "volume", "ls", "-q"))).toBe("b-mount\nb-new");
      expect(await good(as("b", "volume", "rm", "b-mount", "b-new"))).toBe("b-mount\nb-new");
    });

    test("exec, copying, committing and looking at its own", async () => {
      expect(await good(as("b", "exec", "b-web", "sh", "-c", "echo hello"))).toBe("hello");
      expect(await good(as("b", "logs", "b-web"))).toBe("");
      expect(await good(as("b", "commit", "b-web", "b-image:1"))).toMatch(/^sha256:/);
      expect(
        await good(as("b", "run", "--rm", "--network=none", "b-image:1", "sh", "-c", "echo again")),
      ).toBe("again");
      expect(
        (await as("a", "run", "--rm", "--pull=never", "--network=none", "b-image:1", "sh")).status,
      ).not.toBe(0);
      expect(await good(as("a", "images", "--format", "{{.Repository}}"))).toBe("busybox");
      expect((await as("a", "tag", "busybox:test", "b-image:1")).status).not.toBe(0);
      // Who runs it without the gate makes no container of b's.
      const made = await ask(engine.socket, "POST", "/containers/create?name=by-hand", {
        Image: "b-image:1",
        Cmd: ["sh"],
        HostConfig: { NetworkMode: "none" },
      });
      expect(made.status).toBe(201);
      expect(await good(as("b", "ps", "-a", "--format", "{{.Names}}"))).toBe("b-web");
      expect((await ask(engine.socket, "DELETE", "/containers/by-hand")).status).toBe(204);
      await good(as("b", "rmi", "b-image:1"));
    });

    test("the beginning of an id, and a name that changes", async () => {
      const id = await good(as("b", "inspect", "-f", "{{.Id}}", "b-web"));
      expect(await good(as("b", "inspect", "-f", "{{.Name}}", id.slice(0, 4)))).toBe("/b-web");
      await good(as("b", "rename", "b-web", "b-other"));
      expect((await as("b", "inspect", "b-web")).status).not.toBe(0);
      expect((await as("b", "rename", "b-other", "a-web")).status).not.toBe(0);
      expect((await as("b", "rename", "b-other", "0123456789ab")).status).not.toBe(0);
      await good(as("b", "rename", "b-other", "b-web"));
    });

    test("networks of its own", async () => {
      await good(as("b", "network", "create", "b-net"));
      expect(await good(as("b", "network", "ls", "--format", "{{.Name}}"))).toBe("b-net\nnone");
      expect((await as("b", "network", "create", "a-net")).status).not.toBe(0);
      await good(as("b", "network", "rm", "b-net"));
    });

    test.skipIf(!existsSync("/usr/bin/docker-compose"))(
      "a project of compose, up and down",
      async () => {
        const folder = join(gate.folder, "project");
        mkdirSync(folder);
        const file = join(folder, "docker-compose.yml");
        writeFileSync(file, PROJECT);
        const compose = (name: string, ...words: string[]): Promise<Outcome> =>
          gate.as(name, "docker-compose", "-p", "shared", "-f", file, ...words);
        await good(compose("b", "up", "-d"));
        expect(await good(as("b", "ps", "--format", "{{.Names}}"))).toContain("shared_one_1");
        expect(await good(as("b", "volume", "ls", "-q"))).toBe("shared_kept");
        expect(await good(compose("a", "ps", "-q"))).toBe("");
        expect((await compose("a", "exec", "-T", "one", "sh", "-c", ":")).status).not.toBe(0);
        expect(await good(compose("b", "exec", "-T", "one", "sh", "-c", "echo in"))).toBe("in");
        expect(await good(compose("b", "logs", "--no-color", "one"))).toContain("started");
        await good(compose("b", "restart", "-t", "0", "one"));
        await good(compose("b", "down", "-v", "-t", "0"));
        expect(await good(as("b", "volume", "ls", "-q"))).toBe("");
        expect(await good(as("b", "network", "ls", "--format", "{{.Name}}"))).toBe("none");
      },
      60_000,
    );

    test("a build is its own, and takes no base of another client's", async () => {
      const folder = join(gate.folder, "context");
      mkdirSync(folder);
      writeFileSync(join(folder, "file"), "x");
      writeFileSync(
        join(folder, "Dockerfile"),
        "FROM scratch\nCOPY file /\nLABEL dev.plimsoll.image-owner=c\n",
      );
      const classic = (...words: string[]): Promise<Outcome> =>
        gate.as("b", "sh", "-c", `DOCKER_BUILDKIT=0 docker build ${words.join(" ")} ${folder}`);
      await good(classic("-t", "b-built:1"));
      await good(classic("-t", "b-built:2"));
      const labels = await good(as("b", "inspect", "-f", "{{json .Config.Labels}}", "b-built:1"));
      const info = JSON.parse((await ask(engine.socket, "GET", "/info")).text) as { ID: string };
      expect(info.ID).not.toBe("");
      expect(JSON.parse(labels)).toEqual({
        "dev.plimsoll.owner": "",
        "dev.plimsoll.image-owner": "b",
        "dev.plimsoll.image-engine": info.ID,
      });
      expect(await good(as("a", "images", "-a", "--format", "{{.Repository}}"))).toBe("busybox");
      await good(as("a", "commit", "a-web", "a-image:1"));
      writeFileSync(join(folder, "Dockerfile"), "FROM a-image:1\nCOPY file /\n");
      const third = await classic("-t", "b-built:3");
      expect(third.status, third.out + third.err).not.toBe(0);
      await good(as("a", "rmi", "a-image:1"));
      await good(as("b", "rmi", "b-built:1", "b-built:2"));
    }, 60_000);

    test("what is pruned is its own", async () => {
      await good(as("a", "stop", "-t", "0", "a-web"));
      await good(as("b", "create", "--name=b-old", "--network=none", "busybox:test", "sh"));
      const pruned = await good(as("b", "container", "prune", "-f"));
      expect(pruned).toMatch(/[0-9a-f]{64}/);
      await good(as("b", "volume", "prune", "-f"));
      await good(as("b", "network", "prune", "-f"));
      await good(as("b", "image", "prune", "-f"));
      expect(await good(as("a", "ps", "-a", "--format", "{{.Names}}"))).toBe("a-web");
      expect(await good(as("a", "volume", "ls", "-q"))).toContain("a-data");
      expect(await good(as("a", "network", "ls", "--format", "{{.Name}}"))).toContain("a-net");
    });

    test("it can take down all that it made", async () => {
      await good(as("a", "rm", "-v", "a-web"));
      await good(as("a", "volume", "rm", "a-data"));
      await good(as("a", "network", "rm", "a-net"));
      await good(as("b", "rm", "-f", "b-web"));
      const left = await ask(engine.socket, "GET", "/containers/json?all=1");
      expect(JSON.parse(left.text)).toEqual([]);
      expect(JSON.parse((await ask(engine.socket, "GET", "/volumes")).text).Volumes ?? []).toEqual(
        [],
      );
    });
  },
);
