import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { readText } from "../../readers/read-text.ts";
import { copyStep, leaks, sentinel, stage } from "../build-testing.ts";
import { verdicts } from "../testing.ts";
import { rule } from "./rule.ts";

const of = (...steps: Parameters<typeof copyStep>[]) =>
  verdicts(rule, stage({ copies: steps.map((step) => copyStep(...step)) }));

test("files with names of credentials are found, samples and templates are not", () => {
  expect(of([[".env", "id_rsa", "package.json"]])).toEqual(["high .env", "high id_rsa"]);
  expect(of([[".npmrc"]])).toEqual(["medium .npmrc"]);
  expect(of([[".env.example", "id_rsa.pub", "cert.pem", "."]])).toEqual([]);
});

test("files that come along with a directory are one finding that names them", () => {
  const step = copyStep(["."], { credentialFiles: [".env", "keys/id_rsa", "README.md"] });
  const [finding, ...more] = rule.check(stage({ copies: [step] }));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({
    severity: "high",
    message: "COPY takes .env and 1 more along into the image",
  });
  expect(finding?.detail).toContain("keys/id_rsa");
  expect(finding?.help).toContain(".dockerignore");
});

test("a file that is named and listed is one finding", () => {
  expect(of([[".env"], { credentialFiles: [".env"] }])).toHaveLength(1);
});

test("a file whose content is known to hold none is not found by its name", () => {
  expect(of([[".npmrc", "tls.key"], { harmlessSources: [".npmrc"] }])).toEqual(["high tls.key"]);
});

test("an unknown context and an empty one give none by themselves", () => {
  expect(of([["."]])).toEqual([]);
  expect(of([["."], { credentialFiles: [] }])).toEqual([]);
});

test("deleting it later does not help, and the finding says so", () => {
  expect(rule.check(stage({ copies: [copyStep([".env"])] }))[0]?.detail).toContain(
    "later step does not help",
  );
});

test("a stage outside of the image is less grave", () => {
  expect(of([[".env"], { inImage: false }])).toEqual(["medium .env"]);
});

test("from another stage only sure names count", () => {
  expect(of([["/root/.netrc", "/app/auth.json"], { from: "build" }])).toEqual([
    "high /root/.netrc",
  ]);
});

const heredoc = (target: string, ...lines: string[]) =>
  readText({ Dockerfile: `FROM scratch\nCOPY <<EOF ${target}\n${lines.join("\n")}\nEOF\n` })
    .workloads;

test.each([
  ["/app/.env", "PORT=80", `DB_PASSWORD=${sentinel}`],
  ["/root/.npmrc", `//npm.example.net/:_authToken=${sentinel}`],
  ["/root/.netrc", `machine git.example.net login me password ${sentinel}`],
  ["/app/settings.yaml", "db:", `  password: ${sentinel}`],
])("a heredoc that writes a secret into %s is found at its place", (target, ...lines) => {
  const [workload] = heredoc(target, ...lines);
  if (workload === undefined) throw new Error("no workload");
  expect(leaks(rule, workload)).toEqual({ found: 1, slices: [] });
  const [finding] = rule.check(workload);
  const at = finding?.at;
  expect(at === undefined || "kind" in at ? "" : spanText(at)).toContain(sentinel);
});

test.each([
  ["/app/.env", "PORT=80", "DB_PASSWORD=", "DB_PASSWORD_FILE=/run/secrets/db"],
  ["/app/.env", "DB_PASSWORD=${DB_PASSWORD}", "API_TOKEN=changeme-in-production"],
  ["/app/start.sh", "#!/bin/sh", "TOKEN=$(cat /run/secrets/token)", "exec app --port 80"],
  [
    "/etc/nginx/conf.d/default.conf",
    "server {",
    "  auth_basic_user_file /etc/nginx/passwords;",
    "}",
  ],
])("a heredoc for %s with %j holds none", (target, ...lines) => {
  const [workload] = heredoc(target, ...lines);
  expect(workload === undefined ? ["none"] : verdicts(rule, workload)).toEqual([]);
});
