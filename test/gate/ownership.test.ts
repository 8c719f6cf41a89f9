/** Ownership in the life of two clients: what they do works, what they must not see they do not. */

import { describe, expect, test } from "vitest";
import { MemoryEngine } from "./support/memory-engine.ts";
import { clientPolicy, NO_GRANTS, OwnedGate } from "./support/owned-gate.ts";
import { A, B, twoTenants } from "./support/two-tenants.ts";

const V = "/v1.44";

describe("ordinary life", () => {
  test("a container from its creation to its end", async () => {
    const engine = new MemoryEngine();
    engine.addImage("alpine:latest");
    const gate = new OwnedGate(engine);
    const made = await gate.send(B, "POST", `${V}/containers/create?name=web`, {
      Image: "alpine",
      Labels: { a: "b" },
    });
    const id = made.value.Id as string;
    expect(engine.container("web").Labels).toEqual({ a: "b", "dev.plimsoll.owner": "b" });
    let questions = 0;
    engine.onAsk = () => {
      questions += 1;
    };
    expect((await gate.send(B, "POST", `${V}/containers/${id}/start`)).status).toBe(204);
    expect(questions).toBe(0);
    expect((await gate.send(B, "GET", `${V}/containers/web/json`)).value.Id).toBe(id);
    expect(questions).toBe(1);
    expect((await gate.send(B, "GET", `${V}/containers/${id.slice(0, 5)}/json`)).value.Id).toBe(id);
    const exec = await gate.send(B, "POST", `${V}/containers/${id}/exec`, { Cmd: ["ls"] });
    questions = 0;
    expect(
      (await gate.send(B, "POST", `${V}/exec/${String(exec.value.Id)}/start`, {})).text,
    ).toContain("output in");
    expect(questions).toBe(0);
    expect((await gate.send(B, "DELETE", `${V}/containers/web?v=1`)).status).toBe(204);
    expect((await gate.send(B, "GET", `${V}/containers/web/json`)).status).toBe(404);
  });

  test("networks and volumes of its own", async () => {
    const { gate, engine, ids } = await twoTenants();
    expect((await gate.send(B, "GET", `${V}/networks/mine-net`)).value.Name).toBe("mine-net");
    expect((await gate.send(B, "GET", `${V}/volumes/mine-data`)).value.Name).toBe("mine-data");
    const anonymous = ids.get("B.anonymous") ?? "";
    expect((await gate.send(B, "GET", `${V}/volumes/${anonymous}`)).value.Name).toBe(anonymous);
    const again = await gate.send(B, "POST", `${V}/volumes/create`, { Name: "mine-data" });
    expect(again.value.Name).toBe("mine-data");
    const unnamed = await gate.send(B, "POST", `${V}/volumes/create`, {});
    expect(engine.volume(unnamed.value.Name).Labels).toEqual({ "dev.plimsoll.owner": "b" });
    expect((await gate.send(B, "DELETE", `${V}/containers/mine?force=1`)).status).toBe(204);
    expect((await gate.send(B, "DELETE", `${V}/volumes/mine-data`)).status).toBe(204);
    expect((await gate.send(B, "DELETE", `${V}/networks/mine-net`)).status).toBe(204);
  });

  test("images of its own, and those that are everybody's", async () => {
    const { gate, engine } = await twoTenants();
    const list = await gate.send(B, "GET", `${V}/images/json`);
    expect(list.value.flatMap(({ RepoTags }: { RepoTags: string[] }) => RepoTags)).toEqual([
      "alpine:latest",
      "both:1",
      "mine/app:1",
    ]);
    expect((await gate.send(B, "GET", `${V}/images/alpine/json`)).status).toBe(200);
    expect(
      (await gate.send(B, "POST", `${V}/images/mine%2Fapp:1/tag?repo=mine/app&tag=2`)).status,
    ).toBe(204);
    expect((await gate.send(B, "POST", `${V}/images/create?fromImage=redis&tag=7`)).status).toBe(
      200,
    );
    expect((await gate.send(A, "GET", `${V}/images/redis:7/json`)).status).toBe(200);
    await gate.send(B, "POST", `${V}/build?t=mine/built`);
    expect(engine.image("mine/built").Labels).toEqual({
      "dev.plimsoll.owner": "",
      "dev.plimsoll.image-owner": "b",
      "dev.plimsoll.image-engine": "ENGINE",
    });
    await gate.send(
      B,
      "POST",
      `${V}/commit?container=mine&repo=mine/snap&changes=LABEL+x%3D%22y%22`,
    );
    expect(engine.image("mine/snap").Labels).toMatchObject({
      "dev.plimsoll.owner": "",
      "dev.plimsoll.image-owner": "b",
      x: "y",
    });
    expect((await gate.send(B, "DELETE", `${V}/images/mine/snap`)).status).toBe(200);
    const run = await gate.send(B, "POST", `${V}/containers/create`, { Image: "mine/built" });
    expect(engine.container(run.value.Id).Labels["dev.plimsoll.owner"]).toBe("b");
    // Somebody who runs the image without the gate makes no container of b's.
    expect(
      engine.addContainer("by-hand", { Image: "mine/built" }).Labels["dev.plimsoll.owner"],
    ).toBe("");
  });

  test("counters and sizes are of its own", async () => {
    const { gate } = await twoTenants();
    const info = await gate.send(B, "GET", `${V}/info`);
    expect(info.value).toMatchObject({
      Containers: 1,
      ContainersRunning: 0,
      ContainersStopped: 1,
      Images: 3,
      Name: "host",
    });
    const usage = await gate.send(B, "GET", `${V}/system/df`);
    expect(usage.value.Containers.map(({ Names }: { Names: string[] }) => Names[0])).toEqual([
      "/mine",
    ]);
    expect(usage.value).toMatchObject({
      LayersSize: 300,
      BuildCache: [],
      Volumes: [{ Name: "mine-data" }],
      ContainerUsage: { TotalCount: 1, ActiveCount: 0, TotalSize: 10, Reclaimable: 10 },
    });
    expect(usage.value.ContainerUsage.Items).toBeUndefined();
    const detailed = await gate.send(B, "GET", "/v1.52/system/df?verbose=1");
    expect(detailed.value.ContainerUsage.Items).toHaveLength(1);
  });

  test("events are those of its own containers", async () => {
    const { gate } = await twoTenants();
    await gate.send(B, "POST", `${V}/containers/mine/start`);
    await gate.send(A, "POST", `${V}/containers/victim/start`);
    const events = await gate.send(B, "GET", `${V}/events?since=0&until=1`);
    expect(events.value.map(({ Action }: { Action: string }) => Action)).toEqual([
      "create",
      "exec_create: sh",
      "start",
    ]);
  });
});

