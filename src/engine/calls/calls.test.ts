import type { ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { Engine } from "../engine.ts";
import type { Answers, FakeEngine } from "../testing.ts";
import { connected, fakeEngine, whole } from "../testing.ts";
import { containerProcesses, inspectContainer, listContainers } from "./containers.ts";
import { exportImage, imageHistory, inspectImage, listImages } from "./images.ts";
import { engineInfo, engineVersion } from "./system.ts";

const ID = `sha256:${"a".repeat(64)}`;
const LAYER = `sha256:${"b".repeat(64)}`;
const IMAGE = {
  Id: ID,
  Os: "linux",
  Architecture: "arm64",
  Config: { User: "app" },
  RootFS: { Layers: [LAYER] },
};
const ARM = { os: "linux", architecture: "arm64", variant: "v8" };

let fake: FakeEngine | undefined;
let engine: Engine | undefined;
afterEach(async () => {
  engine?.close();
  await fake?.close();
});

async function answering(answers: Answers, minor?: number): Promise<Engine> {
  fake = await fakeEngine(answers, minor);
  engine = await connected({ env: {}, host: fake.host });
  return engine;
}

const lastAsked = (): string => decodeURIComponent(fake?.asked.at(-1) ?? "");

describe("images", () => {
  test("a list without names that are none", async () => {
    const images = await answering({
      "/images/json": [
        { Id: ID, RepoTags: ["app:1", "<none>:<none>"], RepoDigests: null },
        { Id: LAYER, RepoTags: null, RepoDigests: [`app@${ID}`, 7] },
        { RepoTags: ["without:id"] },
        "text",
        null,
      ],
    });
    expect(await listImages(images)).toEqual([
      { id: ID, tags: ["app:1"], digests: [] },
      { id: LAYER, tags: [], digests: [`app@${ID}`] },
    ]);
  });

  test("an inspection, whatever its optional fields hold", async () => {
    const answers = {
      "/images/app:1/json": {
        ...IMAGE,
        Variant: "",
        Size: "7",
        Created: 7,
        Manifests: {},
        Descriptor: { digest: "../x" },
      },
      "/images/host:5000/a/b@sha256:c/json": {
        ...IMAGE,
        Variant: "v8",
        Size: 7,
        Author: "me",
        Descriptor: { digest: LAYER },
        Manifests: [
          { Kind: "image", Available: true },
          { Kind: "attestation" },
          { Kind: "x", Available: "yes" },
          7,
        ],
      },
    };
    const plain = {
      id: ID,
      tags: [],
      digests: [],
      os: "linux",
      architecture: "arm64",
      layers: [LAYER],
      config: { User: "app" },
    };
    const images = await answering(answers, 48);
    expect(await inspectImage(images, "app:1")).toEqual(plain);
    expect(lastAsked()).toBe("/v1.48/images/app:1/json?manifests=1");
    expect(await inspectImage(images, "host:5000/a/b@sha256:c")).toEqual({
      ...plain,
      variant: "v8",
      bytes: 7,
      author: "me",
      manifestDigest: LAYER,
      manifests: [
        { kind: "image", available: true },
        { kind: "attestation", available: false },
        { kind: "unknown", available: false },
      ],
    });
  });

  test.each([
    ["no object", []],
    ["no id", { ...IMAGE, Id: undefined }],
    ["a layer that is no digest", { ...IMAGE, RootFS: { Layers: [LAYER, "../../etc/passwd"] } }],
    ["a layer that is no text", { ...IMAGE, RootFS: { Layers: [LAYER, 7] } }],
  ])("an inspection with %s is none", async (_title, document) => {
    const images = await answering({ "/images/app/json": document });
    expect(await inspectImage(images, "app")).toMatchObject({
      problem: "the engine's answer is not what its API promises: inspect of app",
    });
  });

  test("a platform is asked for where the version knows it", async () => {
    const answers = { "/images/app/json": IMAGE, "/images/app/history": [], "/images/app/get": {} };
    const asked = async (minor: number): Promise<string[]> => {
      const images = await answering(answers, minor);
      const queries: string[] = [];
      const note = (): void => void queries.push(lastAsked().replace(/^[^?]*\/(\w+)(\?|$)/, "$1 "));
      whole(await inspectImage(images, "app", ARM));
      note();
      whole(await imageHistory(images, "app", ARM));
      note();
      whole(await exportImage(images, "app", [ARM])).close();
      note();
      whole(
        await exportImage(images, "app", [ARM, { os: "linux", architecture: "amd64" }]),
      ).close();
      note();
      engine?.close();
      await fake?.close();
      return queries;
    };
    const arm = 'platform={"os":"linux","architecture":"arm64","variant":"v8"}';
    expect(await asked(47)).toEqual(["json ", "history ", "get ", "get "]);
    expect(await asked(48)).toEqual(["json manifests=1", `history ${arm}`, `get ${arm}`, "get "]);
    expect(await asked(49)).toEqual([`json ${arm}`, `history ${arm}`, `get ${arm}`, "get "]);
    const both = `get ${arm}&platform={"os":"linux","architecture":"amd64"}`;
    expect(await asked(52)).toEqual([`json ${arm}`, `history ${arm}`, `get ${arm}`, both]);
  });

  test("lists that are null are empty", async () => {
    const none = (_request: unknown, answer: ServerResponse): void => void answer.end("null");
    const nothing = await answering({
      "/images/json": none,
      "/images/app/history": none,
      "/containers/json": none,
    });
    expect(whole(await listImages(nothing))).toEqual([]);
    expect(whole(await imageHistory(nothing, "app"))).toEqual([]);
    expect(whole(await listContainers(nothing))).toEqual([]);
  });

  test("a history, the oldest first", async () => {
    const images = await answering({
      "/images/app/history": [
        { CreatedBy: "CMD", Created: 2, Size: 0, Comment: "" },
        { CreatedBy: "COPY", Created: 1, Size: 5, Comment: "c" },
        { Size: "x" },
        null,
      ],
    });
    expect(await imageHistory(images, "app")).toEqual([
      { createdBy: "", bytes: 0 },
      { createdBy: "COPY", created: 1, bytes: 5, comment: "c" },
      { createdBy: "CMD", created: 2, bytes: 0 },
    ]);
  });

  test.each([
    "",
    "../containers/x",
    "a/../b",
    "a//b",
    "a/./b",
    "a?force=1",
    "a#b",
    "a b",
    "a%2e",
    "/a",
    "a/",
    "a\nb",
    "é",
    "x".repeat(600),
  ])("%j never becomes part of a path", async (name) => {
    const images = await answering({});
    expect(await inspectImage(images, name)).toHaveProperty(
      "problem",
      expect.stringContaining("no reference"),
    );
    expect(await imageHistory(images, name)).toHaveProperty("problem");
    expect(await exportImage(images, name)).toHaveProperty("problem");
    expect(await inspectContainer(images, `//${name}`)).toHaveProperty("problem");
    expect(fake?.asked).toEqual(["/_ping"]);
  });
});

describe("containers", () => {
  test("a list with their names, not those of links", async () => {
    const containers = await answering({
      "/containers/json": [
        { Id: "1", Names: ["/web/db", "/db"], Image: "app", ImageID: ID, State: "running" },
        { Id: "2", Names: null },
        { Names: ["/x"] },
      ],
    });
    expect(await listContainers(containers)).toEqual([
      { id: "1", name: "db", image: "app", imageId: ID, state: "running" },
      { id: "2", name: "2", image: "", imageId: "", state: "" },
    ]);
    expect(lastAsked()).toBe("/v1.41/containers/json?all=1");
  });

  test("an inspection", async () => {
    const document = {
      Id: "1",
      Name: "/db",
      Image: ID,
      State: { Running: true, Pid: 42 },
      Config: { Image: "app:1", Tty: true },
      HostConfig: {},
    };
    const containers = await answering({ "/containers/db/json": document });
    const wanted = {
      id: "1",
      name: "db",
      image: "app:1",
      imageId: ID,
      running: true,
      pid: 42,
      tty: true,
      document,
    };
    expect(await inspectContainer(containers, "db")).toEqual(wanted);
    expect(await inspectContainer(containers, "/db")).toEqual(wanted);
  });

  test("an inspection of one that does not run, and answers that are none", async () => {
    const containers = await answering({
      "/containers/a/json": { Id: "1", State: { Pid: 0 }, Config: {}, HostConfig: {} },
      "/containers/b/json": { Id: "1", Config: {} },
      "/containers/c/json": [],
    });
    expect(await inspectContainer(containers, "a")).toMatchObject({
      running: false,
      tty: false,
      name: "1",
    });
    expect(await inspectContainer(containers, "a")).not.toHaveProperty("pid");
    expect(await inspectContainer(containers, "b")).toHaveProperty("problem");
    expect(await inspectContainer(containers, "c")).toHaveProperty("problem");
  });

  test("processes", async () => {
    const containers = await answering({
      "/containers/db/top": {
        Titles: ["PID", "USER", "COMMAND"],
        Processes: [["71", "root", "sleep 1"], null, ["x", "root", "sh"], ["72"]],
      },
      "/containers/odd/top": { Titles: ["PID"], Processes: [] },
      "/containers/none/top": [],
    });
    expect(await containerProcesses(containers, "db")).toEqual([
      { pid: 71, user: "root", command: "sleep 1" },
      { pid: 72, user: "", command: "" },
    ]);
    expect(lastAsked()).toBe("/v1.41/containers/db/top?ps_args=-eo pid,user,args");
    expect(await containerProcesses(containers, "odd")).toHaveProperty("problem");
    expect(await containerProcesses(containers, "none")).toHaveProperty("problem");
  });
});

test("an engine of itself", async () => {
  const itself = await answering({
    "/version": { Version: "28.2.2", Os: "linux", Arch: "amd64", KernelVersion: "6.1" },
    "/info": {
      SecurityOptions: ["name=rootless"],
      Runtimes: { runc: {}, runsc: {} },
      DefaultRuntime: "runc",
      CgroupVersion: "2",
    },
  });
  expect(await engineVersion(itself)).toEqual({
    version: "28.2.2",
    os: "linux",
    architecture: "amd64",
    kernel: "6.1",
  });
  expect(await engineInfo(itself)).toEqual({
    securityOptions: ["name=rootless"],
    runtimes: ["runc", "runsc"],
    defaultRuntime: "runc",
    cgroupVersion: "2",
  });
});
