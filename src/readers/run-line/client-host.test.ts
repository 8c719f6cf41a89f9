import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { looksLikeRunLines } from "./looks-like.ts";
import { readText } from "./testing.ts";

/** `NAME=address at the text that sets it`, of every workload that has one. */
function hosts(path: string, text: string): string[] {
  return readText(path, text).workloads.flatMap(({ env }) =>
    env
      .filter(({ name }) => name.endsWith("_HOST"))
      .map(({ name, value, origin }) => {
        const place = origin.span === undefined ? "nowhere" : spanText(origin.span);
        return `${name}=${value} at ${place}`;
      }),
  );
}

const RUN = "docker run --rm app:1";

test.each<[string, string, string]>([
  ["export", `export DOCKER_HOST=tcp://h:2375\n${RUN}\n`, "DOCKER_HOST=tcp://h:2375"],
  [
    "assigned, then exported",
    `DOCKER_HOST=tcp://h:2375\nexport DOCKER_HOST\n${RUN}\n`,
    "DOCKER_HOST=tcp://h:2375",
  ],
  [
    "a line that starts nothing",
    "export DOCKER_HOST=tcp://h:2375\ndocker compose up -d\n",
    "DOCKER_HOST=tcp://h:2375",
  ],
  ["a flag of a line that starts nothing", "docker -H tcp://h:2375 ps\n", "-H tcp://h:2375"],
  [
    "set anew",
    `export DOCKER_HOST=unix:///a.sock\nexport DOCKER_HOST=tcp://h:2375\n${RUN}\n`,
    "DOCKER_HOST=tcp://h:2375",
  ],
])("the engine's address of a script: %s", (_, text, place) => {
  expect(looksLikeRunLines("a.sh", text)).toBe(true);
  expect(hosts("a.sh", text)).toEqual([`DOCKER_HOST=tcp://h:2375 at ${place}`]);
});

test.each([
  `export DOCKER_HOST=unix:///var/run/docker.sock\n${RUN}\n`,
  `export DOCKER_HOST=ssh://me@h\n${RUN}\n`,
  `${RUN}\nDOCKER_HOST=tcp://h:2375\n`,
  `export DOCKER_HOST=tcp://h:2375\nunset DOCKER_HOST\n${RUN}\n`,
  `export DOCKER_HOST=tcp://h:2375 DOCKER_TLS_VERIFY=1\n${RUN}\n`,
  "DOCKER_HOST=tcp://h:2375\necho docker is at tcp://h:2375\n",
  `export DOCKER_HOST=$HOST\n${RUN}\n`,
  `export CONTAINER_HOST=tcp://h:2375\n${RUN}\n`,
])("no address over TCP: %j", (text) => {
  expect(hosts("a.sh", text)).toEqual([]);
});

test("lines that start nothing tell an address once", () => {
  const text = "export DOCKER_HOST=tcp://h:2375\ndocker login r\ndocker push r/a\ndocker pull b\n";
  expect(hosts("a.sh", text)).toHaveLength(1);
});

test("podman has a variable of its own", () => {
  const text = "export CONTAINER_HOST=tcp://h:2375\npodman run --rm app:1\n";
  expect(hosts("a.sh", text)).toEqual([
    "CONTAINER_HOST=tcp://h:2375 at CONTAINER_HOST=tcp://h:2375",
  ]);
});

test("GitLab: variables of the file and of a job, for its image and its lines", () => {
  const of = (address: string): string => `variables:
  DOCKER_HOST: ${address}
  DOCKER_TLS_CERTDIR: ""
build:
  image: docker:27
  services: [docker:27-dind]
  script:
    - docker build -t app .
`;
  const found = hosts(".gitlab-ci.yml", of("tcp://docker:2375"));
  expect(found).toHaveLength(2);
  expect(new Set(found)).toEqual(new Set(["DOCKER_HOST=tcp://docker:2375 at tcp://docker:2375"]));
  expect(hosts(".gitlab-ci.yml", of("unix:///var/run/docker.sock"))).toEqual([]);
  const own = `build:
  image: docker:27
  variables: {DOCKER_HOST: {value: "tcp://docker:2375", description: the engine}}
  script: [docker push app]
other:
  image: docker:27
  script: [docker push app]
`;
  expect(new Set(hosts(".gitlab-ci.yml", own))).toEqual(
    new Set(['DOCKER_HOST=tcp://docker:2375 at "tcp://docker:2375"']),
  );
});

test("GitHub: env of the workflow, the job and the step", () => {
  const workflow = (top: string, job: string, step: string): string => `on: push
env: {X: y${top}}
jobs:
  a:
    runs-on: ubuntu-latest
    env: {X: y${job}}
    steps:
      - run: docker run --rm app:1
        env: {X: y${step}}
`;
  const set = ', DOCKER_HOST: "tcp://h:2375"';
  const path = ".github/workflows/a.yml";
  for (const text of [workflow(set, "", ""), workflow("", set, ""), workflow("", "", set)]) {
    expect(hosts(path, text)).toEqual(['DOCKER_HOST=tcp://h:2375 at "tcp://h:2375"']);
  }
  expect(hosts(path, workflow("", "", ""))).toEqual([]);
});

test("GitHub: what a step writes for those that follow", () => {
  const of = (address: string, ...steps: string[]): string[] =>
    hosts(
      ".github/workflows/a.yml",
      `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: ${steps[0] ?? ""}
      - run: echo "DOCKER_HOST=${address}" >> "$GITHUB_ENV"
      - run: ${steps[1] ?? ""}
  b:
    runs-on: ubuntu-latest
    steps: [{run: docker run --rm app:1}]
`,
    );
  const told = of("tcp://h:2375", "make", "docker run --rm app:1");
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("DOCKER_HOST=tcp://h:2375 at echo");
  expect(of("tcp://h:2375", "docker run --rm app:1", "make")).toEqual([]);
  expect(of("unix:///var/run/docker.sock", "make", "docker run --rm app:1")).toEqual([]);
});