describe("grants", () => {
  const granted = clientPolicy("b", {
    grants: {
      ...NO_GRANTS,
      networks: ["victim-*"],
      volumes: ["infra-*"],
      images: ["victim/app:*", "both:*"],
    },
  });

  test("show what is somebody else's, and do not give it away", async () => {
    const { gate, ids, engine } = await twoTenants();
    const names = async (target: string): Promise<readonly string[]> => {
      const { value } = await gate.send(granted, "GET", `${V}${target}`);
      return (Array.isArray(value) ? value : value.Volumes).map(
        ({ Name }: { Name: string }) => Name,
      );
    };
    expect(await names("/networks")).toEqual(["bridge", "victim-net", "mine-net"]);
    expect(await names("/volumes")).toEqual(["infra-data", "mine-data"]);
    expect((await gate.send(granted, "GET", `${V}/networks/victim-net`)).value.Containers).toEqual(
      {},
    );
    expect((await gate.send(granted, "DELETE", `${V}/networks/victim-net`)).status).toBe(404);
    expect((await gate.send(granted, "DELETE", `${V}/volumes/infra-data`)).status).toBe(404);
    expect((await gate.send(granted, "DELETE", `${V}/images/victim/app:1`)).status).toBe(404);
    const made = await gate.send(granted, "POST", `${V}/containers/create`, {
      Image: "alpine",
      HostConfig: { NetworkMode: "victim-net", Binds: ["infra-data:/x"] },
    });
    expect(made.status).toBe(200);
    const shown = await gate.send(granted, "GET", `${V}/networks/victim-net`);
    expect(Object.keys(shown.value.Containers)).toEqual([made.value.Id]);
    expect(engine.volume("infra-data").Labels).toEqual({});
    expect(
      (
        await gate.send(granted, "POST", `${V}/networks/${ids.get("A.network") ?? ""}/connect`, {
          Container: "mine",
        })
      ).status,
    ).toBe(204);
  });

  test("of shared images those are shown that the policy names; of a creation the posture tells why not", async () => {
    const { gate } = await twoTenants();
    const tags = await gate.send(granted, "GET", `${V}/images/json`);
    expect(tags.value.flatMap(({ RepoTags }: { RepoTags: string[] }) => RepoTags)).toEqual([
      "both:1",
      "mine/app:1",
    ]);
    expect((await gate.send(granted, "GET", `${V}/images/alpine/json`)).status).toBe(404);
    expect((await gate.send(granted, "GET", `${V}/images/victim/app:1/json`)).status).toBe(404);
    const made = await gate.send(granted, "POST", `${V}/containers/create`, { Image: "alpine" });
    expect(made.status).toBe(200);
  });

  test("the host's network needs its name", async () => {
    const { gate } = await twoTenants();
    const all = clientPolicy("b", { grants: { ...NO_GRANTS, networks: ["*"] } });
    expect((await gate.send(all, "GET", `${V}/networks/bridge`)).status).toBe(200);
    expect((await gate.send(all, "GET", `${V}/networks/host`)).status).toBe(404);
  });
});

