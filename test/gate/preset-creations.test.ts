/** What the presets' tools really create passes the judgement; what leads out of a container does not. */

import { expect, test } from "vitest";
import type { EngineAsk, HostView, JudgeContext } from "../../src/gate/judge/contract.ts";
import { judge } from "../../src/gate/judge/judge.ts";
import { postureSteps } from "../../src/gate/posture/steps.ts";
import { clientPolicy, gateRequest } from "../../src/gate/testing.ts";
import { parseJsonText } from "../../src/gate/wire/json/parse.ts";
import type { JsonValue } from "../../src/gate/wire/json/value.ts";

function jsonValue(value: unknown): JsonValue {
  const parsed = parseJsonText(JSON.stringify(value));
  if (!parsed.ok) throw new Error("no JSON");
  return parsed.value;
}

/** An engine with every image, every network and the volume of a shop. */
const engine: EngineAsk = ({ path }) => {
  const [kind = "", name = ""] = decodeURIComponent(path.split("?")[0] ?? "")
    .slice(1)
    .split("/");
  const answers: Readonly<Record<string, unknown>> = {
    images: {
      Id: `sha256:${"a".repeat(64)}`,
      Config: { User: "", Env: [], Cmd: ["run"] },
      Os: "linux",
      Architecture: "amd64",
    },
    info: {
      DefaultRuntime: "runc",
      Runtimes: { runc: { path: "runc" } },
      SecurityOptions: ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
      CgroupVersion: "2",
    },
    networks: { Name: name, Id: "b".repeat(64), Driver: "bridge", Labels: {} },
    volumes: { Name: name, Driver: "local", Options: null, Labels: {} },
  };
  const isThere = kind in answers && (kind !== "volumes" || name === "shop_data");
  return Promise.resolve(
    isThere
      ? { ok: true, status: 200, value: jsonValue(answers[kind]) }
      : { ok: true, status: 404, value: jsonValue({ message: "no such thing" }) },
  );
};

const host: HostView = { realPath: (path) => Promise.resolve(path as `/${string}`) };

async function denied(settings: string, body: unknown): Promise<string[]> {
  const context: JudgeContext = { client: clientPolicy("a", settings), engine, host };
  const request = gateRequest("POST", "/v1.47/containers/create?name=x", body);
  const { denials } = await judge(request, context, postureSteps, "all");
  return denials.map(({ rule }) => rule);
}

const free = (port: string): object => ({ [port]: [{ HostIp: "", HostPort: "" }] });

/** As each tool's source builds it; test/gate/preset-calls.json names the sources. */
const creations = {
  dockerRun: {
    Image: "python:3.12",
    Cmd: ["python", "-c", "1"],
    AttachStdout: true,
    HostConfig: {
      NetworkMode: "default",
      AutoRemove: true,
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
    },
    NetworkingConfig: { EndpointsConfig: {} },
  },
  database: {
    Image: "postgres:16",
    Env: ["POSTGRES_PASSWORD=test"],
    ExposedPorts: { "5432/tcp": {} },
    Labels: { "org.testcontainers": "true", "org.testcontainers.sessionId": "1" },
    HostConfig: { PortBindings: free("5432/tcp") },
  },
  ryuk: {
    Image: "testcontainers/ryuk:0.13.0",
    HostConfig: {
      Binds: ["/run/gate/a.sock:/var/run/docker.sock"],
      NetworkMode: "bridge",
      AutoRemove: true,
      PortBindings: free("8080/tcp"),
    },
  },
  job: {
    Image: "alpine:latest",
    Cmd: ["sh"],
    OpenStdin: true,
    Env: ["CI_JOB_TOKEN=abc"],
    HostConfig: {
      Binds: ["runner-x-cache:/cache"],
      NetworkMode: "bridge",
      LogConfig: { Type: "json-file" },
      RestartPolicy: { Name: "no" },
    },
  },
  app: {
    Image: "nginx:1.27",
    HostConfig: {
      RestartPolicy: { Name: "unless-stopped" },
      PortBindings: { "80/tcp": [{ HostPort: "8080" }] },
    },
  },
  anew: {
    Hostname: "abcdefabcdef",
    User: "",
    ExposedPorts: { "80/tcp": {} },
    Env: ["PASSWORD=hunter2", "PATH=/bin"],
    Cmd: ["nginx"],
    Image: "nginx:latest",
    Volumes: null,
    Labels: { "com.docker.compose.project": "shop", "traefik.enable": "true" },
    HostConfig: {
      Binds: ["/srv/shop/config:/etc/nginx:ro", "shop_data:/data:rw"],
      LogConfig: { Type: "json-file", Config: {} },
      NetworkMode: "shop_default",
      PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "80" }] },
      RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
      CgroupnsMode: "private",
      IpcMode: "private",
      Runtime: "runc",
      ShmSize: 67_108_864,
      Privileged: false,
      Devices: [],
    },
    NetworkingConfig: {
      EndpointsConfig: { shop_default: { Aliases: ["web"], NetworkID: "b".repeat(64) } },
    },
  },
};

