/** What breaks around a running gate, and what it then does: the process that users start, before a scripted engine. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { converse } from "./support/bare-gate.ts";
import { Client, pause, until } from "./support/bare-world.ts";
import {
  startGateProcess,
  type GateProcess,
  type GateProcessOptions,
} from "./support/gate-process.ts";
import {
  connectTo,
  startRecordingEngine,
  type EngineScript,
  type RecordingEngine,
} from "./support/recording-engine.ts";

const OPEN = `
  a:
    listen: {unix: "@/a.sock", mode: "0600"}
    allow: {containers: [all], system: [events, info]}
    ownership: false
    redact: none
`;
/** The same client with the rights of a reader of nothing. */
const CLOSED = `
  a:
    listen: {unix: "@/a.sock", mode: "0600"}
    allow: {images: [list]}
    ownership: false
    redact: none
`;
const PING = "GET /_ping HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";
const LIST = "GET /v1.41/containers/json HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n";
const EVENTS = "GET /v1.41/events HTTP/1.1\r\nHost: d\r\n\r\n";
const ATTACH =
  "POST /v1.41/containers/x/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** Echoes on attach, counts on events, answers lists. */
const script: EngineScript = (asked, reply) => {
  if (asked.target.endsWith("/_ping")) reply.json(200, {}, { "Api-Version": "1.41" });
  else if (asked.target.includes("/events")) {
    reply.socket.write(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n",
    );
    const timer = setInterval(() => reply.socket.write('d\r\n{"Action":""}\r\n'), 20);
    reply.socket.on("close", () => clearInterval(timer)).on("error", () => undefined);
  } else if (asked.target.includes("/attach")) {
    const socket = reply.upgrade({
      onData: (bytes) => void socket.write(bytes),
      onEnd: () => void socket.end(),
    });
  } else reply.json(200, []);
};

async function world({
  drain = "100ms",
  ...options
}: Partial<GateProcessOptions> & { readonly drain?: string } = {}): Promise<{
  readonly engine: RecordingEngine;
  readonly gate: GateProcess;
}> {
  const engine = await startRecordingEngine(script);
  cleanups.push(() => engine.close());
  const gate = await startGateProcess({
    upstream: engine.path,
    clients: OPEN,
    first: "a",
    ...options,
    settings: `drain: ${drain}\n${options.settings ?? ""}`,
  });
  cleanups.push(() => gate.stop());
  return { engine, gate };
}

async function open(gate: GateProcess, bytes: string): Promise<Client> {
  const client = new Client(await connectTo(gate.socket("a")));
  client.socket.write(bytes);
  return client;
}

