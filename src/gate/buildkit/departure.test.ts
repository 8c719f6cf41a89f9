import { once } from "node:events";
import { connect as http2, performServerHandshake, type ServerHttp2Session } from "node:http2";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { clientPolicy } from "../testing.ts";
import { mediateControl } from "./control.ts";
import { mediateSession, type Mediated } from "./session.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Two ends of a connection that may be half open, as the gate's are. */
async function pair(): Promise<readonly [Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const far = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
  const [near] = (await once(server, "connection")) as [Socket];
  return [near, far];
}

const control = (client: Socket, engine: Socket): Mediated =>
  mediateControl(client, engine, {
    policy: clientPolicy("a", "allow: {build: [mediated]}"),
    appliesSourcePolicy: true,
    pullsAnew: async () => false,
    engineId: async () => undefined,
    ownsSession: () => false,
    claimBuild: () => true,
    judgeNames: async () => undefined,
    decided: async () => undefined,
  });

test.each([
  ["the client of a call", "client", "control"],
  ["the engine under a call", "engine", "control"],
  ["the client of a session", "client", "session"],
  ["the engine of a session", "engine", "session"],
])("%s leaves, and the other side is told", async (_what, who, kind) => {
  const [nearClient, client] = await pair();
  const [nearEngine, engine] = await pair();
  const mediated = (kind === "control" ? control : mediateSession)(nearClient, nearEngine);
  const [calling, called] = kind === "control" ? [client, engine] : [engine, client];
  const asks = http2("http://x", { createConnection: () => calling });
  asks.on("error", () => undefined);
  const answers: ServerHttp2Session = performServerHandshake(called);
  answers.on("error", () => undefined);
  const path =
    kind === "control" ? "/moby.buildkit.v1.Control/ListWorkers" : "/grpc.health.v1.Health/Check";
  const stream = asks.request({ ":method": "POST", ":path": path });
  stream.on("error", () => undefined);
  stream.end(Buffer.alloc(5));
  await once(answers, "stream");
  const [leaving, staying] = who === "client" ? [client, engine] : [engine, client];
  const told = new Promise<string>((settle) => {
    (staying === called ? answers : asks).once("close", () => settle("told"));
    staying.once("end", () => settle("told"));
  });
  // Only its half: what a process that is killed leaves is no more.
  leaving.end();
  const late = sleep(3000).then(() => "late");
  expect(await Promise.race([mediated.done.then(() => "done"), late])).toBe("done");
  expect(await Promise.race([told, late])).toBe("told");
  asks.destroy();
  answers.destroy();
  client.destroy();
  engine.destroy();
});
