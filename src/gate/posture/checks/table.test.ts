/** No field that is dangerous by its class is without a check by name. */

import { expect, test } from "vitest";
import { classOf } from "../../api/classes.ts";
import { operations } from "../../api/operations.ts";
import { reachableStructs } from "../../api/structs.ts";
import { wireType } from "../../api/types.ts";
import { handlers } from "../steps.ts";
import { checks } from "./table.ts";

const BODIES = [
  "ContainerCreateRequest",
  "ContainerUpdateRequest",
  "ContainerExecRequest",
  "ContainerConfig",
  "NetworkCreateRequest",
  "NetworkConnectRequest",
  "NetworkDisconnectRequest",
  "VolumeCreateRequest",
  "VolumeUpdateRequest",
  "ServiceSpec",
  "SecretSpec",
  "ConfigSpec",
];

const fields = [
  ...new Set(
    BODIES.flatMap((name) =>
      [...reachableStructs(wireType(`#${name}`))].flatMap((struct) =>
        [...struct.fields.values()].map((field) => `${field.owner}.${field.name}`),
      ),
    ),
  ),
];

const classIn = (field: string): number | undefined => {
  const dot = field.lastIndexOf(".");
  return classOf(field.slice(0, dot), field.slice(dot + 1))?.class;
};

test("every field of class 1 or 2 in a body that is judged has a named check", () => {
  expect(fields.length).toBeGreaterThan(200);
  const dangerous = fields.filter((field) => classIn(field) !== 0);
  expect(dangerous.length).toBeGreaterThan(150);
  expect(dangerous.filter((field) => !checks.has(field))).toEqual([]);
});

test("every check is for a field that the schema has", () => {
  const known = new Set(
    [...operations.values()].flatMap(({ body }) =>
      body.kind === "json"
        ? [...reachableStructs(body.type)].flatMap((struct) =>
            [...struct.fields.values()].map(({ owner, name }) => `${owner}.${name}`),
          )
        : [],
    ),
  );
  expect([...checks.keys()].filter((field) => !known.has(field))).toEqual([]);
});

test("a field that is looked at with another one names one that is looked at", () => {
  for (const [field, { judge }] of checks) {
    if (typeof judge !== "string" || judge === "parts") continue;
    const with_ = judge.slice("with ".length);
    expect(typeof checks.get(with_)?.judge, `${field} ${judge}`).toBe("function");
  }
});

test("every check has a name for people", () => {
  for (const { name } of checks.values()) expect(name.length).toBeGreaterThan(3);
});

test("every operation with a body that is judged by its fields has a handler", () => {
  const SAYS_NOTHING = new Set([
    // The exec was judged when it was made.
    "ExecStart",
  ]);
  const withBody = [...operations.values()].filter(
    ({ id, body }) => body.kind !== "none" && !SAYS_NOTHING.has(id),
  );
  expect(withBody.map(({ id }) => id).filter((id) => !handlers.has(id))).toEqual([]);
});
