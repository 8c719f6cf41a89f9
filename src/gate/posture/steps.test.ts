/** What holds for the steps as a whole. */

import { expect, test } from "vitest";
import type { JudgeContext } from "../judge/contract.ts";
import { clientPolicy, gateRequest } from "../testing.ts";
import { postureSteps } from "./steps.ts";

const context: JudgeContext = {
  client: clientPolicy("c", "allow: {containers: [all]}, posture: {refuse: none}"),
  engine: async () => ({ ok: false, why: "nobody is asked" }),
  host: { realPath: async () => "unseen" },
};

async function denialsOf(method: string, target: string, body?: unknown) {
  const [step] = postureSteps;
  if (step === undefined) throw new Error("no step");
  return (await step(gateRequest(method, target, body), context)).denials;
}

const create = (body: object) =>
  denialsOf("POST", "/v1.48/containers/create", { Image: "app:1", ...body });

test("a request that asks for nothing passes at once, as it is", () => {
  const request = gateRequest("GET", "/v1.48/containers/json");
  const result = postureSteps[0]?.(request, context);
  expect(result).not.toBeInstanceOf(Promise);
  expect(result).toEqual({ request, denials: [] });
});

test("a body with too much in it is not judged", async () => {
  const Binds = Array.from({ length: 5000 }, (_, index) => `/a${String(index)}:/b`);
  expect(await create({ HostConfig: { Binds } })).toMatchObject([
    { status: 413, rule: "too-many", at: "HostConfig.Binds" },
  ]);
  const Labels = Object.fromEntries(Binds.map((name) => [name, ""]));
  expect(await create({ Labels })).toMatchObject([{ rule: "too-many", at: "Labels" }]);
});

test("a long command is only passed on", async () => {
  expect(await create({ Cmd: Array.from({ length: 5000 }, () => "x") })).toEqual([]);
});

test("of very many faults some are told", async () => {
  const CapAdd = Array.from(
    { length: 1000 },
    (_, index) => `X_${"A".repeat(index % 60)}_${String.fromCodePoint(65 + (index % 26))}`,
  );
  const denials = await create({ HostConfig: { CapAdd } });
  expect(denials.length).toBe(50);
});

test("the same fault in two fields is told once", async () => {
  const denials = await create({ HostConfig: { MaskedPaths: [], ReadonlyPaths: [] } });
  expect(denials.map(({ at }) => at)).toEqual(["HostConfig.MaskedPaths"]);
});

test("a denial says what would admit it, in the words of the policy", async () => {
  const [denial] = await create({ HostConfig: { Binds: ["/srv/app:/x"] } });
  expect(denial?.needs).toEqual({ key: ["grant", "binds"], value: "/srv/app:rw" });
  expect(denial?.help).toContain("grant: binds");
});
