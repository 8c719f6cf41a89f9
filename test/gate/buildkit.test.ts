/** BuildKit's control service through a gate, in front of a real engine: what passes, what does not, and floods. */

import { setTimeout as sleep } from "node:timers/promises";
import { performServerHandshake } from "node:http2";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeUnary } from "../../src/gate/buildkit/grpc-message.ts";
import { encodeProto, ProtoMessage, type ProtoValue } from "../../src/gate/buildkit/proto/codec.ts";
import {
  BridgeSolveRequest,
  ReturnRequest,
  SolveRequest,
  StatusRequest,
} from "../../src/gate/buildkit/proto/messages.ts";
import { engineMissing, startEngine, type TestEngine } from "../support/engine.ts";
import { startGateProcess, type GateProcess } from "./support/gate-process.ts";
import { GrpcClient, upgraded } from "./support/grpc-client.ts";

const missing = engineMissing();

const CLIENTS = `
  one:
    listen: {unix: "@/one.sock", mode: "0600"}
    allow: {images: [all], build: [mediated]}
  other:
    listen: {unix: "@/other.sock", mode: "0600"}
    allow: {images: [all], build: [mediated]}
  limited:
    listen: {unix: "@/limited.sock", mode: "0600"}
    allow: {images: [all], build: [mediated]}
    grant: {images: ["team/*"]}
  classic:
    listen: {unix: "@/classic.sock", mode: "0600"}
    allow: {images: [all], build: [classic]}
`;

const CONTROL = "/moby.buildkit.v1.Control/";
const BRIDGE = "/moby.buildkit.v1.frontend.LLBBridge/";
const EMPTY = writeUnary(new Uint8Array());
const PERMISSION_DENIED = 7;
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;

const message = (fields: Readonly<Record<string, ProtoValue>>): ProtoMessage =>
  new ProtoMessage(new Map(Object.entries(fields)));
const solve = (fields: Readonly<Record<string, ProtoValue>>): Uint8Array =>
  writeUnary(
    encodeProto(message({ Ref: newId("ref"), Frontend: "dockerfile.v0", ...fields }), SolveRequest),
  );
const status = (ref: string): Uint8Array =>
  writeUnary(encodeProto(message({ Ref: ref }), StatusRequest));

let lastId = 0;
const newId = (kind: string): string => `${kind}${String(++lastId).padStart(20, "0")}`;