test("an image that was made by a client of another engine is as every other that was pulled", async () => {
  const { gate, engine } = await twoTenants();
  const labels = {
    "dev.plimsoll.owner": "",
    "dev.plimsoll.image-owner": "ci",
    "dev.plimsoll.image-engine": "FAR",
  };
  engine.addImage("r.example/app:1", labels);
  engine.addImage("r.example/app:2", { ...labels, "dev.plimsoll.image-engine": "ENGINE" });
  const run = async (Image: string): Promise<number> =>
    (await gate.send(B, "POST", `${V}/containers/create`, { Image })).status;
  expect(await run("r.example/app:1")).toBe(200);
  expect(await run("r.example/app:2")).toBe(404);
  expect((await gate.send(B, "DELETE", `${V}/images/r.example/app:1`)).status).toBe(404);
});

describe("races", () => {
  test("a name that changes hands between the look and the act: the act goes to what was looked at", async () => {
    const { gate, engine, ids } = await twoTenants();
    engine.onRequest = () => {
      engine.container(ids.get("B.container") ?? "").Name = "/other";
      engine.container(ids.get("A.container") ?? "").Name = "/mine";
    };
    await gate.send(B, "DELETE", `${V}/containers/mine?force=1`);
    expect(engine.containers.map(({ Id }) => Id)).toContain(ids.get("A.container"));
  });

  test("a name is never remembered", async () => {
    const { gate, engine, ids } = await twoTenants();
    expect((await gate.send(B, "GET", `${V}/containers/mine/json`)).status).toBe(200);
    engine.container(ids.get("B.container") ?? "").Name = "/other";
    engine.container(ids.get("A.container") ?? "").Name = "/mine";
    expect((await gate.send(B, "GET", `${V}/containers/mine/json`)).status).toBe(404);
  });

  test("what was not there is not remembered as missing", async () => {
    const { gate } = await twoTenants();
    expect((await gate.send(B, "GET", `${V}/containers/new/json`)).status).toBe(404);
    await gate.send(B, "POST", `${V}/containers/create?name=new`, { Image: "alpine" });
    expect((await gate.send(B, "GET", `${V}/containers/new/json`)).status).toBe(200);
  });

  test("a volume that somebody makes while a container is made with it", async () => {
    const { gate, engine } = await twoTenants();
    let looked = false;
    engine.onAsk = (path) => {
      if (path === "/volumes/create" && !looked) {
        looked = true;
        engine.addVolume("fresh", { "dev.plimsoll.owner": "a", secret: "of-a" });
      }
    };
    const told = await gate.send(B, "POST", `${V}/containers/create`, {
      Image: "alpine",
      HostConfig: { Binds: ["fresh:/x"] },
    });
    expect(told.status).toBe(409);
    expect(told.text).not.toContain("of-a");
    expect(engine.received).toEqual([]);
  });

  test("a volume that somebody makes while the client makes it", async () => {
    const { gate, engine } = await twoTenants();
    engine.onRequest = () =>
      void engine.addVolume("fresh", { "dev.plimsoll.owner": "a", secret: "of-a" });
    const told = await gate.send(B, "POST", `${V}/volumes/create`, { Name: "fresh" });
    expect(told.value).toEqual({ Name: "fresh" });
    expect((await gate.send(B, "GET", `${V}/volumes/fresh`)).status).toBe(404);
  });

  test("the beginning of an id is unique among the client's own, whoever else has one like it", async () => {
    const { gate, engine, ids } = await twoTenants();
    const own = ids.get("B.container") ?? "";
    const twin = engine.addContainer("twin", { Image: "alpine" });
    twin.Id = `${own.slice(0, 20)}${"0".repeat(44)}`;
    expect((await gate.send(B, "GET", `${V}/containers/${own.slice(0, 12)}/json`)).value.Id).toBe(
      own,
    );
    twin.Name = `/${own.slice(0, 6)}`;
    expect((await gate.send(B, "GET", `${V}/containers/${own.slice(0, 6)}/json`)).value.Id).toBe(
      own,
    );
    expect((await gate.send(B, "GET", `${V}/containers/twin/json`)).status).toBe(404);
  });
});