const status = async (gate: GateProcess, bytes: string): Promise<string> =>
  (await converse(gate.socket("a"), bytes)).slice(9, 12);

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${String(pid)}/fd`).length;

describe("the end", () => {
  test("SIGTERM: idle connections close, streams have the drain time, then they are cut", async () => {
    const { gate, engine } = await world({ drain: "1s" });
    const events = await open(gate, EVENTS);
    const attached = await open(gate, ATTACH);
    await events.until("Action");
    await attached.until("101");
    gate.signal("SIGTERM");
    await until(() => gate.said().includes("2 connections have 1 s to end"));
    attached.socket.write("still here");
    await attached.until("still here");
    expect(await gate.ended).toBe(0);
    await Promise.all([events.ended, attached.ended]);
    await until(() => engine.openConnections() === 0);
    // A client does not take what was cut for a whole answer.
    expect(events.text.endsWith("0\r\n\r\n")).toBe(false);
    expect(readdirSync(gate.folder)).not.toContain("a.sock");
  });

  test("a second SIGTERM ends at once", async () => {
    const { gate } = await world({ drain: "10m" });
    const events = await open(gate, EVENTS);
    await events.until("Action");
    gate.signal("SIGTERM");
    await until(() => gate.said().includes("to end"));
    gate.signal("SIGTERM");
    expect(await gate.ended).toBe(0);
  });

  test("kill -9: the engine is free of its streams, and the next gate takes the socket", async () => {
    const { gate, engine } = await world();
    const attached = await open(gate, ATTACH);
    await attached.until("101");
    gate.signal("SIGKILL");
    await gate.ended;
    await until(() => engine.openConnections() === 0);
    expect(readdirSync(gate.folder)).toContain("a.sock");
  });
});

describe("the engine", () => {
  test("that goes away: streams break, requests get 502 with a reason, and all is well when it is back", async () => {
    const { gate, engine } = await world();
    const attached = await open(gate, ATTACH);
    await attached.until("101");
    await engine.close();
    await attached.ended;
    const answer = await converse(gate.socket("a"), LIST);
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
    expect(answer).toContain("plimsoll: the engine does not answer");
  });

  test("that restarts between two requests of one connection", async () => {
    let hangUp = false;
    const engine = await startRecordingEngine((asked, reply) => {
      if (hangUp) {
        hangUp = false;
        reply.hangUp();
      } else script(asked, reply);
    });
    cleanups.push(() => engine.close());
    const gate = await startGateProcess({ upstream: engine.path, clients: OPEN, first: "a" });
    cleanups.push(() => gate.stop());
    expect(await status(gate, LIST)).toBe("200");
    hangUp = true;
    // Asked again on a new connection: it changes nothing, and nobody answered it.
    expect(await status(gate, LIST)).toBe("200");
  });
});

describe("the policy", () => {
  test("SIGHUP with a broken file: the one before goes on, and it is told where the mistake is", async () => {
    const { gate } = await world({ settings: "admin: unix://@/admin.sock" });
    writeFileSync(join(gate.folder, "gate.yaml"), "version: 1\nclients:\n  a: {listn: x}\n");
    gate.signal("SIGHUP");
    await until(() => gate.said().includes("the one before goes on"));
    expect(gate.said()).toContain("gate.yaml:3:");
    expect(await status(gate, LIST)).toBe("200");
    expect(
      await converse(join(gate.folder, "admin.sock"), PING.replace("/_ping", "/healthz")),
    ).toContain("503");
  });

  test("SIGHUP under load: each request is judged by one policy or the other, none by neither", async () => {
    const { gate } = await world();
    const seen = new Set<string>();
    const running = new AbortController();
    const load = Array.from({ length: 8 }, async () => {
      while (!running.signal.aborted) seen.add(await status(gate, LIST));
    });
    for (const clients of [CLOSED, OPEN, CLOSED, OPEN, CLOSED]) {
      const reloads = gate.said().split("reloaded the policy").length;
      gate.writePolicy(clients);
      gate.signal("SIGHUP");
      await until(() => gate.said().split("reloaded the policy").length > reloads);
      await pause(50);
    }
    running.abort();
    await Promise.all(load);
    expect([...seen].toSorted()).toEqual(["200", "403"]);
    expect(await status(gate, LIST)).toBe("403");
  });

  test("SIGHUP with a policy of which one listener cannot be had: nothing of it holds", async () => {
    const both = `${OPEN}${CLOSED.replaceAll("a:", "b:").replace("a.sock", "b.sock")}`;
    const { gate } = await world({ clients: both });
    // The sockets of the two are exchanged, and a third cannot be: none of it may come to hold.
    const exchanged = both
      .replace("@/a.sock", "@/x.sock")
      .replace("@/b.sock", "@/a.sock")
      .replace("@/x.sock", "@/b.sock");
    gate.writePolicy(
      `${exchanged}${OPEN.replaceAll("a:", "c:").replace("@/a.sock", "/proc/none/c.sock")}`,
    );
    gate.signal("SIGHUP");
    await until(() => gate.said().includes("the one before goes on"));
    expect(await status(gate, LIST)).toBe("200");
    expect((await converse(gate.socket("b"), LIST)).slice(9, 12)).toBe("403");
    gate.writePolicy(exchanged);
    gate.signal("SIGHUP");
    await until(() => gate.said().includes("reloaded the policy"));
    expect(await status(gate, LIST)).toBe("403");
    expect((await converse(gate.socket("b"), LIST)).slice(9, 12)).toBe("200");
  });

  test("a client that is no more loses its streams; one that stays keeps them", async () => {
    const both = `${OPEN}${OPEN.replaceAll("a:", "b:").replace("a.sock", "b.sock")}`;
    const { gate } = await world({ clients: both });
    const a = await open(gate, ATTACH);
    const b = new Client(await connectTo(gate.socket("b")));
    b.socket.write(ATTACH);
    await Promise.all([a.until("101"), b.until("101")]);
    gate.writePolicy(OPEN);
    gate.signal("SIGHUP");
    await until(() => gate.said().includes("reloaded the policy"));
    await b.ended;
    a.socket.write("still here");
    await a.until("still here");
    expect(readdirSync(gate.folder)).not.toContain("b.sock");
  });
});

describe("scarcity", () => {
  test("more connections than are allowed are told so, and the others go on", async () => {
    const { gate } = await world({ settings: "limits: {connections: 3}" });
    const held = await Promise.all([open(gate, ATTACH), open(gate, ATTACH), open(gate, ATTACH)]);
    await Promise.all(held.map((client) => client.until("101")));
    expect(await converse(gate.socket("a"), PING)).toMatch(
      /^HTTP\/1\.1 503 [^]*too many connections/,
    );
    held[0]?.socket.destroy();
    await until(() => true);
    await pause(50);
    expect(await status(gate, PING)).toBe("200");
  });

  test("no descriptor is left: nothing passes unjudged, and it recovers", async () => {
    const { gate } = await world({ files: 64 });
    const clients = await Promise.all(
      Array.from({ length: 120 }, async () => {
        const client = new Client(await connectTo(gate.socket("a")));
        client.socket.write(EVENTS);
        return client;
      }),
    );
    await pause(500);
    for (const client of clients) client.socket.destroy();
    await until(() => descriptorsOf(gate.pid) < 40, 10_000);
    expect(await status(gate, LIST)).toBe("200");
    expect(gate.said()).not.toContain("bug");
  });

  test("a rate that is exceeded is 429 with the time to wait, and another client does not notice", async () => {
    const both = `${OPEN}    rate: {per-second: 1}\n${OPEN.replaceAll("a:", "b:").replace("a.sock", "b.sock")}`;
    const { gate } = await world({ clients: both });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => converse(gate.socket("a"), PING)),
    );
    const refused = answers.filter((answer) => answer.startsWith("HTTP/1.1 429 "));
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]).toMatch(/Retry-After: 1\r\n/);
    expect((await converse(gate.socket("b"), PING)).slice(9, 12)).toBe("200");
  });

  test("nothing is left of a thousand connections that came within a second", async () => {
    const { gate } = await world();
    await status(gate, LIST);
    const before = descriptorsOf(gate.pid);
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => status(gate, LIST)));
      expect(new Set(answers)).toEqual(new Set(["200"]));
    }
    await until(() => descriptorsOf(gate.pid) <= before + 64, 10_000);
  });
});

describe("the admin listener", () => {
  test("has metrics and health, and no word of the API", async () => {
    const { gate } = await world({
      settings: "admin: unix://@/admin.sock\naudit: {file: audit.jsonl}",
    });
    await status(gate, LIST);
    await status(gate, LIST.replace("/containers/json", "/swarm"));
    const get = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        request({ socketPath: join(gate.folder, "admin.sock"), path }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
          response.on("end", () => resolve(`${String(response.statusCode)} ${text}`));
        })
          .on("error", reject)
          .end();
      });
    expect(await get("/healthz")).toBe("200 ok\n");
    const metrics = await get("/metrics");
    expect(metrics).toContain(
      'plimsoll_gate_requests_total{client="a",operation="ContainerList",decision="allow"} 1',
    );
    expect(metrics).toContain('plimsoll_gate_denials_total{client="a",rule="not-in-policy"} 1');
    expect(await get("/containers/json")).toMatch(/^404 /);
    await until(() =>
      readFileSync(join(gate.folder, "audit.jsonl"), "utf8").includes('"decision":"deny"'),
    );
  });
});
