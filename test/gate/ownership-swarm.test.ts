/** Services, tasks, secrets and configs of two clients, with a swarm of a few fixed objects. */

import { expect, test } from "vitest";
import { MemoryEngine, type EngineAnswer, type Json } from "./support/memory-engine.ts";
import { clientPolicy, NO_GRANTS, OwnedGate } from "./support/owned-gate.ts";

const B = clientPolicy("b");
const V = "/v1.44";

const labelled = (owner: string): Json => ({ Labels: { "dev.plimsoll.owner": owner } });

/** By the path of their inspection; each by its id, its name and the beginning of its id, as swarmkit finds them. */
const OBJECTS: readonly (readonly [kind: string, id: string, name: string, rest: Json])[] = [
  ["services", "aaa111", "a-service", { Spec: { Name: "a-service", ...labelled("a") } }],
  ["services", "bbb111", "b-service", { Spec: { Name: "b-service", ...labelled("b") } }],
  ["secrets", "aaa222", "a-secret", { Spec: { Name: "a-secret", ...labelled("a") } }],
  ["secrets", "bbb222", "b-secret", { Spec: { Name: "b-secret", ...labelled("b") } }],
  ["configs", "aaa333", "a-config", { Spec: { Name: "a-config", Data: "YQ==", ...labelled("a") } }],
  ["configs", "bbb333", "b-config", { Spec: { Name: "b-config", Data: "Yg==", ...labelled("b") } }],
  ["tasks", "aaa444", "a-task", { Labels: {}, Spec: { ContainerSpec: labelled("a") } }],
  ["tasks", "bbb444", "b-task", { Labels: {}, Spec: { ContainerSpec: labelled("b") } }],
];

class SwarmEngine extends MemoryEngine {
  inactive = false;

  override handle(method: string, target: string, body: Json): EngineAnswer {
    const [, kind = "", term] =
      /^(?:\/v1\.\d+)?\/(services|secrets|configs|tasks)(?:\/([^/?]+))?/.exec(target) ?? [];
    if (kind === "") return super.handle(method, target, body);
    if (this.inactive)
      return { status: 503, value: { message: "This node is not a swarm manager." } };
    const all = OBJECTS.filter(([of]) => of === kind).map(([, ID, name, rest]) => ({
      name,
      answer: { ID, ...rest },
    }));
    if (method === "GET" && term === undefined)
      return { status: 200, value: all.map(({ answer }) => answer) };
    if (term === "create") return { status: 201, value: { ID: "new" } };
    const found = all.find(({ name, answer }) => answer.ID === term || name === term);
    if (found === undefined)
      return { status: 404, value: { message: `${kind.slice(0, -1)} ${String(term)} not found` } };
    return { status: 200, value: method === "GET" ? found.answer : null };
  }
}

test.each(["services", "tasks", "secrets", "configs"])(
  "%s: lists and single ones",
  async (kind) => {
    const engine = new SwarmEngine();
    const gate = new OwnedGate(engine);
    const one = kind.slice(0, -1);
    const list = await gate.send(B, "GET", `${V}/${kind}`);
    expect(list.value.map(({ ID }: { ID: string }) => ID.slice(0, 3))).toEqual(["bbb"]);
    expect(decodeURIComponent(engine.received.at(-1)?.target ?? "")).toContain(
      '"dev.plimsoll.owner=b":true',
    );
    const own = await gate.send(B, "GET", `${V}/${kind}/b-${one}`);
    expect(own.status).toBe(200);
    expect(engine.received.at(-1)?.target).toMatch(/\/bbb\d{3}$/);
    const theirs = await gate.send(B, "GET", `${V}/${kind}/a-${one}`);
    const none = await gate.send(B, "GET", `${V}/${kind}/nothing`);
    expect(theirs).toMatchObject({ status: 404, value: { message: `${one} a-${one} not found` } });
    expect(none.text).toBe(theirs.text.replace(`a-${one}`, "nothing"));
  },
);

const service = (container: Json, rest: Json = {}): Json => ({
  Name: "s",
  TaskTemplate: { ContainerSpec: { Image: "alpine", ...container }, ...rest },
});

