/** What the gate is measured in: engines, a peer and the gate itself, each a process of its own. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const PORTS = {
  /** HAProxy as an engine that answers from memory. */
  fake: 18_101,
  fakeByPeer: 18_102,
  fakeByGate: 18_103,
  engine: 18_111,
  engineByPeer: 18_112,
  engineByGate: 18_113,
  /** An engine of Node's, for streams. */
  streams: 18_121,
  streamsByGate: 18_123,
} as const;

export interface Setting {
  readonly children: readonly ChildProcess[];
  readonly gate: ChildProcess;
  readonly hasEngine: boolean;
  readonly stop: () => Promise<void>;
}

/** Why it cannot be measured here. */
export function gateMissing(): string | undefined {
  const commands = ["haproxy", "wrk"].filter((name) => spawnSync("which", [name]).status !== 0);
  return commands.length === 0
    ? undefined
    : `${commands.join(" and ")} not installed: apt-get install ${commands.join(" ")}`;
}

export async function startSetting(
  work: string,
  node: string,
  cli: string,
  streamEngine: string,
): Promise<Setting> {
  mkdirSync(work, { recursive: true });
  const children: ChildProcess[] = [];
  const start = (command: string, ...words: string[]): ChildProcess => {
    const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr?.resume();
    children.push(child);
    return child;
  };
  const fake = join(work, "fake.sock");
  const engine = join(work, "engine.sock");
  const streams = join(work, "streams.sock");
  const hasEngine = existsSync("/usr/sbin/dockerd");
  if (hasEngine) {
    start(
      "/usr/sbin/dockerd",
      "--data-root",
      join(work, "data"),
      "--exec-root",
      join(work, "exec"),
      "--pidfile",
      join(work, "pid"),
      "--bridge=none",
      "--iptables=false",
      "--storage-driver=vfs",
      "-H",
      `unix://${engine}`,
      "-H",
      `tcp://127.0.0.1:${String(PORTS.engine)}`,
      "--tls=false",
    );
  }
  start(node, streamEngine, streams, String(PORTS.streams));
  writeFileSync(join(work, "haproxy.cfg"), haproxy(fake, engine));
  start("haproxy", "-db", "-f", join(work, "haproxy.cfg"));
  const stop = async (): Promise<void> => {
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    // The engine unmounts what it mounted before it ends.
    for (const child of children) child.kill("SIGTERM");
    await Promise.race([Promise.all(ended), sleep(15_000)]);
    for (const child of children) child.kill("SIGKILL");
    spawnSync("umount", ["-l", join(work, "data")]);
  };
  const gate = await startGates(work, node, cli, { fake, engine, streams }, start);
  const wanted = hasEngine
    ? Object.values(PORTS)
    : Object.values(PORTS).filter((port) => port < 18_110 || port > 18_120);
  for (const port of wanted) {
    if (await listens(port)) continue;
    await stop();
    throw new Error(`nothing listens on port ${String(port)}`);
  }
  return {
    children,
    gate,
    hasEngine,
    stop,
  };
}

async function startGates(
  work: string,
  node: string,
  cli: string,
  upstreams: Readonly<Record<"fake" | "engine" | "streams", string>>,
  start: (command: string, ...words: string[]) => ChildProcess,
): Promise<ChildProcess> {
  let first: ChildProcess | undefined;
  for (const [name, port] of [
    ["fake", PORTS.fakeByGate],
    ["engine", PORTS.engineByGate],
    ["streams", PORTS.streamsByGate],
  ] as const) {
    const policy = join(work, `${name}.yaml`);
    writeFileSync(policy, gatePolicy(upstreams[name], port));
    const child = start(node, cli, "gate", "--policy", policy);
    if (name === "streams") first = child;
    await sleep(10);
  }
  if (first === undefined) throw new Error("no gate was started");
  return first;
}

const gatePolicy = (upstream: string, port: number): string => `version: 1
upstream: unix://${upstream}
limits: {connections: 20000, upstream-connections: 20000}
clients:
  bench:
    listen: {tcp: "127.0.0.1:${String(port)}", i-know-that-anyone-may-connect: true}
    allow: {containers: [all], images: [list, inspect], system: [info, events]}
    ownership: false
    redact: none
    force: {cap-drop-all: true, no-new-privileges: true}
    grant: {networks: [none]}
    posture: {rules: {runs-as-root: off, image-not-pinned: off}}
`;

/** The peer: paths by an access list, as the common socket proxy has them; and the engine that answers from memory. */
const haproxy = (fake: string, engine: string): string => `
global
  maxconn 4000
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend memory
  bind unix@${fake} mode 666
  bind 127.0.0.1:${String(PORTS.fake)}
  http-request return status 201 content-type application/json string "{\\"Id\\":\\"${"a".repeat(64)}\\",\\"Warnings\\":[]}" if { path_end /containers/create }
  http-request return status 200 content-type application/json string "{\\"Id\\":\\"sha256:${"b".repeat(64)}\\",\\"Config\\":{\\"User\\":\\"1000\\",\\"Cmd\\":[\\"true\\"]}}" if { path_beg /v1.41/images/ }
  http-request return status 200 content-type application/json hdr Api-Version 1.41 string "OK" if { path_end /_ping }
  http-request return status 200 content-type application/json string "[${'{\\"Id\\":\\"0123456789abcdef\\",\\"Names\\":[\\"/web\\"]},'.repeat(40)}{}]"
${[
  ["fake", PORTS.fakeByPeer, fake],
  ["engine", PORTS.engineByPeer, engine],
]
  .map(
    ([name, port, path]) => `frontend ${String(name)}
  bind 127.0.0.1:${String(port)}
  http-request deny unless { path,url_dec -m reg -i ^(/v[\\d\\.]+)?/_ping }  || { path,url_dec -m reg -i ^(/v[\\d\\.]+)?/containers }
  default_backend ${String(name)}_server
backend ${String(name)}_server
  server one unix@${String(path)}
`,
  )
  .join("")}`;

async function listens(port: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return true;
    await sleep(100);
  }
  return false;
}