describe.skipIf(missing !== undefined)(`BuildKit through a gate (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  const open: { close: () => void }[] = [];
  beforeAll(async () => {
    engine = await startEngine();
    gate = await startGateProcess({ upstream: engine.socket, clients: CLIENTS, first: "one" });
  }, 90_000);
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });
  afterAll(async () => {
    await gate.stop();
    await engine.stop();
  }, 60_000);

  const client = async (name = "one"): Promise<GrpcClient> => {
    const opened = await GrpcClient.open(gate.socket(name));
    open.push(opened);
    return opened;
  };
  /** A session that serves nothing. */
  const session = async (name: string): Promise<string> => {
    const id = newId("session");
    const socket = await upgraded(gate.socket(name), "/session", {
      "X-Docker-Expose-Session-Uuid": id,
    });
    if (typeof socket === "string") throw new Error(socket);
    const served = performServerHandshake(socket);
    served.on("error", () => undefined);
    served.on("stream", (stream) => {
      stream.respond({ ":status": 200, "grpc-status": "12" }, { endStream: true });
    });
    open.push({ close: () => served.destroy() });
    return id;
  };

  test("the engine's answers come back as they are", async () => {
    const [through, direct] = [await client(), await GrpcClient.open(engine.socket)];
    open.push(direct);
    for (const method of ["ListWorkers", "Info"]) {
      const [one, two] = [
        await through.call(`${CONTROL}${method}`, EMPTY),
        await direct.call(`${CONTROL}${method}`, EMPTY),
      ];
      expect(one.status).toBe(two.status);
      expect(one.body.equals(two.body)).toBe(true);
    }
  });

  test("a build reaches the engine, whose refusal comes back", async () => {
    const id = await session("one");
    const answer = await (await client()).call(`${CONTROL}Solve`, solve({ Session: id }));
    expect(answer.status).toBeGreaterThan(0);
    expect(answer.message).not.toContain("plimsoll");
    expect(answer.message).toContain("dockerfile");
  });

  test.each<[string, string, Uint8Array]>([
    ["DiskUsage", `${CONTROL}DiskUsage`, EMPTY],
    ["Prune", `${CONTROL}Prune`, EMPTY],
    ["history", `${CONTROL}ListenBuildHistory`, EMPTY],
    ["deleting history", `${CONTROL}UpdateBuildHistory`, EMPTY],
    ["a session in a stream", `${CONTROL}Session`, EMPTY],
    ["containers in a build", `${BRIDGE}NewContainer`, EMPTY],
    ["a program in one", `${BRIDGE}ExecProcess`, EMPTY],
    ["configurations of images", `${BRIDGE}ResolveImageConfig`, EMPTY],
    ["the content store", "/containerd.services.content.v1.Content/Read", EMPTY],
    ["another spelling", "/moby.buildkit.v1.Control//Solve", EMPTY],
  ])("%s is no call here", async (_what, path, body) => {
    const answer = await (await client()).call(path, body);
    expect(answer.status).toBe(UNIMPLEMENTED);
    expect(answer.message).toContain("plimsoll");
  });

  const frame = (hex: string): Uint8Array => writeUnary(Buffer.from(hex, "hex"));
  test.each<[string, number, () => Uint8Array]>([
    ["a raw build graph", INVALID_ARGUMENT, () => frame("0a0361626312020a00")],
    ["inputs that are graphs", INVALID_ARGUMENT, () => frame("52040a001200")],
    ["two messages in one", INVALID_ARGUMENT, () => Buffer.concat([solve({}), solve({})])],
    [
      "a compressed message",
      INVALID_ARGUMENT,
      () => {
        const bytes = solve({});
        bytes[0] = 1;
        return bytes;
      },
    ],
    ["no message", INVALID_ARGUMENT, () => new Uint8Array()],
    ["the gateway", PERMISSION_DENIED, () => solve({ Frontend: "gateway.v0" })],
    ["privileged steps", PERMISSION_DENIED, () => solve({ Entitlements: ["security.insecure"] })],
    ["the host's network", PERMISSION_DENIED, () => solve({ Entitlements: ["network.host"] })],
    [
      "an address as context",
      PERMISSION_DENIED,
      () => solve({ FrontendAttrs: new Map([["context", "http://169.254.169.254/"]]) }),
    ],
    [
      "an address behind another name",
      PERMISSION_DENIED,
      () =>
        solve({
          FrontendAttrs: new Map([
            ["contextkey", "target"],
            ["target", "http://169.254.169.254/"],
          ]),
        }),
    ],
    [
      "a name that is taken",
      PERMISSION_DENIED,
      () =>
        solve({
          Exporters: [message({ Type: "moby", Attrs: new Map([["name", "busybox:test"]]) })],
        }),
    ],
  ])("%s is refused, with a reason", async (_what, code, body) => {
    const answer = await (await client()).call(`${CONTROL}Solve`, body());
    expect(answer.message).toContain("plimsoll: ");
    expect(answer.status).toBe(code);
  });

  test("another client's session, build and result are not there", async () => {
    const [theirs, one, other] = [await session("other"), await client(), await client("other")];
    const solved = await one.call(`${CONTROL}Solve`, solve({ Session: theirs }));
    expect(solved.message).toContain("not-yours");
    const ref = newId("ref");
    void other.call(`${CONTROL}Status`, status(ref));
    await sleep(300);
    expect((await one.call(`${CONTROL}Status`, status(ref))).message).toContain("not-yours");
    const driven = { "buildkit-controlapi-buildid": ref };
    const bridged = writeUnary(
      encodeProto(message({ Frontend: "dockerfile.v0" }), BridgeSolveRequest),
    );
    expect((await one.call(`${BRIDGE}Solve`, bridged, driven)).message).toContain("not-yours");
    expect((await one.call(`${BRIDGE}Ping`, EMPTY)).message).toContain("not-yours");
    const result = message({
      metadata: [message({ key: "containerimage.config", value: Buffer.from("{}") })],
    });
    const returned = writeUnary(encodeProto(message({ result }), ReturnRequest));
    const own = { "buildkit-controlapi-buildid": newId("ref") };
    expect((await one.call(`${BRIDGE}Return`, returned, own)).message).toContain(
      "build-result-refused",
    );
  });

  test("granted images cannot be held to on an engine without source policies", async () => {
    const answer = await (await client("limited")).call(`${CONTROL}Solve`, solve({}));
    expect(answer.message).toContain(
      Number(engine.version.split(".")[0]) < 23 ? "build-not-mediated" : "",
    );
  });

  test("without the word, both connections are refused and say what the policy would say", async () => {
    for (const target of ["/grpc", "/session"]) {
      const answer = await upgraded(gate.socket("classic"), target);
      if (typeof answer !== "string") throw new Error("it was upgraded");
      expect(answer).toContain("404");
      expect(answer).toContain("allow: {build: [mediated]}");
    }
  });

  test("a session's id is one connection's", async () => {
    const id = await session("one");
    const second = await upgraded(gate.socket("other"), "/session", {
      "X-Docker-Expose-Session-Uuid": id,
    });
    if (typeof second === "string") return;
    await new Promise((settle) => second.resume().once("close", settle));
    expect(second.destroyed).toBe(true);
  });

  test("floods end the connection, and no other one", async () => {
    const bystander = await client("other");
    const flooding = await client();
    for (let index = 0; index < 20_000 && !flooding.session.destroyed; index++) {
      const stream = flooding.session.request({ ":method": "POST", ":path": `${CONTROL}Info` });
      stream.on("error", () => undefined);
      stream.close(8);
      if (index % 500 === 0) await sleep(1);
    }
    const large = await client();
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        large.call(`${CONTROL}Solve`, writeUnary(Buffer.alloc(5 << 20))),
      ),
    );
    expect(answers.every((answer) => answer.status !== 0)).toBe(true);
    const waiting = await client();
    for (let index = 0; index < 300; index++) {
      const stream = waiting.session.request({ ":method": "POST", ":path": `${CONTROL}Info` });
      stream.on("error", () => undefined);
      stream.write(Buffer.from([0]));
    }
    expect((await bystander.call(`${CONTROL}ListWorkers`, EMPTY)).status).toBe(0);
    expect(gate.said()).not.toContain("at ");
  }, 60_000);

  test("bytes that are no HTTP/2 end the connection", async () => {
    const socket = await upgraded(gate.socket("one"), "/grpc");
    if (typeof socket === "string") throw new Error(socket);
    const ended = new Promise((settle) => socket.resume().once("close", settle));
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: d\r\n\r\n".repeat(10));
    await ended;
    expect((await (await client()).call(`${CONTROL}ListWorkers`, EMPTY)).status).toBe(0);
  });

  test("the gate stops with sessions and calls open", async () => {
    const second = await startGateProcess({
      upstream: engine.socket,
      clients: CLIENTS,
      settings: "drain: 1s",
      first: "one",
    });
    const opened = await GrpcClient.open(second.socket("one"));
    void opened.call(`${CONTROL}Status`, status(newId("ref")));
    await sleep(200);
    second.signal("SIGTERM");
    await opened.closed;
    expect(await second.ended).not.toBeNull();
    await second.stop();
  }, 30_000);
});
