/**
 * The gate beside direct access and beside HAProxy with a list of paths, in the same run: rates and latencies by wrk
 * over ten connections, streams, and memory.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PORTS, gateMissing, startSetting, type Setting } from "./support/gate-setting.ts";
import { median } from "./support/measure.ts";

export interface GateBench {
  readonly work: string;
  readonly node: string;
  readonly cli: string;
  readonly recordCells: (...cells: string[]) => void;
  readonly skip: (what: string, why: string) => void;
}

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 10;
/** Requests a second that none of them is pressed by. */
const PACE = 500;
const IDLE_STREAMS = 5000;

export async function measureGate(bench: GateBench): Promise<void> {
  const missing = gateMissing();
  if (missing !== undefined) {
    bench.skip("the gate", missing);
    return;
  }
  const { work, node, cli } = bench;
  const setting = await startSetting(
    join(work, "gate"),
    node,
    cli,
    join(import.meta.dirname, "support/stream-engine.ts"),
  );
  try {
    await sleep(1000);
    measureRequests(bench, setting);
    await measureStreams(bench, setting);
  } finally {
    await setting.stop();
  }
}

interface Load {
  readonly perSecond: number;
  /** Median, in milliseconds. */
  readonly latency: number;
}

function measureRequests(bench: GateBench, setting: Setting): void {
  const create = join(bench.work, "create.lua");
  writeFileSync(create, CREATE);
  const fake = [PORTS.fake, PORTS.fakeByPeer, PORTS.fakeByGate] as const;
  const engine = [PORTS.engine, PORTS.engineByPeer, PORTS.engineByGate] as const;
  compareLoads(bench, "GET /_ping, engine in memory", fake, "/_ping");
  compareLoads(
    bench,
    "GET /containers/json (2 KiB), engine in memory",
    fake,
    "/v1.41/containers/json",
  );
  compareLoads(
    bench,
    "POST /containers/create, inspected, engine in memory",
    fake,
    "/v1.41/containers/create",
    create,
  );
  if (!setting.hasEngine) {
    bench.skip("the gate before a real engine", "dockerd is not installed");
    return;
  }
  compareLoads(bench, "GET /_ping, dockerd", engine, "/_ping");
  compareLoads(bench, "GET /containers/json, dockerd", engine, "/v1.41/containers/json");
}

/** In turns, so that what else the machine does falls on all alike. */
function compareLoads(
  bench: GateBench,
  what: string,
  [direct, peer, gate]: readonly [number, number, number],
  path: string,
  script?: string,
): void {
  const loads = [direct, peer, gate].map((): Load[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, port] of [direct, peer, gate].entries()) {
      loads[index]?.push(load(port, path, script));
    }
  }
  const [straight, haproxy, ours] = loads.map((rounds) => ({
    perSecond: median(rounds.map(({ perSecond }) => perSecond)),
    latency: median(rounds.map(({ latency }) => latency)),
  }));
  if (straight === undefined || haproxy === undefined || ours === undefined) return;
  bench.recordCells(
    what,
    "HAProxy with a path list",
    `${ours.perSecond.toFixed(0)}/s`,
    `${haproxy.perSecond.toFixed(0)}/s`,
    `${(ours.perSecond / haproxy.perSecond).toFixed(2)}x`,
    "0.9 or more before dockerd",
  );
  bench.recordCells(
    `${what}: median latency at the fullest load`,
    "direct access",
    `${ours.latency.toFixed(3)} ms`,
    `${straight.latency.toFixed(3)} ms`,
    `+${(ours.latency - straight.latency).toFixed(3)} ms (HAProxy +${(haproxy.latency - straight.latency).toFixed(3)})`,
    "recorded",
  );
  comparePaced(
    bench,
    what,
    [direct, peer, gate],
    path,
    script === undefined ? undefined : bodyFile(bench),
  );
}

/** At a rate that all of them hold, over the same ten connections. */
function comparePaced(
  bench: GateBench,
  what: string,
  ports: readonly [number, number, number],
  path: string,
  body: string | undefined,
): void {
  const medians = ports.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, port] of ports.entries()) {
      const words = [String(port), path, String(PACE), String(SECONDS), String(CONNECTIONS)];
      const script = join(import.meta.dirname, "support/paced-load.ts");
      const { stdout, stderr } = spawnSync(
        bench.node,
        [script, ...words, ...(body === undefined ? [] : [body])],
        { encoding: "utf8" },
      );
      const measured: unknown = stdout === "" ? undefined : JSON.parse(stdout);
      if (!isPaced(measured)) throw new Error(`port ${String(port)} ${path}: ${stderr}`);
      medians[index]?.push(measured.median);
    }
  }
  const [direct = Number.NaN, peer = Number.NaN, gate = Number.NaN] = medians.map(median);
  bench.recordCells(
    `${what}: added median latency at ${String(PACE)}/s over ${String(CONNECTIONS)} connections`,
    "direct access",
    `${gate.toFixed(3)} ms`,
    `${direct.toFixed(3)} ms`,
    `+${(gate - direct).toFixed(3)} ms (HAProxy +${(peer - direct).toFixed(3)})`,
    body === undefined ? "under 0.3 ms" : "under 0.5 ms",
  );
}

const isPaced = (value: unknown): value is { readonly median: number; readonly answered: number } =>
  typeof value === "object" &&
  value !== null &&
  "median" in value &&
  "answered" in value &&
  value.answered === 1;

