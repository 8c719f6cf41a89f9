/** All containers of an engine, while they come and go. */

import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import type { FakeEngine } from "../../src/engine/testing.ts";
import { fakeEngine } from "../../src/engine/testing.ts";
import { runIn } from "../support/cli.ts";

let engine: FakeEngine | undefined;
const home = mkdtempSync(join(tmpdir(), "plimsoll-containers-"));
afterEach(async () => engine?.close());
afterAll(() => rmSync(home, { recursive: true }));

const idOf = (name: string): string => Buffer.from(name.padEnd(32, "-")).toString("hex");
const inspected = (name: string) => ({
  Id: idOf(name),
  Name: `/${name}`,
  Image: `sha256:${"1".repeat(64)}`,
  State: { Status: "created", Running: false },
  Config: { Image: "app:1", User: "1000" },
  HostConfig: {},
});

/** Lists what the turn says, and knows the containers that are named. */
async function check(lists: (turn: number) => readonly string[], known: readonly string[]) {
  let turn = 0;
  const list = (_request: IncomingMessage, answer: ServerResponse): void => {
    const names = lists(turn);
    turn += 1;
    answer.end(JSON.stringify(names.map((name) => ({ Id: idOf(name), Names: [`/${name}`] }))));
  };
  engine = await fakeEngine({
    "/containers/json": list,
    "/images/json": [],
    "/volumes": { Volumes: [] },
    ...Object.fromEntries(known.map((name) => [`/containers/${idOf(name)}/json`, inspected(name)])),
  });
  const { out } = await runIn(home, ["check", "engine:", "-f", "json"], {
    environment: { DOCKER_HOST: engine.host, XDG_CACHE_HOME: home },
  });
  const { workloads, unknowns } = JSON.parse(out) as {
    workloads: readonly { id: string }[];
    unknowns: readonly { path: string; why: string }[];
  };
  return { read: workloads.map(({ id }) => id), unknowns };
}

test("one that is gone when its turn comes is not missed, and one that came meanwhile is read", async () => {
  const lists = [
    ["one", "gone"],
    ["one", "late"],
  ];
  const { read, unknowns } = await check((turn) => lists[turn] ?? ["one", "late"], ["one", "late"]);
  expect(read).toEqual(["container:one", "container:late"]);
  expect(
    unknowns.filter(({ path }) => path !== "container:one" && path !== "container:late"),
  ).toEqual([]);
});

test("where they never stop coming it ends all the same, and says what was not read", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `c${String(index)}`);
  const { read, unknowns } = await check((turn) => [names[turn] ?? "last"], names);
  expect(read).toHaveLength(4);
  expect(unknowns).toContainEqual(
    expect.objectContaining({
      path: "engine:",
      why: "containers come faster than they are read; 1 that came last were not",
    }),
  );
});
