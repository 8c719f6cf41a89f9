/** Advice and messages that a reader copies or believes word for word. */

import { describe, expect, test } from "vitest";
import { readText } from "../readers/read-text.ts";
import { checkWorkloads } from "./check-workload.ts";
import { rules } from "./registry.ts";

function findings(rule: string, path: string, text: string) {
  return checkWorkloads(readText({ [path]: text }).workloads, rules).filter(
    (finding) => finding.rule === rule,
  );
}

function help(rule: string, path: string, text: string): string {
  return findings(rule, path, text)[0]?.help ?? "no finding";
}

const line = (options: string) => `#!/bin/sh\ndocker run ${options} example/app:1\n`;
const service = (rest: string) => `services: {a: {image: "example/app:1", ${rest}}}\n`;

test("devices", () => {
  expect(help("host-device", "a.sh", line("--gpus all"))).toContain("`--gpus device=UUID`");
  expect(help("host-device", "a.sh", line("--device /dev/net/tun"))).toContain("/dev/net/tun:rw`");
  expect(help("host-device", "a.sh", line("--device /dev/fuse"))).toContain("/dev/fuse:rw`");
  expect(help("host-device", "a.sh", line("--device /dev/sda"))).toContain("/dev/sda:r`");
});

test("ports", () => {
  expect(help("host-port", "a.sh", line("-P"))).toMatch(/^Replace `-P`/);
  expect(help("host-port", "a.sh", line("-p 80:80"))).toMatch(/^Bind it/);
});

test("a privileged devcontainer has a property", () => {
  const path = ".devcontainer/devcontainer.json";
  const text = JSON.stringify({ image: "node:22", privileged: true });
  expect(help("privileged", path, text)).toContain("Remove the property");
  expect(help("privileged", "a.sh", line("--privileged"))).toContain("Remove `--privileged`");
});

test("a GitLab job takes CI/CD variables", () => {
  const text =
    "job:\n  image:\n    name: node:22\n  variables: {API_TOKEN: s3cr3tvalue8812731x}\n  script: [make]\n";
  expect(help("secret-in-env", ".gitlab-ci.yml", text)).toContain("masked and protected");
});

test("a secret in a start command", () => {
  const command = 'command: "psql postgresql://app:s3cr3tvalue8812731x@db/app"';
  const advice = help("secret-in-command", "compose.yaml", service(command));
  expect(advice).toContain("PGPASSFILE");
  expect(advice).not.toContain("secret_FILE");
});

test("images that need root at start", () => {
  const image = (name: string) => `services: {a: {image: "${name}", user: root}}\n`;
  expect(help("runs-as-root", "compose.yaml", image("docker:dind"))).toContain("rootless");
  expect(help("runs-as-root", "compose.yaml", image("gitlab/gitlab-ce:17"))).not.toContain("1000");
  expect(help("runs-as-root", "compose.yaml", image("example/app:1"))).toContain("1000:1000");
  const nginx = "FROM nginx:1.27\nCOPY . /usr/share/nginx/html\n";
  expect(help("runs-as-root", "Dockerfile", nginx)).toContain("nginxinc/nginx-unprivileged");
});

test("a git credential goes into .netrc", () => {
  const text =
    'FROM golang:1.24\nRUN --mount=type=secret,id=tok git config --global url."https://$(cat /run/secrets/tok)@github.com/".insteadOf "https://github.com/"\n';
  expect(help("secret-in-command", "Dockerfile", text)).toContain("target=/root/.netrc");
  const npm =
    "FROM node:22\nRUN --mount=type=secret,id=npm cat /run/secrets/npm > /root/.npmrc && npm ci\n";
  expect(help("secret-in-command", "Dockerfile", npm)).toContain("target=/root/.npmrc");
});

test("a capability that Linux does not know", () => {
  const message = (text: string) =>
    findings("useless-capability", "compose.yaml", service(text))[0]?.message ?? "";
  expect(message("cap_add: [BOGUS]")).toContain("not created");
  expect(message("cap_drop: [SYS_TIME]")).toContain("to no effect");
});

test("-H is not DOCKER_HOST", () => {
  const message = (text: string) =>
    findings("engine-api-over-tcp", "a.sh", `#!/bin/sh\n${text} ps\n`)[0]?.message ?? "";
  expect(message("docker -H tcp://h:2375")).toMatch(/^-H names/);
  expect(message("docker --host=tcp://h:2375")).toMatch(/^--host names/);
  expect(message("DOCKER_HOST=tcp://h:2375 docker")).toMatch(/^DOCKER_HOST names/);
});

describe("the user's name beside a password", () => {
  const found = (name: string, key: string) =>
    findings(
      "secret-passed-as-env",
      "pod.yaml",
      `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: a
      image: b
      env: [{name: ${name}, valueFrom: {secretKeyRef: {name: es, key: ${key}}}}]
`,
    ).length;

  test.each([
    ["ES_USER", "user", 0],
    ["DB_USERNAME", "db-username", 0],
    ["ES_USER", "password", 1],
    ["ES_PASSWORD", "user", 1],
    ["SUPERUSER_X", "user", 1],
  ])("%s from key %s", (name, key, expected) => {
    expect(found(name, key)).toBe(expected);
  });
});

test("an action that runs a container with given options", () => {
  const step = (uses: string) =>
    `on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{uses: ${uses}, with: {image: "node:22", options: "-v /:/h --privileged"}}]}}\n`;
  const path = ".github/workflows/ci.yml";
  const action = step("addnab/docker-run-action@v3");
  expect(findings("privileged", path, action)).toHaveLength(1);
  expect(findings("sensitive-host-path", path, action)).toHaveLength(1);
  expect(findings("privileged", path, step("actions/checkout@v4"))).toHaveLength(0);
});