test("nothing of what a body names becomes another path of the engine's", async () => {
  const { gate, engine } = await twoTenants();
  const asked: string[] = [];
  engine.onAsk = (path) => void asked.push(path);
  for (const name of ["a/../../containers/victim", "..", "./x", "a//b", "a/./b", "a/.."]) {
    await gate.send(B, "POST", `${V}/containers/create`, { Image: name });
    await gate.send(B, "POST", `${V}/containers/create`, {
      HostConfig: { PidMode: `container:${name}`, NetworkMode: name },
    });
    await gate.send(B, "POST", `${V}/commit?container=mine&repo=${encodeURIComponent(name)}`);
  }
  expect(asked.filter((path) => /\/\.{1,2}(?:\/|$)|%2E|%2F|\/\/./i.test(path))).toEqual([]);
});

test("an event of another kind is nobody's, whatever labels it carries", async () => {
  const { gate, engine } = await twoTenants();
  const Attributes = { "dev.plimsoll.owner": "b", name: "pulled" };
  engine.events.push({ Type: "image", Action: "pull", Actor: { ID: "x", Attributes } });
  expect((await gate.send(B, "GET", `${V}/events?since=0&until=1`)).text).not.toContain("pulled");
});

test("errors of the engine name its own containers, and no others'", async () => {
  const { gate, engine, ids } = await twoTenants();
  const own = ids.get("B.container") ?? "";
  expect((await gate.send(B, "DELETE", `${V}/volumes/mine-data`)).text).toContain(own);
  const admin = engine.addContainer("admin", {
    Image: "alpine",
    HostConfig: { Binds: ["mine-data:/x"] },
  });
  const told = await gate.send(B, "DELETE", `${V}/volumes/mine-data`);
  expect(told.status).toBe(409);
  expect(told.text).toContain(own);
  expect(told.text).not.toContain(admin.Id);
});

describe("limits", () => {
  const limited = clientPolicy("b", { grants: { ...NO_GRANTS, limits: { containers: 3 } } });

  test("creations side by side count each other", async () => {
    const { gate, engine } = await twoTenants();
    const all = await Promise.all(
      Array.from({ length: 6 }, () =>
        gate.send(limited, "POST", `${V}/containers/create`, { Image: "alpine" }),
      ),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(all.find(({ status }) => status === 403)?.denials?.[0]?.rule).toBe("limit-containers");
    expect(
      engine.containers.filter(({ Labels }) => Labels["dev.plimsoll.owner"] === "b"),
    ).toHaveLength(3);
    await gate.send(limited, "DELETE", `${V}/containers/mine?force=1`);
    expect(
      (await gate.send(limited, "POST", `${V}/containers/create`, { Image: "alpine" })).status,
    ).toBe(200);
    expect((await gate.send(A, "POST", `${V}/containers/create`, { Image: "alpine" })).status).toBe(
      200,
    );
  });
});

describe("without ownership", () => {
  const open = clientPolicy("c", { ownership: false });

  test("everything is as the engine says, but for the gate's labels", async () => {
    const { gate, engine } = await twoTenants();
    const body = { Image: "victim/app:1", Labels: { x: "y" } };
    expect((await gate.send(open, "POST", `${V}/containers/create?name=c`, body)).status).toBe(200);
    expect(engine.received.at(-1)).toMatchObject({ target: `${V}/containers/create?name=c`, body });
    expect((await gate.send(open, "GET", `${V}/containers/victim/json`)).status).toBe(200);
    expect(engine.received.at(-1)?.target).toBe(`${V}/containers/victim/json`);
    const told = await gate.send(open, "POST", `${V}/containers/create`, {
      Image: "alpine",
      Labels: { "dev.plimsoll.owner": "a" },
    });
    expect(told.denials?.[0]).toMatchObject({ status: 403, rule: "reserved-label" });
    expect(
      (
        await gate.send(
          open,
          "POST",
          `${V}/commit?container=victim&changes=LABEL+dev.plimsoll.image-owner%3Da`,
        )
      ).status,
    ).toBe(403);
  });
});

test("an engine that does not answer is no reason to let a request pass", async () => {
  const { gate, engine } = await twoTenants();
  engine.silent = true;
  for (const [method, target, body] of [
    ["GET", "/containers/mine/json"],
    ["POST", "/containers/create", { Image: "alpine", HostConfig: { Binds: ["x:/x"] } }],
    ["GET", "/info"],
    ["POST", "/networks/create", { Name: "n" }],
    ["POST", "/images/create?fromImage=redis&tag=7"],
    ["POST", "/build?t=x"],
  ] as const) {
    const told = await gate.send(B, method, `${V}${target}`, body);
    expect(told.status, target).toBe(503);
  }
  expect(engine.received).toEqual([]);
});
