import { describe, expect, test } from "vitest";
import { operation } from "../api/operations.ts";
import type { GateRequest, JudgeContext } from "../judge/contract.ts";
import { parseJsonText } from "../wire/json/parse.ts";
import { writeJson } from "../wire/json/write.ts";
import { answerType } from "./answer-types.ts";
import { compileRedaction, type Level } from "./compile.ts";
import { redactionStep } from "./step.ts";

function redacted(id: string, level: Level, answer: unknown, owner?: string): unknown {
  const type = answerType(operation(id));
  const parsed = parseJsonText(JSON.stringify(answer));
  if (!parsed.ok) throw new Error(id);
  const redact = type === undefined ? undefined : compileRedaction(type, level);
  if (redact === undefined) return "unread";
  const value = redact(parsed.value, owner);
  return value === parsed.value ? "unchanged" : JSON.parse(writeJson(value));
}

const CONTAINER = {
  Id: "a".repeat(64),
  Name: "/web",
  Path: "mysqld",
  Args: ["--user=root", "--init-password=hunter2hunter2"],
  LogPath: "/var/lib/docker/containers/x/x-json.log",
  State: {
    Error: "",
    Health: { Log: [{ Output: "Authorization: Bearer ghp_0123456789abcdefghijABCDEFGHIJ012345" }] },
  },
  HostConfig: {
    Binds: ["/srv/app:/app:ro", "data:/data"],
    LogConfig: {
      Type: "splunk",
      Config: {
        "splunk-token": "176FCEBF-4CF5-4EDF-91BC-703796522D20",
        "splunk-url": "https://splunk.example",
      },
    },
    NetworkMode: "bridge",
    Mounts: [
      {
        Type: "volume",
        Source: "v",
        Target: "/x",
        VolumeOptions: {
          DriverConfig: {
            Options: { o: "addr=10.0.0.1,username=app,password=hunter2", device: "//nas/x" },
          },
        },
      },
    ],
  },
  Mounts: [{ Type: "bind", Source: "/srv/app", Destination: "/app" }],
  GraphDriver: { Name: "overlay2", Data: { UpperDir: "/var/lib/docker/overlay2/x/diff" } },
  Config: {
    Env: ["PATH=/bin", "DB_PASSWORD=hunter2hunter2", "EMPTY=", "FLAG"],
    Cmd: ["sh", "-c", "mysql -phunter2hunter2 -e 'select 1'"],
    Labels: {
      "app.api-token": "s3cr3t-Zx81-lkqw-9912",
      "com.example.role": "web",
      "com.docker.compose.project.working_dir": "/home/u/p",
    },
  },
};

describe("containers", () => {
  test("secrets are hidden, and what has none stays", () => {
    expect(redacted("ContainerInspect", "secrets", CONTAINER)).toEqual({
      ...CONTAINER,
      Args: ["--user=root", "--init-password=***"],
      State: { Error: "", Health: { Log: [{ Output: "Authorization: Bearer ***" }] } },
      HostConfig: {
        ...CONTAINER.HostConfig,
        LogConfig: {
          Type: "splunk",
          Config: { "splunk-token": "***", "splunk-url": "https://splunk.example" },
        },
        Mounts: [
          {
            Type: "volume",
            Source: "v",
            Target: "/x",
            VolumeOptions: {
              DriverConfig: {
                Options: { o: "addr=10.0.0.1,username=***,password=***", device: "//nas/x" },
              },
            },
          },
        ],
      },
      Config: {
        Env: ["PATH=***", "DB_PASSWORD=***", "EMPTY=", "FLAG"],
        Cmd: ["sh", "-c", "mysql *** -e 'select 1'"],
        Labels: {
          "app.api-token": "***",
          "com.example.role": "web",
          "com.docker.compose.project.working_dir": "/home/u/p",
        },
      },
    });
  });

  test("strictly, paths, commands and labels of others go too", () => {
    const strict = redacted("ContainerInspect", "strict", CONTAINER);
    expect(strict).toMatchObject({
      Name: "/web",
      Path: "***",
      Args: ["***", "***"],
      LogPath: "***",
      HostConfig: { Binds: ["***:/app:ro", "data:/data"], NetworkMode: "bridge" },
      Mounts: [{ Source: "***", Destination: "/app" }],
      GraphDriver: { Name: "overlay2", Data: { UpperDir: "***" } },
      Config: { Labels: { "com.example.role": "***" } },
    });
    expect(JSON.stringify(strict)).not.toMatch(/hunter2|srv|home|overlay2\/|ghp_/);
  });

  test("a client's own labels stay, but for secrets and paths of the host", () => {
    const own = {
      ...CONTAINER,
      Config: { Labels: { ...CONTAINER.Config.Labels, "dev.plimsoll.owner": "b" } },
    };
    expect(redacted("ContainerInspect", "strict", own, "b")).toMatchObject({
      Config: {
        Labels: {
          "com.example.role": "web",
          "app.api-token": "***",
          "com.docker.compose.project.working_dir": "***",
          "dev.plimsoll.owner": "b",
        },
      },
    });
    expect(redacted("ContainerInspect", "strict", own, "a")).toMatchObject({
      Config: { Labels: { "com.example.role": "***" } },
    });
  });

  test("an answer without anything to hide passes as its own bytes", () => {
    expect(
      redacted("ContainerList", "secrets", [
        { Id: "x", Names: ["/a"], Command: "sleep 5", Labels: { a: "b" } },
      ]),
    ).toBe("unchanged");
    expect(redacted("ContainerChanges", "strict", [])).toBe("unread");
    expect(redacted("ContainerWait", "strict", {})).toBe("unread");
  });
});

