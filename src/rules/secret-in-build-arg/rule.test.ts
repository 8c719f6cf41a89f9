import { expect, test } from "vitest";
import type { BuildArgument } from "../../model/build.ts";
import { leaks, sentinel, stage, variable } from "../build-testing.ts";
import { verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const argument = (name: string, rest: Partial<BuildArgument> = {}): BuildArgument => ({
  name,
  from: "declared",
  origin: written,
  ...rest,
});

test.each<[string, Partial<BuildArgument>, string[]]>([
  ["NPM_TOKEN", {}, ["medium NPM_TOKEN"]],
  ["NPM_TOKEN", { value: "" }, ["medium NPM_TOKEN"]],
  ["NPM_TOKEN", { value: "${OTHER}" }, ["medium NPM_TOKEN"]],
  ["NPM_TOKEN", { value: sentinel }, ["high NPM_TOKEN"]],
  ["NPM_TOKEN", { from: "passed", reference: true }, ["high NPM_TOKEN"]],
  ["NPM_TOKEN", { from: "passed", value: sentinel }, ["high NPM_TOKEN"]],
  ["GH_PAT", {}, ["medium GH_PAT"]],
  ["PIP_INDEX_URL", {}, ["low PIP_INDEX_URL"]],
  [
    "PIP_INDEX_URL",
    { value: `https://me:${sentinel}@pypi.example.net/simple` },
    ["high PIP_INDEX_URL"],
  ],
  ["PIP_INDEX_URL", { value: "https://pypi.org/simple" }, []],
  ["GIT", { value: `https://${sentinel}@git.example.net` }, ["high GIT"]],
  ["GIT", { value: "https://builder2024@git.example.net" }, []],
  ["GIT", { value: "https://$TOKEN@git.example.net" }, []],
  ["KEY_ALIAS", {}, []],
  ["NODE_VERSION", { value: "22" }, []],
  ["TOKEN_FILE", { value: "/run/secrets/x" }, []],
  ["HTTP_PROXY", {}, []],
])("ARG %s %j", (name, rest, expected) => {
  expect(verdicts(rule, stage({ args: [argument(name, rest)] }))).toEqual(expected);
});

test("ENV that keeps a build argument is reported at the ENV", () => {
  const kept = variable("NPM_TOKEN", "", { from: "unresolved", surface: "image-env" });
  expect(verdicts(rule, stage({}, { env: [kept] }))).toEqual(["high ENV NPM_TOKEN"]);
});

test("the advice has the shape that the consumer reads, and says how to pass it", () => {
  const help = (name: string) => rule.check(stage({ args: [argument(name)] }))[0]?.help ?? "";
  expect(help("NPM_TOKEN")).toContain("target=/root/.npmrc,required=true");
  expect(help("PIP_INDEX_URL")).toContain("target=/etc/pip.conf,required=true");
  expect(help("DB_PASSWORD")).toContain("id=db_password,env=DB_PASSWORD,required=true");
  expect(help("DB_PASSWORD")).toContain("--secret id=db_password,env=DB_PASSWORD");
  expect(help("SSH_PRIVATE_KEY")).toContain("type=ssh");
});

test("no finding holds the value", () => {
  const workload = stage({
    args: [
      argument("NPM_TOKEN", { value: sentinel }),
      argument("DB_URL", { from: "passed", value: `mysql://u:${sentinel}@h/d` }),
    ],
  });
  expect(leaks(rule, workload)).toEqual({ found: 2, slices: [] });
});