test("a service gets its secrets and configs by id, and no others'", async () => {
  const engine = new SwarmEngine();
  const gate = new OwnedGate(engine);
  const made = await gate.send(
    B,
    "POST",
    `${V}/services/create`,
    service({
      Secrets: [{ SecretID: "b-secret", SecretName: "b-secret" }],
      Configs: [{ ConfigID: "bbb333", ConfigName: "b-config" }],
      Mounts: [{ Type: "volume", Target: "/x" }],
    }),
  );
  expect(made.status).toBe(201);
  expect(engine.received.at(-1)?.body).toMatchObject({
    Labels: { "dev.plimsoll.owner": "b" },
    TaskTemplate: {
      ContainerSpec: {
        Labels: { "dev.plimsoll.owner": "b" },
        Secrets: [{ SecretID: "bbb222" }],
        Configs: [{ ConfigID: "bbb333" }],
        Mounts: [{ VolumeOptions: { Labels: { "dev.plimsoll.owner": "b" } } }],
      },
    },
  });
  for (const container of [
    { Secrets: [{ SecretID: "aaa222", SecretName: "a-secret" }] },
    { Configs: [{ ConfigID: "a-config", ConfigName: "a-config" }] },
  ]) {
    expect((await gate.send(B, "POST", `${V}/services/create`, service(container))).status).toBe(
      404,
    );
  }
});

test("an update cannot take the owner away, nor touch another's", async () => {
  const engine = new SwarmEngine();
  const gate = new OwnedGate(engine);
  await gate.send(B, "POST", `${V}/services/b-service/update?version=1`, service({}));
  expect(engine.received.at(-1)).toMatchObject({
    target: `${V}/services/bbb111/update?version=1`,
    body: { Labels: { "dev.plimsoll.owner": "b" } },
  });
  await gate.send(B, "POST", `${V}/secrets/b-secret/update?version=1`, {
    Name: "b-secret",
    Labels: {},
  });
  expect(engine.received.at(-1)?.body).toMatchObject({ Labels: { "dev.plimsoll.owner": "b" } });
  engine.received.length = 0;
  for (const target of ["services/a-service", "secrets/a-secret", "configs/aaa333"]) {
    const body = target.startsWith("services") ? service({}) : { Name: "x" };
    expect((await gate.send(B, "POST", `${V}/${target}/update?version=1`, body)).status).toBe(404);
    expect((await gate.send(B, "DELETE", `${V}/${target}`)).status).toBe(404);
  }
  expect(engine.received).toEqual([]);
});

test("networks and volumes of a service", async () => {
  const engine = new SwarmEngine();
  const own = engine.addNetwork("b-net", { "dev.plimsoll.owner": "b" });
  engine.addNetwork("a-net", { "dev.plimsoll.owner": "a" });
  const gate = new OwnedGate(engine);
  const on = (Target: string): Json => service({}, { Networks: [{ Target }] });
  expect((await gate.send(B, "POST", `${V}/services/create`, on("b-net"))).status).toBe(201);
  expect(engine.received.at(-1)?.body.TaskTemplate.Networks).toEqual([{ Target: own.Id }]);
  expect((await gate.send(B, "POST", `${V}/services/create`, on("a-net"))).status).toBe(404);
  const mounted = service({ Mounts: [{ Type: "volume", Source: "shared", Target: "/x" }] });
  expect((await gate.send(B, "POST", `${V}/services/create`, mounted)).denials?.[0]?.rule).toBe(
    "volume-of-service",
  );
  const granted = clientPolicy("b", { grants: { ...NO_GRANTS, volumes: ["shared"] } });
  expect((await gate.send(granted, "POST", `${V}/services/create`, mounted)).status).toBe(201);
});

test("where there is no swarm, nothing passes and nothing is said to be missing", async () => {
  const engine = new SwarmEngine();
  engine.inactive = true;
  const told = await new OwnedGate(engine).send(B, "GET", `${V}/services/x`);
  expect(told.status).toBe(503);
  expect(engine.received).toEqual([]);
});