test.each<[string, Level, unknown, unknown]>([
  [
    "SwarmInspect",
    "secrets",
    {
      JoinTokens: { Worker: "SWMTKN-1-a", Manager: "SWMTKN-1-b" },
      Spec: { CAConfig: { SigningCAKey: "k", SigningCACert: "c" } },
    },
    {
      JoinTokens: { Worker: "***", Manager: "***" },
      Spec: { CAConfig: { SigningCAKey: "***", SigningCACert: "c" } },
    },
  ],
  ["SwarmUnlockkey", "secrets", { UnlockKey: "SWMKEY-1-x" }, { UnlockKey: "***" }],
  [
    "SystemInfo",
    "secrets",
    {
      HttpProxy: "http://joe:hunter2hunter2@proxy:3128",
      Name: "h",
      Swarm: { Cluster: { Spec: { CAConfig: { SigningCAKey: "k" } } } },
    },
    {
      HttpProxy: "http://joe:***@proxy:3128",
      Name: "h",
      Swarm: { Cluster: { Spec: { CAConfig: { SigningCAKey: "***" } } } },
    },
  ],
  [
    "SystemInfo",
    "strict",
    { Name: "h", DockerRootDir: "/d", NCPU: 2, Containers: 3 },
    { Name: "***", DockerRootDir: "***", NCPU: 2, Containers: 3 },
  ],
  [
    "VolumeInspect",
    "secrets",
    { Name: "v", Mountpoint: "/m", Options: { type: "cifs", o: "username=u,password=p,vers=3" } },
    {
      Name: "v",
      Mountpoint: "/m",
      Options: { type: "cifs", o: "username=***,password=***,vers=3" },
    },
  ],
  [
    "VolumeList",
    "strict",
    { Volumes: [{ Name: "v", Mountpoint: "/m", Options: { device: "/srv" } }] },
    { Volumes: [{ Name: "v", Mountpoint: "***", Options: { device: "***" } }] },
  ],
  [
    "ConfigInspect",
    "secrets",
    { ID: "c", Spec: { Name: "n", Data: "aGk=" } },
    { ID: "c", Spec: { Name: "n", Data: "***" } },
  ],
  [
    "TaskList",
    "secrets",
    [{ Spec: { ContainerSpec: { Env: ["A=b"], Secrets: [{ SecretName: "s" }] } } }],
    [{ Spec: { ContainerSpec: { Env: ["A=***"], Secrets: [{ SecretName: "s" }] } } }],
  ],
  [
    "ServiceInspect",
    "secrets",
    {
      Spec: {
        TaskTemplate: {
          ContainerSpec: { Env: ["A=b"] },
          LogDriver: { Options: { token: "abcdefgh12345678" } },
        },
      },
      PreviousSpec: { TaskTemplate: { ContainerSpec: { Env: ["A=b"] } } },
    },
    {
      Spec: {
        TaskTemplate: {
          ContainerSpec: { Env: ["A=***"] },
          LogDriver: { Options: { token: "***" } },
        },
      },
      PreviousSpec: { TaskTemplate: { ContainerSpec: { Env: ["A=***"] } } },
    },
  ],
  [
    "PluginList",
    "secrets",
    [{ Settings: { Env: ["T=x"] }, Config: { Env: [{ Name: "T", Value: "x" }] } }],
    [{ Settings: { Env: ["T=***"] }, Config: { Env: [{ Name: "T", Value: "***" }] } }],
  ],
  [
    "ImageInspect",
    "secrets",
    { Config: { Env: ["A=b"] }, ContainerConfig: { Env: ["A=b"] } },
    { Config: { Env: ["A=***"] }, ContainerConfig: { Env: ["A=***"] } },
  ],
  [
    "ImageHistory",
    "secrets",
    [{ CreatedBy: "|1 API_TOKEN=s3cr3tZx81lkqw9912 /bin/sh -c make" }],
    [{ CreatedBy: "|1 API_TOKEN=*** /bin/sh -c make" }],
  ],
  [
    "SystemEvents",
    "secrets",
    {
      Type: "container",
      Action: "exec_create: mysql -phunter2hunter2",
      status: "exec_create: mysql -phunter2hunter2",
      Actor: { Attributes: { image: "i" } },
    },
    {
      Type: "container",
      Action: "exec_create: mysql ***",
      status: "exec_create: mysql ***",
      Actor: { Attributes: { image: "i" } },
    },
  ],
  [
    "SystemEvents",
    "strict",
    {
      Type: "container",
      Action: "exec_start: ls",
      Actor: { Attributes: { image: "i", name: "n", foo: "bar" } },
    },
    {
      Type: "container",
      Action: "exec_start: ***",
      Actor: { Attributes: { image: "i", name: "n", foo: "***" } },
    },
  ],
  [
    "ContainerTop",
    "secrets",
    { Titles: ["PID", "CMD"], Processes: [["1", "mysql -phunter2hunter2"]] },
    { Titles: ["PID", "CMD"], Processes: [["1", "mysql ***"]] },
  ],
  [
    "ContainerTop",
    "strict",
    { Titles: ["PID", "CMD"], Processes: [["1", "sleep 5"]] },
    { Titles: ["PID", "CMD"], Processes: [["1", "***"]] },
  ],
  [
    "ExecInspect",
    "secrets",
    { ProcessConfig: { entrypoint: "mysql", arguments: ["-phunter2hunter2"] } },
    { ProcessConfig: { entrypoint: "mysql", arguments: ["***"] } },
  ],
  [
    "SystemDataUsage",
    "secrets",
    {
      Containers: [{ Command: "mysql -phunter2hunter2" }],
      ContainerUsage: { Items: [{ Command: "mysql -phunter2hunter2" }] },
    },
    {
      Containers: [{ Command: "mysql ***" }],
      ContainerUsage: { Items: [{ Command: "mysql ***" }] },
    },
  ],
  [
    "ContainerInspect",
    "secrets",
    { Config: {}, FutureField: { Password: "x", Env: ["A=b"], deep: [{ apiToken: "y" }] } },
    { Config: {}, FutureField: { Password: "***", Env: ["A=***"], deep: [{ apiToken: "***" }] } },
  ],
  [
    "ContainerInspect",
    "strict",
    { Config: {}, FutureField: { Where: "/var/lib/x", n: 5 } },
    { Config: {}, FutureField: { Where: "***", n: 5 } },
  ],
])("%s, %s", (id, level, answer, expected) => {
  expect(redacted(id, level, answer)).toEqual(expected);
});

test("an answer is read only where it may hold something to hide", () => {
  const kinds = (id: string, redact: "none" | Level): readonly string[] => {
    const request = { operation: operation(id) } as GateRequest;
    const context = { client: { redact, ownership: false } } as JudgeContext;
    const result = redactionStep(request, context);
    if (result instanceof Promise) throw new Error("no promise is needed");
    expect(result.request).toBe(request);
    return (result.answers ?? []).map(({ kind }) => kind);
  };
  expect(kinds("ContainerInspect", "none")).toEqual([]);
  expect(kinds("ContainerInspect", "secrets")).toEqual(["json"]);
  expect(kinds("SystemEvents", "strict")).toEqual(["json-stream"]);
  for (const id of [
    "ContainerStart",
    "ContainerLogs",
    "ContainerStats",
    "ContainerCreate",
    "SystemPing",
    "ImageBuild",
    "ContainerAttach",
    "ExecStart",
    "SystemAuth",
  ]) {
    expect(kinds(id, "strict"), id).toEqual([]);
  }
});
