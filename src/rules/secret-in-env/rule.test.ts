import { expect, test } from "vitest";
import { leaks, sentinel, stage, variable } from "../build-testing.ts";
import { imageOf } from "../image-contents-testing.ts";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Runtime } from "../../model/runtime.ts";
import { defaultRuntime } from "../../readers/default-runtime.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
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

test("an image's own variables are judged where its configuration is", () => {
  const env = [variable("DB_PASSWORD", sentinel)];
  expect(verdicts(rule, imageOf({}, { env }))).toEqual([]);
  expect(verdicts(rule, imageOf({}, { env, kind: "compose-service" }))).toEqual([
    "high DB_PASSWORD",
  ]);
});

test("of a running container it is told who reads it there, and not of source that it stands in", () => {
  const env = [variable("DB_PASSWORD", sentinel)];
  const detailOf = (user: string, runtime: Partial<Runtime> = {}) =>
    rule.check(
      minimalWorkload("container", runtime, { env, user: known(parseUser(user), written) }),
    )[0]?.detail ?? "";
  expect(detailOf("0")).toContain("through /proc/PID/environ it is open to root of the host.");
  expect(detailOf("1000")).toContain("root of the host, every process of the host with uid 1000.");
  expect(detailOf("app")).toContain("every process of the host with the same uid.");
  const { namespaces } = defaultRuntime("docker", somewhere);
  const joined = { ...namespaces, pid: known({ mode: "joined", target: "db" } as const, written) };
  expect(detailOf("1000", { namespaces: joined })).toContain(
    "with uid 1000 and containers that share its PID namespace",
  );
  const mapped = { ...namespaces, user: known({ mode: "own" } as const, written) };
  expect(detailOf("1000", { namespaces: mapped })).toContain("it is open to root of the host.");
  expect(detailOf("0")).not.toContain("source");
});

test("labels of a running container are judged too", () => {
  const labels = [variable("deploy.token", sentinel), variable("com.docker.compose.service", "db")];
  const workload = minimalWorkload("container", {}, { labels });
  expect(verdicts(rule, workload)).toEqual(["high label deploy.token"]);
  expect(rule.check(workload)[0]?.detail).toContain("may list containers of the engine");
});

test("labels that tools write into every container are no secrets", () => {
  const digest = "3f1b2c8d9e7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c";
  const labels = [
    variable("com.docker.compose.config-hash", digest),
    variable("com.docker.compose.image", `sha256:${digest}`),
    variable("com.docker.compose.project.environment_file", "/srv/shop/.env"),
    variable("org.opencontainers.image.revision", digest.slice(0, 40)),
    variable("io.kubernetes.pod.uid", "0b6f9f0e-2f58-4b3c-9a43-0f1c7a0a7d11"),
    variable("traefik.http.routers.app.tls.certresolver", "letsencrypt"),
    variable("maintainer", "NGINX Docker Maintainers <docker-maint@nginx.com>"),
  ];
  expect(verdicts(rule, minimalWorkload("container", {}, { labels }))).toEqual([]);
});