test.each([
  ["preset: testcontainers", "dockerRun", []],
  ["preset: testcontainers", "database", []],
  ["preset: testcontainers", "ryuk", ["bind-not-granted"]],
  ["preset: testcontainers, grant: {binds: ['/run/gate/a.sock:rw']}", "ryuk", []],
  ["preset: testcontainers", "app", ["port-not-granted", "restart-not-granted"]],
  ["preset: ci-runner", "job", []],
  ["preset: ci-runner", "dockerRun", []],
  ["preset: ci-runner", "database", ["port-not-granted"]],
  ["preset: manager", "app", ["port-not-granted"]],
  ["preset: manager, grant: {ports: [8080]}", "app", []],
  ["preset: agent-sandbox", "dockerRun", []],
  ["preset: agent-sandbox", "job", ["network-not-granted"]],
  ["preset: agent-sandbox", "database", ["port-not-granted"]],
  [
    "preset: updater",
    "anew",
    [
      "bind-not-granted",
      "label-not-granted",
      "network-not-granted",
      "port-not-granted",
      "volume-not-granted",
    ],
  ],
  [
    "preset: updater, grant: {binds: [/srv/shop/config], networks: [shop_default], volumes: ['shop_*'], ports: [80], labels: ['traefik.*']}",
    "anew",
    [],
  ],
] as const)("%s: %s", async (settings, creation, rules) => {
  const told = new Set(await denied(settings, creations[creation]));
  expect([...told].filter((rule) => !rules.some((one) => one === rule))).toEqual([]);
  expect(rules.filter((rule) => !told.has(rule))).toEqual([]);
});

const takeovers: Readonly<Record<string, unknown>> = {
  "a bind of /": { Image: "alpine:3.20", HostConfig: { Binds: ["/:/h"] } },
  "the engine's socket": {
    Image: "alpine:3.20",
    HostConfig: { Binds: ["/var/run/docker.sock:/s"] },
  },
  privileged: { Image: "alpine:3.20", HostConfig: { Privileged: true } },
  "host processes": { Image: "alpine:3.20", HostConfig: { PidMode: "host" } },
  "host network": { Image: "alpine:3.20", HostConfig: { NetworkMode: "host" } },
  SYS_ADMIN: { Image: "alpine:3.20", HostConfig: { CapAdd: ["SYS_ADMIN"] } },
  "a disk": {
    Image: "alpine:3.20",
    HostConfig: {
      Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/x", CgroupPermissions: "rwm" }],
    },
  },
};

const creating = ["updater", "manager", "ci-runner", "testcontainers", "agent-sandbox"];

test.each(
  creating.flatMap((preset) => Object.keys(takeovers).map((name) => [preset, name] as const)),
)("the preset %s refuses %s", async (preset, name) => {
  expect(await denied(`preset: ${preset}`, takeovers[name])).not.toEqual([]);
});
