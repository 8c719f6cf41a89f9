import { expect, test } from "vitest";
import type { EngineAsk, JudgeContext } from "../../judge/contract.ts";
import { clientPolicy } from "../../testing.ts";
import type { JsonValue } from "../../wire/json/value.ts";
import { gather, Wanted } from "./gather.ts";

const client = clientPolicy("c", "allow: {containers: [create]}");

interface Asked {
  readonly context: JudgeContext;
  readonly paths: string[];
}

function contextOf(
  answers: Readonly<Record<string, JsonValue>>,
  links: Readonly<Record<string, `/${string}` | undefined>> = {},
): Asked {
  const paths: string[] = [];
  const engine: EngineAsk = async ({ path }) => {
    paths.push(path);
    const value = answers[path];
    return value === undefined
      ? { ok: true, status: 404, value: null }
      : { ok: true, status: 200, value };
  };
  const host = {
    realPath: async (path: string): Promise<`/${string}` | undefined> => {
      paths.push(path);
      return Object.hasOwn(links, path) ? links[path] : (path as `/${string}`);
    },
  };
  return { context: { client, engine, host }, paths };
}

const image = (id: string): JsonValue => new Map([["Id", id]]);

test("nothing is asked for nothing, and no promise is made", () => {
  const { context, paths } = contextOf({});
  expect(gather(new Wanted(), context)).not.toBeInstanceOf(Promise);
  expect(paths).toEqual([]);
});

test("an image is asked for once in a while, and known without a promise", async () => {
  const { context, paths } = contextOf({ "/images/app:1/json": image("sha256:a") });
  const wanted = new Wanted();
  wanted.images.add("app:1");
  const first = await gather(wanted, context);
  expect(first.images.get("app:1")).toMatchObject({ kind: "image", id: "sha256:a" });
  const second = gather(wanted, context);
  expect(second).not.toBeInstanceOf(Promise);
  expect(paths).toEqual(["/images/app:1/json"]);
});

test("an image that is not there is asked for again: a client pulls it then", async () => {
  const { context, paths } = contextOf({});
  const wanted = new Wanted();
  wanted.images.add("app:1");
  expect((await gather(wanted, context)).images.get("app:1")).toEqual({ kind: "absent" });
  await gather(wanted, context);
  expect(paths.length).toBe(2);
});

test("no name that is none goes into a question", async () => {
  const { context, paths } = contextOf({});
  const wanted = new Wanted();
  wanted.images.add("../info");
  wanted.volumes.add("a/../../b");
  wanted.containers.add("x?y");
  wanted.networks.add("a/b");
  const facts = await gather(wanted, context);
  expect(paths).toEqual([]);
  expect([...facts.volumes.values(), ...facts.networks.values()]).toEqual([
    { kind: "absent" },
    { kind: "absent" },
  ]);
});

test("what does not exist is resolved as far as it does", async () => {
  const { context } = contextOf(
    {},
    { "/srv/x/new/deep": undefined, "/srv/x/new": undefined, "/srv/x": "/etc" },
  );
  const wanted = new Wanted();
  wanted.paths.add("/srv/x/new/deep");
  const facts = await gather(wanted, context);
  expect(facts.paths.get("/srv/x/new/deep")).toEqual({ kind: "missing", path: "/etc/new/deep" });
});

test("what is behind a volume is looked at too", async () => {
  const options = new Map<string, JsonValue>([
    ["o", "bind"],
    ["device", "/srv/link"],
  ]);
  const volume = new Map<string, JsonValue>([
    ["Name", "v"],
    ["Driver", "local"],
    ["Options", options],
  ]);
  const { context } = contextOf({ "/volumes/v": volume }, { "/srv/link": "/etc" });
  const wanted = new Wanted();
  wanted.volumes.add("v");
  const facts = await gather(wanted, context);
  expect(facts.paths.get("/srv/link")).toEqual({ kind: "found", path: "/etc" });
});

test("an engine that fails has told nothing", async () => {
  const engine: EngineAsk = async () => ({ ok: false, why: "down" });
  const wanted = new Wanted();
  wanted.networks.add("n");
  const host = { realPath: async () => "unseen" as const };
  const facts = await gather(wanted, { client, engine, host });
  expect(facts.networks.get("n")).toEqual({ kind: "unanswered" });
});