function bodyFile({ work }: GateBench): string {
  const path = join(work, "create.json");
  writeFileSync(path, JSON.stringify(BODY));
  return path;
}

function load(port: number, path: string, script?: string): Load {
  const { stdout, stderr } = spawnSync(
    "wrk",
    [
      "-t1",
      `-c${String(CONNECTIONS)}`,
      `-d${String(SECONDS)}s`,
      "--latency",
      ...(script === undefined ? [] : ["-s", script]),
      `http://127.0.0.1:${String(port)}${path}`,
    ],
    { encoding: "utf8" },
  );
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const found = /50%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  const wrong = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1];
  if (!Number.isFinite(perSecond) || found === null || wrong !== undefined) {
    throw new Error(`port ${String(port)} ${path}: ${stdout}${stderr}`);
  }
  const unit = { us: 0.001, ms: 1, s: 1000 }[found[2] as "us" | "ms" | "s"];
  return { perSecond, latency: Number(found[1]) * unit };
}

/** What the docker command line sends for `docker run --network none -v data:/data IMAGE`, shortened by nothing. */
const BODY = {
  Hostname: "",
  Domainname: "",
  User: "",
  AttachStdin: false,
  AttachStdout: true,
  AttachStderr: true,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: ["A=1", "PATH=/usr/bin:/bin"],
  Cmd: ["sh", "-c", "true"],
  Image: "busybox:test",
  Volumes: {},
  WorkingDir: "",
  Entrypoint: null,
  OnBuild: null,
  Labels: { "com.example.a": "b" },
  HostConfig: {
    Binds: null,
    ContainerIDFile: "",
    LogConfig: { Type: "", Config: {} },
    NetworkMode: "none",
    PortBindings: {},
    RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
    AutoRemove: false,
    VolumeDriver: "",
    VolumesFrom: null,
    CapAdd: null,
    CapDrop: null,
    CgroupnsMode: "",
    Dns: [],
    DnsOptions: [],
    DnsSearch: [],
    ExtraHosts: null,
    GroupAdd: null,
    IpcMode: "",
    Cgroup: "",
    Links: null,
    OomScoreAdj: 0,
    PidMode: "",
    Privileged: false,
    PublishAllPorts: false,
    ReadonlyRootfs: false,
    SecurityOpt: null,
    UTSMode: "",
    UsernsMode: "",
    ShmSize: 0,
    ConsoleSize: [0, 0],
    Isolation: "",
    CpuShares: 0,
    Memory: 268435456,
    NanoCpus: 1000000000,
    CgroupParent: "",
    BlkioWeight: 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: [],
    BlkioDeviceWriteBps: [],
    BlkioDeviceReadIOps: [],
    BlkioDeviceWriteIOps: [],
    CpuPeriod: 0,
    CpuQuota: 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: "",
    CpusetMems: "",
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MemoryReservation: 0,
    MemorySwap: 0,
    MemorySwappiness: -1,
    OomKillDisable: false,
    PidsLimit: 100,
    Ulimits: [],
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
    MaskedPaths: null,
    ReadonlyPaths: null,
  },
  NetworkingConfig: { EndpointsConfig: {} },
};

const CREATE = `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[${JSON.stringify(BODY)}]]
`;

async function measureStreams(bench: GateBench, { gate }: Setting): Promise<void> {
  const idle = residentMiB(gate.pid);
  const [direct, ours] = [await drain(PORTS.streams), await drain(PORTS.streamsByGate)];
  bench.recordCells(
    "a stream of 4 GiB out of attach",
    "direct access",
    `${(ours / 1000).toFixed(2)} GB/s`,
    `${(direct / 1000).toFixed(2)} GB/s`,
    `${(ours / direct).toFixed(2)}x`,
    "1 GB/s or more",
  );
  bench.recordCells("memory of an idle gate", "", `${idle.toFixed(0)} MiB`, "", "", "under 120 MB");
  const sockets: Socket[] = [];
  for (let index = 0; index < IDLE_STREAMS; index++) {
    const socket = connect({ port: PORTS.streamsByGate, host: "127.0.0.1" });
    sockets.push(socket);
    socket.on("error", () => undefined);
    await attached(socket, "idle");
  }
  const busy = residentMiB(gate.pid);
  for (const socket of sockets) socket.destroy();
  bench.recordCells(
    `memory with ${IDLE_STREAMS.toLocaleString("en")} idle streams`,
    "",
    `${busy.toFixed(0)} MiB`,
    "",
    "",
    "under 250 MB",
  );
}

const STREAM_BYTES = 4 * 1024 ** 3;

/** MB/s. */
async function drain(port: number): Promise<number> {
  const socket = connect({ port, host: "127.0.0.1" });
  const began = process.hrtime.bigint();
  let bytes = 0;
  await attached(socket, "source");
  await new Promise<void>((resolve) => {
    socket.on("data", (piece: Buffer) => {
      bytes += piece.byteLength;
      if (bytes >= STREAM_BYTES) {
        socket.destroy();
        resolve();
      }
    });
  });
  return bytes / 1e6 / (Number(process.hrtime.bigint() - began) / 1e9);
}

function attached(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.write(
      `POST /v1.41/containers/${name}/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`,
    );
    socket.once("data", (piece: Buffer) => {
      if (piece.includes(" 101 ")) resolve();
      else reject(new Error(piece.toString("latin1").slice(0, 500)));
    });
  });
}

function residentMiB(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
