import { expect, test } from "vitest";
import { leaks, sentinel, stage, variable } from "../build-testing.ts";
import { minimalWorkload, verdicts } from "../testing.ts";
import { rule } from "./rule.ts";

const service = (...env: Parameters<typeof variable>[]) =>
  minimalWorkload("compose-service", {}, { env: env.map((each) => variable(...each)) });

test("literal secrets are grave, whatever the spelling of their names", () => {
  const workload = service(
    ["DB_PASSWORD", sentinel],
    ["PGPASSWORD", sentinel],
    ["accessToken", sentinel],
    ["DATABASE_URL", `postgres://app:${sentinel}@db/shop`],
  );
  expect(verdicts(rule, workload)).toEqual([
    "high DB_PASSWORD",
    "high PGPASSWORD",
    "high accessToken",
    "high DATABASE_URL",
  ]);
});

test("what stands elsewhere, is empty, or is about a secret is none", () => {
  const workload = service(
    ["DB_PASSWORD", ""],
    ["DB_PASSWORD", "${DB_PASSWORD}"],
    ["DB_PASSWORD_FILE", "/run/secrets/db"],
    ["DATABASE_URL", "postgres://db/shop"],
    ["KEY_ALIAS", sentinel],
    ["TOKEN_TTL", "3600"],
    ["PUBLIC_KEY", sentinel],
    ["REFERENCED_PASSWORD", sentinel, { from: "reference" }],
  );
  expect(verdicts(rule, workload)).toEqual([]);
});

test("a well-known default is a medium finding of low confidence", () => {
  const [finding] = rule.check(service(["POSTGRES_PASSWORD", "postgres"]));
  expect(finding).toMatchObject({ severity: "medium", confidence: "low" });
});

test("files of variables and stages outside of the image are less grave, labels are not", () => {
  const name = "API_TOKEN";
  const workload = stage(
    {
      env: [variable(name, sentinel, { surface: "build-env" })],
      labels: [variable("com.example.token", sentinel, { surface: "image-env" })],
    },
    { env: [variable("APP_SECRET", sentinel, { surface: "env-file" })] },
  );
  expect(verdicts(rule, workload)).toEqual([
    "medium APP_SECRET",
    "medium API_TOKEN",
    "high label com.example.token",
  ]);
});

test("no finding holds the value", () => {
  const workload = stage(
    {
      labels: [variable("token", sentinel)],
      env: [variable("X_SECRET", sentinel, { surface: "build-env" })],
    },
    {
      env: [
        variable("DB_PASSWORD", sentinel),
        variable("SOME_URL", `https://u:${sentinel}@h.example/`),
        variable("APP_SECRET", sentinel, { surface: "env-file" }),
      ],
    },
  );
  expect(leaks(rule, workload)).toEqual({ found: 5, slices: [] });
});
