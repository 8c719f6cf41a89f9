/** The catalogue's attacks on other clients' objects, as data, through the ownership steps. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json } from "./support/memory-engine.ts";
import { B, twoTenants } from "./support/two-tenants.ts";

interface OwnershipAttack {
  readonly id: string;
  readonly why: string;
  readonly request: { readonly method: string; readonly target: string; readonly body?: Json };
  readonly expected: {
    /** Of a refusal: the gate's, or the engine's own where the gate may not know better. */
    readonly status?: number;
    readonly rule?: string;
    readonly at?: string;
    /** The whole text that the client gets. */
    readonly message?: string;
    /** What the engine gets: its target and the part of its body that matters. */
    readonly received?: {
      readonly target?: string;
      readonly targetHas?: readonly string[];
      readonly body?: Json;
    };
    /** A volume that there is afterwards. */
    readonly volume?: Json;
    /** It is answered, with nothing of others in it. */
    readonly told?: true;
  };
}

const file = join(import.meta.dirname, "attacks/ownership.json");
const attacks = JSON.parse(readFileSync(file, "utf8")) as readonly OwnershipAttack[];

function filled<T>(value: T, ids: ReadonlyMap<string, string>): T {
  const text = JSON.stringify(value).replaceAll(
    /\{([AB]\.[a-z.]+|leftover)\}/g,
    (_all, key: string) => {
      const id = ids.get(key);
      if (id === undefined) throw new Error(`no ${key}`);
      return id;
    },
  );
  return JSON.parse(text) as T;
}

test.each(attacks.map((attack) => [attack.id, attack] as const))("%s", async (_id, attack) => {
  const { engine, gate, ids, secrets } = await twoTenants();
  const { request, expected } = filled({ request: attack.request, expected: attack.expected }, ids);
  const told = await gate.send(B, request.method, request.target, request.body);
  const { status, rule, at, message, received, volume } = expected;
  if (status !== undefined) {
    expect(told.status, told.text).toBe(status);
    if (told.denials !== undefined) expect(engine.received).toEqual([]);
    if (rule !== undefined) expect(told.denials?.[0]?.rule).toBe(rule);
    if (at !== undefined) expect(told.denials?.[0]?.at).toBe(at);
    if (message !== undefined) expect(told.value.message).toBe(message);
  } else expect(told.denials, told.text).toBeUndefined();
  if (received !== undefined) {
    const [last] = engine.received.slice(-1);
    if (received.target !== undefined) expect(last?.target).toBe(received.target);
    for (const part of received.targetHas ?? []) expect(last?.target).toContain(part);
    if (received.body !== undefined) expect(last?.body).toMatchObject(received.body);
  }
  if (volume !== undefined) {
    expect(engine.volumes.find(({ Name }) => Name === volume.Name)).toMatchObject(volume);
  }
  if (expected.told) expect(told.status, told.text).toBe(200);
  // Only what the client said itself may come back.
  const asked = decodeURIComponent(request.target) + JSON.stringify(request.body ?? null);
  for (const secret of secrets)
    if (!asked.includes(secret)) expect(told.text).not.toContain(secret);
});

test("every entry of the catalogue on other clients' objects has a case", () => {
  const entries = new Set(attacks.map(({ id }) => id.split("-")[0]));
  const wanted =
    "C7 C8 C10 C11 C12 C13 C28 C32 C33 E2 E3 E4 E7 E9 E12 E13 N2 V2 V3 V5 V6 X1 I4 I5 I7 I8 B2 B7 B10 B11 S3".split(
      " ",
    );
  expect(wanted.filter((entry) => !entries.has(entry))).toEqual([]);
  expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
});

test("a container that is not there and one of somebody else are told in the same bytes", async () => {
  const { gate } = await twoTenants();
  for (const [method, path] of [
    ["GET", "/containers/X/json"],
    ["POST", "/containers/X/start"],
    ["GET", "/networks/X"],
    ["GET", "/volumes/X"],
    ["GET", "/images/X/json"],
  ] as const) {
    const kind = path.split("/")[1] ?? "";
    const theirs =
      {
        containers: "victim",
        networks: "victim-net",
        volumes: "victim-data",
        images: "victim/app",
      }[kind] ?? "";
    const one = await gate.send(B, method, `/v1.44${path.replace("X", theirs)}`);
    const other = await gate.send(B, method, `/v1.44${path.replace("X", "nothing")}`);
    expect(one.status).toBe(404);
    expect(other.text).toBe(one.text.replaceAll(theirs, "nothing"));
  }
});
