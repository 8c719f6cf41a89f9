import { expect, test } from "vitest";
import type { SecretSighting } from "../../model/image-contents.ts";
import { rule as inConfig } from "../secret-in-image-config/rule.ts";
import { imageOf } from "../image-contents-testing.ts";
import { somewhere, verdicts } from "../testing.ts";
import { rule } from "./rule.ts";

function at(field: string, rest: Partial<SecretSighting> = {}): SecretSighting {
  return {
    detector: "named-value",
    title: "value named like a secret",
    confidence: "medium",
    checksum: "none",
    encoding: "plain",
    place: { image: "image:app", field },
    span: { ...somewhere, start: field.length % 4, end: 5 },
    state: { is: "live" },
    keyedHash: "01".repeat(32),
    name: "NPM_TOKEN",
    ...rest,
  };
}

test("an argument that every step repeats is one finding", () => {
  const secrets = [0, 2, 3, 4].map((step) => at(`history[${String(step)}].created_by`));
  const [finding, ...others] = rule.check(imageOf({ secrets }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "high",
    subject: "NPM_TOKEN",
    evidence: { count: 4 },
    place: { field: "history[0].created_by" },
  });
});

test("the same value by its looks belongs to the name", () => {
  const { name: _, ...unnamed } = at("history[3].created_by", { detector: "npm-token" });
  expect(verdicts(rule, imageOf({ secrets: [unnamed, at("history[0].created_by")] }))).toEqual([
    "high NPM_TOKEN",
  ]);
});

test("what the configuration holds too is told there alone, with its place in the history", () => {
  const secrets = [at("config.Env[1]"), at("history[3].created_by")];
  expect(rule.check(imageOf({ secrets }))).toEqual([]);
  const [finding] = inConfig.check(imageOf({ secrets }));
  expect(finding?.message).toBe("variable NPM_TOKEN holds a secret in clear");
  expect(finding?.detail).toContain("history too");
});

test("another value of the same name in the history is told", () => {
  const other = at("history[3].created_by", { keyedHash: "02".repeat(32) });
  const workload = imageOf({ secrets: [at("config.Env[1]"), other] });
  expect(verdicts(rule, workload)).toEqual(["high NPM_TOKEN"]);
});

test.each<[string, Partial<SecretSighting>, string]>([
  ["config.Env[0]", {}, "variable NPM_TOKEN holds a secret in clear"],
  ['config.Labels["a.token"]', { name: "a.token" }, "label a.token holds a secret in clear"],
  ["config.Healthcheck.Test[1]", {}, "the image's health check holds a secret in clear"],
  ["container_config.Cmd[2]", {}, "the image's command holds a secret in clear"],
  ["config.OnBuild[0]", {}, "the image's trigger for builds on it holds a secret in clear"],
  [
    "config.Env[0]",
    { detector: "default-credential", confidence: "low" },
    "variable NPM_TOKEN holds a well-known default credential",
  ],
])("%s", (field, rest, message) => {
  const [finding] = inConfig.check(imageOf({ secrets: [at(field, rest)] }));
  expect(finding?.message).toBe(message);
});

test("a value of low confidence is low, a default that everybody knows is medium as in a Dockerfile", () => {
  const low = at("config.Env[0]", { confidence: "low" });
  const known = at("config.Env[0]", { confidence: "low", detector: "default-credential" });
  expect(verdicts(inConfig, imageOf({ secrets: [low] }))).toEqual(["low NPM_TOKEN"]);
  expect(verdicts(inConfig, imageOf({ secrets: [known] }))).toEqual(["medium NPM_TOKEN"]);
});

test("a secret in a name's place is not shown", () => {
  const secret = `ghp_${"a1B2".repeat(9)}`;
  const [finding] = rule.check(
    imageOf({ secrets: [at("history[0].created_by", { name: secret })] }),
  );
  expect(JSON.stringify(finding)).not.toContain(secret);
});
