import { expect, test } from "vitest";
import { readText } from "../readers/read-text.ts";
import { checkWorkloads } from "./check-workload.ts";
import { rules } from "./registry.ts";

/** The advice of a rule on what stands in a file. */
function help(rule: string, files: Readonly<Record<string, string>>): readonly string[] {
  const findings = checkWorkloads(readText(files).workloads, rules);
  return findings.filter((finding) => finding.rule === rule).map((finding) => finding.help);
}

const workflow = (container: string): Record<string, string> => ({
  ".github/workflows/ci.yml": `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    container: ${container}
    steps: [{run: make}]
`,
});
const devcontainer = (rest: object): Record<string, string> => ({
  ".devcontainer/devcontainer.json": JSON.stringify({ image: "node:22", ...rest }),
});

test("a job's container takes its flags from `options:`", () => {
  const privileged = workflow("{image: node:22, options: --privileged}");
  expect(help("privileged", privileged)[0]).toContain("`options:`");
  expect(help("runs-as-root", privileged)[0]).toContain(
    "`--user 1000:1000` to the container's `options:`",
  );
  const secret = workflow("{image: node:22, env: {API_TOKEN: s3cr3tvalue8812731x}}");
  expect(help("secret-in-env", secret)[0]).toContain("${{ secrets.NAME }}");
});

test("a devcontainer takes them from `runArgs`, and its user from `containerUser`", () => {
  const privileged = devcontainer({ runArgs: ["--privileged"] });
  expect(help("privileged", privileged)[0]).toContain("`runArgs`");
  expect(help("runs-as-root", privileged)[0]).toMatch(/"containerUser".*"node"/);
  const secret = devcontainer({ containerEnv: { API_TOKEN: "s3cr3tvalue8812731x" } });
  expect(help("secret-in-env", secret)[0]).toContain("${localEnv:NAME}");
});

test("a run line is told of flags alone", () => {
  const [advice] = help("privileged", { "run.sh": "docker run --privileged node:22\n" });
  expect(advice).toContain("`--privileged`");
  expect(advice).not.toMatch(/options:|runArgs/);
});

test("a secret of an ENV line is deleted there, also for a service that builds the file", () => {
  const Dockerfile = "FROM node:22\nENV API_TOKEN=s3cr3tvalue8812731x\nUSER 1000\n";
  expect(help("secret-in-env", { Dockerfile })[0]).toMatch(/^Delete the line, and pass the value/);
  const service = { Dockerfile, "compose.yaml": "services: {web: {build: .}}\n" };
  expect(help("secret-in-env", service)[0]).toMatch(/^Delete the line, and pass the value/);
  const own = {
    "compose.yaml": "services: {web: {image: a, environment: {API_TOKEN: s3cr3tvalue8812731x}}}\n",
  };
  expect(help("secret-in-env", own)[0]).toMatch(/^Declare a secret/);
});
