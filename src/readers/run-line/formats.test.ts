import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { memoryFiles } from "../memory-files.ts";
import { withoutComments } from "./devcontainer.ts";
import { looksLikeRunLines } from "./looks-like.ts";
import { COMMAND_LINE, readArguments } from "./read-arguments.ts";
import { placeOf, postureOf, readText, spansOf } from "./testing.ts";

function facts(path: string, text: string): Record<string, string[]> {
  const { workloads } = readText(path, text);
  return Object.fromEntries(workloads.map((workload) => [workload.name, postureOf(workload)]));
}

const MAKEFILE = `DOCKER ?= podman
IMAGE := ghcr.io/acme/app
TAG ?= 1.4
RUN_FLAGS := --rm -v $(CURDIR):/src \\
  --cap-add NET_ADMIN
RUN_FLAGS += --network=host
MODE = a
MODE = b
define HELP
docker run not-a-recipe
endef

run: build ## docker run in a comment
\t@$(DOCKER) run $(RUN_FLAGS) -e USER=$$USER $(IMAGE):$(TAG) make $@
\t@echo "docker run --privileged x"
\t-docker build -t $(IMAGE):dev --build-arg TOKEN=$(TOKEN) .
\tdocker run --rm x:$(MODE)
\tfor i in 1 2; do \\
\t  docker exec -u root web$$i id; \\
\tdone
`;

test("reads recipes of a Makefile with its variables", () => {
  expect(facts("Makefile", MAKEFILE)).toEqual({
    "podman run ghcr.io/acme/app": [
      "image: ghcr.io/acme/app:1.4",
      "network: host",
      "+NET_ADMIN",
      "bind: ${PWD} at /src",
      "env: USER unresolved",
    ],
    "docker build ghcr.io/acme/app:dev": ["image: ?", "user: ?", "arg: TOKEN reference"],
    "docker run x": ["image: x:${MODE}"],
    "docker exec web$i": ["image: ?", "user: root", "docker exec: as root id"],
  });
});

test("points at a make variable's own text", () => {
  const { workloads } = readText("Makefile", MAKEFILE);
  const runtime = workloads[0]?.runtime;
  expect(placeOf(runtime?.capAdd[0]?.origin ?? { kind: "default", of: "", source: "" })).toBe(
    "--cap-add NET_ADMIN",
  );
  expect(runtime === undefined ? "" : placeOf(runtime.namespaces.network.origin)).toBe(
    "--network=host",
  );
  expect(workloads[0] === undefined ? "" : spanText(workloads[0].source)).toBe("$(DOCKER) run");
});

const WORKFLOW = `on: push
env:
  IMG: alpine:3
jobs:
  test:
    container:
      image: node:22
      options: --privileged --cpus 1
      env: { PASSWORD: abc, T: "\${{ secrets.T }}" }
      volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
      ports: [80]
      credentials: { username: u, password: pw }
    services:
      db:
        image: postgres:16
        env:
          POSTGRES_PASSWORD: postgres
        options: >-
          --health-cmd pg_isready
          --health-interval 10s
    steps:
      - uses: docker://alpine:3.8
      - run: |
          docker run --rm \\
            -e TOKEN=\${{ secrets.TOKEN }} -e GH \\
            "\${{ env.IMG }}" ls
        env:
          GH: \${{ secrets.GH }}
      - run: docker run \${{ matrix.image }}
      - shell: pwsh
        run: docker run no
      - uses: docker/build-push-action@v6
        with:
          tags: acme/app:latest
          allow: security.insecure
          build-args: |
            A=1
            TOKEN=\${{ secrets.X }}
`;

test("reads a GitHub workflow", () => {
  expect(facts(".github/workflows/ci.yml", WORKFLOW)).toEqual({
    "container of job test": [
      "image: node:22",
      "privileged: true",
      "cpus: 1",
      "bind: host /run/docker.sock at /var/run/docker.sock",
      "port: * any 80 tcp",
      "env: PASSWORD literal",
      "env: T reference",
      "env: credentials.password literal",
    ],
    "service db of job test": [
      "image: postgres:16",
      "env: POSTGRES_PASSWORD literal",
      "health check: pg_isready",
    ],
    "container action alpine": ["image: alpine:3.8"],
    "docker run alpine": ["image: alpine:3", "env: TOKEN reference", "env: GH reference"],
    "docker run ${{ matrix.image }}": ["image: ?"],
    "docker build acme/app:latest": [
      "image: ?",
      "user: ?",
      "arg: A literal",
      "arg: TOKEN reference",
      "allow: security.insecure",
    ],
  });
});

test("maps a script in a YAML block back to the file exactly", () => {
  const text = `jobs:
  a:
    steps:
      - run: |
          set -e

            docker run --cap-add=SYS_ADMIN \\
              -u 0 "x"
      - run: >
          docker run --cap-add=SYS_TIME
          -u 0 y
      - run: "docker run --cap-add=\\"SYS_BOOT\\" z"
      - run: 'docker run --cap-add=SYS_NICE ''w'''
      - run: docker run
          --cap-add=SYS_RAWIO v
`;
  const { workloads } = readText(".github/workflows/a.yml", text);
  const caps = workloads.map(({ runtime }) => runtime?.capAdd[0]?.origin.span);
  expect(caps.map((span) => text.slice(span?.start, span?.end))).toEqual([
    "--cap-add=SYS_ADMIN",
    "--cap-add=SYS_TIME",
    String.raw`--cap-add=\"SYS_BOOT\"`,
    "--cap-add=SYS_NICE",
    "--cap-add=SYS_RAWIO",
  ]);
  const users = workloads.map(({ user }) =>
    text.slice(user.origin.span?.start, user.origin.span?.end),
  );
  expect(users.slice(0, 2)).toEqual(["-u 0", "-u 0"]);
});

test("tells that a step in PowerShell is not read", () => {
  const job = "    runs-on: windows-2025\n    steps:\n      - run: docker run --privileged x\n";
  const { workloads, unknowns } = readText(".github/workflows/a.yml", `jobs:\n  a:\n${job}`);
  expect(workloads).toEqual([]);
  expect(unknowns.map(({ what, why }) => [what, why])).toEqual([
    ["run lines of a step", "the step is written for pwsh, which is not read"],
  ]);
});

test("reads a composite action", () => {
  const text =
    "runs:\n  using: composite\n  steps:\n    - run: docker run --privileged x\n      shell: bash\n";
  expect(facts("action.yml", text)).toEqual({ "docker run x": ["image: x", "privileged: true"] });
});

test("reads GitLab CI", () => {
  const text = `variables:
  IMAGE: acme/app:1
default:
  image: docker:27
  before_script:
    - docker run --rm alpine:3 true
build:
  services: ["docker:27-dind"]
  variables: { DB_PASSWORD: abc }
  script:
    - docker build --build-arg TOKEN=$TOKEN -t $IMAGE .
    - |
      docker run --privileged \\
        -v /:/host $IMAGE
`;
  expect(facts(".gitlab-ci.yml", text)).toEqual({
    "image of CI: docker": ["image: docker:27"],
    "docker run alpine": ["image: alpine:3"],
    "service of job build: docker": ["image: docker:27-dind"],
    "docker build acme/app:1": ["image: ?", "user: ?", "arg: TOKEN reference"],
    "docker run acme/app": ["image: acme/app:1", "privileged: true", "bind: host / at /host"],
  });
});

test("reads the command and the user that GitLab CI gives a container", () => {
  const text = `test:
  image: { name: acme/app:1, entrypoint: [""], docker: { user: root } }
  services:
    - name: docker:27-dind
      entrypoint: [dockerd]
      command: ["-H", "tcp://0.0.0.0:2375"]
      docker: { user: $WHO }
    - name: redis:8
      command: redis-server
  script: [make]
`;
  const { workloads } = readText(".gitlab-ci.yml", text);
  expect(workloads.map(({ user }) => (user.known ? user.value.text : "?"))).toEqual([
    "root",
    "?",
    expect.anything(),
  ]);
  const words = workloads.map(({ command }) =>
    command.known ? [command.value.entrypoint?.words, command.value.command?.words] : ["not known"],
  );
  expect(words).toEqual([
    [[""], undefined],
    [["dockerd"], ["-H", "tcp://0.0.0.0:2375"]],
    [undefined, ["redis-server"]],
  ]);
});

test("reads other CI files and task runners by their keys", () => {
  const text =
    "jobs:\n  - environment: { T: 1 }\n    steps:\n      - run: { command: docker run --privileged x }\ntasks:\n  up:\n    cmds:\n      - docker run --net=host y\n      - cmd: docker run -u 0 z\n";
  expect(facts("Taskfile.yml", text)).toEqual({
    "docker run x": ["image: x", "privileged: true"],
    "docker run y": ["image: y", "network: host"],
    "docker run z": ["image: z", "user: 0"],
  });
});

const DEVCONTAINER = `// For format details, see https://aka.ms/devcontainer.json
{
  "name": "x", /* c */
  "build": { "dockerfile": "Dockerfile", "args": { "A": "b" } },
  "runArgs": ["--cap-add=SYS_PTRACE", "--security-opt", "seccomp=unconfined", "--network=host",],
  "mounts": [
    "source=/var/run/docker.sock,target=/var/run/docker.sock,type=bind",
    { "type": "bind", "source": "\${localEnv:HOME}/.ssh", "target": "/root/.ssh" },
  ],
  "containerEnv": { "URL": "http://x", "X": "y" },
  "privileged": true,
  "capAdd": ["SYS_ADMIN"],
  "appPort": [3000, "8080:80"],
  "initializeCommand": "docker run --rm hello-world",
}
`;

test("reads devcontainer.json, and the user from its Dockerfile", () => {
  const others = { ".devcontainer/Dockerfile": "FROM node:22\nUSER app\n" };
  const { workloads } = readText(".devcontainer/devcontainer.json", DEVCONTAINER, others);
  const container = workloads.find(({ name }) => name === "devcontainer built from Dockerfile");
  expect(container === undefined ? [] : postureOf(container)).toEqual([
    "image: node:22",
    "privileged: true",
    "seccomp: unconfined",
    "network: host",
    "+SYS_ADMIN",
    "+SYS_PTRACE",
    "bind: host /run/docker.sock at /var/run/docker.sock",
    "bind: host ~/.ssh at /root/.ssh",
    "port: * any 3000 tcp",
    "port: * 8080 80 tcp",
    "env: URL literal",
    "env: X literal",
  ]);
  expect(container?.user).toMatchObject({ known: true, value: { name: "app" } });
  const privileged = container?.runtime?.privileged.origin;
  expect(privileged === undefined ? "" : placeOf(privileged)).toBe('"privileged": true');
  const seccomp = container?.runtime?.seccomp.origin;
  expect(seccomp === undefined ? "" : placeOf(seccomp)).toBe(
    '"--security-opt", "seccomp=unconfined"',
  );
});

test("reads the lifecycle commands of devcontainer.json in each of their forms", () => {
  const text = JSON.stringify({
    initializeCommand: "docker run --privileged a",
    onCreateCommand: ["docker", "run", "--pid=host", "b"],
    postCreateCommand: { run: "true && docker run c", two: ["bash", "-lc", "docker run -u 1 d"] },
    postStartCommand: ["echo", "docker run e"],
  });
  expect(facts(".devcontainer/devcontainer.json", text)).toEqual({
    "docker run a": ["image: a", "privileged: true"],
    "docker run b": ["image: b", "pid: host"],
    "docker run c": ["image: c"],
    "docker run d": ["image: d", "user: 1"],
  });
});

test("says plainly that the Dockerfile of a devcontainer is missing", () => {
  const text = '{ "build": { "dockerfile": "Dockerfile" } }';
  const { workloads } = readText(".devcontainer/devcontainer.json", text);
  const container = workloads.find(({ runtime }) => runtime !== undefined);
  expect(container?.user).toMatchObject({
    known: false,
    why: "it is built here, and its Dockerfile cannot be followed",
  });
});

test("comments and trailing commas of JSON become spaces, and nothing else changes", () => {
  const text = '{"a": "// no", /* x\n */ "b": [1, 2,], // y\n "c": "\\"/*", }';
  expect(withoutComments(text)).toBe(
    '{"a": "// no",     \n    "b": [1, 2 ],     \n "c": "\\"/*"  }',
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:/*\\\na 1'.split("")) }), (any) => {
      expect(withoutComments(any)).toHaveLength(any.length);
    }),
  );
});

const MARKDOWN = `Use \`docker run inline\`.
\`\`\`sh
docker run -d --name web -e KEY=<your-key> \\
  -v /var/run/docker.sock:/var/run/docker.sock:ro acme/web
\`\`\`
\`\`\`console
$ docker run --rm \\
>   --privileged alpine
Unable to find image, try docker run help
$ docker run [OPTIONS] IMAGE
\`\`\`
\`\`\`
docker run -u 1000 nginx
output of docker run
\`\`\`
\`\`\`python
docker run no
\`\`\`
  - in a list
    ~~~bash
    docker exec -it --privileged web bash
    ~~~
`;

test("reads the shell fences of Markdown", () => {
  expect(facts("README.md", MARKDOWN)).toEqual({
    "docker run acme/web": [
      "image: acme/web",
      "bind: host /run/docker.sock at /var/run/docker.sock ro",
      "env: KEY unresolved",
    ],
    "docker run alpine": ["image: alpine", "privileged: true"],
    "docker run nginx": ["image: nginx", "user: 1000"],
    "docker exec web": ["image: ?", "docker exec: privileged bash"],
  });
});

test("reads indented code of Markdown, and no prose", () => {
  const text = `Start it:

    $ docker run -v hello:/x busybox \\
        ls /x
    hello

    docker run --privileged alpine
as root.

1. A list
    docker run is not called here.

        docker run -v </path/to/data>:/y --restart always acme/web
`;
  expect(facts("README.md", text)).toEqual({
    "docker run busybox": ["image: busybox", "volume: hello at /x"],
    "docker run alpine": ["image: alpine", "privileged: true"],
    "docker run acme/web": [
      "image: acme/web",
      "bind: </path/to/data> at /y",
      "unknown source of a mount",
    ],
  });
});

test("reads a fence that is never closed", () => {
  expect(facts("README.md", "```sh\ndocker run --privileged alpine\n")).toEqual({
    "docker run alpine": ["image: alpine", "privileged: true"],
  });
});

test("reads systemd units", () => {
  const text = `[Service]
Environment=IMG=redis:7
ExecStartPre=-/usr/bin/docker rm -f %n
ExecStart=/usr/bin/docker run --rm --name %n \\
   --net=host -v %h/.docker:/x \${IMG} redis-server
`;
  expect(facts("redis.service", text)).toEqual({
    "docker run redis": ["image: redis:7", "network: host", "bind: host ~/.docker at /x"],
  });
});

test("reads package.json scripts and justfiles", () => {
  const json = `{"scripts": {"db": "docker run -d -e POSTGRES_PASSWORD=\\"a b\\" postgres:16"}}`;
  expect(facts("package.json", json)).toEqual({
    "docker run postgres": ["image: postgres:16", "env: POSTGRES_PASSWORD literal"],
  });
  expect(facts("justfile", "img := 'x'\nrun:\n  @docker run --privileged {{img}}\n")).toEqual({
    "docker run {{img}}": ["image: ?", "privileged: true"],
  });
});

test("reads the command line after --", () => {
  const read = (...words: string[]) =>
    readArguments(words, { files: memoryFiles({}), environment: {} });
  const { workloads, unknowns } = read("docker", "run", "-v", "/a b:/c", "-e", "X=$HOME", "nginx");
  expect(unknowns).toEqual([]);
  expect(workloads.map(postureOf)).toEqual([
    ["image: nginx", "bind: host /a b at /c", "env: X literal"],
  ]);
  expect(workloads[0]?.source.file).toEqual({
    path: COMMAND_LINE,
    text: "docker run -v '/a b:/c' -e 'X=$HOME' nginx",
  });
  const mount = workloads[0]?.runtime?.mounts[0]?.origin;
  expect(mount === undefined ? "" : placeOf(mount)).toBe("-v '/a b:/c'");
  expect(read("ls", "-l").unknowns).toHaveLength(1);
  expect(read().unknowns).toHaveLength(1);
});

test.each<[string, string, boolean]>([
  ["run.sh", "docker run x", true],
  ["run.sh", "docker \\\n run x", true],
  ["run.sh", "docker ps", false],
  ["run.sh", "$DOCKER run x", true],
  ["Makefile", "\t$(DOCKER) run x", true],
  ["script", "#!/usr/bin/env bash\ndocker run x", true],
  ["notes.txt", "docker run x", false],
  ["README.md", "```\ndocker run x\n```", true],
  [".devcontainer/devcontainer.json", "{}", true],
  [".github/workflows/a.yml", "jobs:\n  a:\n    container: node:22\n", true],
  [".github/workflows/a.yml", "jobs:\n  a:\n    steps: []\n", false],
  [".gitlab-ci.yml", "image: node:22\n", true],
  ["package.json", '{"scripts":{"a":"docker run x"}}', true],
])("%s with %j may hold run lines: %s", (path, text, expected) => {
  expect(looksLikeRunLines(path, text)).toBe(expected);
});

const PATHS = [
  "run.sh",
  "Makefile",
  "README.md",
  "justfile",
  "x.service",
  "package.json",
  ".gitlab-ci.yml",
  ".github/workflows/a.yml",
  "devcontainer.json",
  "Taskfile.yml",
];
const PIECES = [
  ...'docker podman run create exec build service -v /:/h --mount type=bind,src=/ -e A=$B --cap-add ALL -itd -p 80:80 --security-opt seccomp=x $X ${Y:-z} $(W) $$V x:1 sh -c " \' \\ = , : | > - # ``` ```sh [ ] { } run: jobs: a: steps: container: script: image: "scripts": ExecStart= define endef := += @ ! ${{ }} <x>'.split(
    " ",
  ),
  " ",
  " ",
  "\n",
  "\n\t",
  "\n  ",
  "\\\n",
  "\r\n",
];

function checkReading(path: string, text: string): void {
  const reading = readText(path, text);
  const outside = spansOf(reading).filter(
    ({ file, start, end }) => start < 0 || end < start || end > file.text.length,
  );
  expect(outside).toEqual([]);
  const ids = reading.workloads.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  looksLikeRunLines(path, text);
}

test("takes any text in any kind of file", () => {
  const any = fc.string({ unit: "binary", maxLength: 120 });
  fc.assert(fc.property(fc.constantFrom(...PATHS), any, checkReading), { numRuns: 500 });
});

test("takes any mixture of what run lines are made of", () => {
  const mixture = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 });
  expect.hasAssertions();
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), mixture, (path, parts) => {
      checkReading(path, parts.join(""));
      checkReading(path, parts.join(" "));
    }),
    { numRuns: 1500 },
  );
});

test("takes mutated examples", () => {
  expect.hasAssertions();
  const examples: [string, string][] = [
    ["Makefile", MAKEFILE],
    [".github/workflows/ci.yml", WORKFLOW],
    [".devcontainer/devcontainer.json", DEVCONTAINER],
    ["README.md", MARKDOWN],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...examples),
      fc.nat(),
      fc.nat(40),
      fc.constantFrom(...PIECES),
      (example, at, length, piece) => {
        const [path, text] = example;
        const start = at % text.length;
        checkReading(path, text.slice(0, start) + piece + text.slice(start + length));
      },
    ),
    { numRuns: 600 },
  );
});

test.each<[string, string, string]>([
  ["one long run line", "run.sh", `docker run ${"-e A=b ".repeat(130_000)} x`],
  ["unknown flags", "run.sh", `docker run ${"--zzzz=1 ".repeat(110_000)} x`],
  ["many run lines", "run.sh", "docker run x\n".repeat(40_000)],
  ["many lines with unknown flags", "run.sh", "docker run --privledged x\n".repeat(20_000)],
  ["open substitutions", "run.sh", `docker run ${"$(".repeat(100_000)}`],
  ["doubling variables", "run.sh", `x=docker\n${"x=$x$x\n".repeat(20_000)}$x run $x`],
  [
    "many uses of a long variable",
    "run.sh",
    `x='${"-e A=b ".repeat(2000)}'\n${"docker run $x y\n".repeat(20_000)}`,
  ],
  ["a long mount", "run.sh", `docker run --mount ${"a=b,".repeat(250_000)} x`],
  ["a quoted long mount", "run.sh", `docker run --mount "${'a\\"=b,'.repeat(150_000)}" x`],
  ["a long volume", "run.sh", `docker run -v ${"a:".repeat(500_000)} x`],
  [
    "many variables",
    "run.sh",
    Array.from({ length: 10_000 }, (_, index) => `v${index}=1 docker run -e v${index} x\n`).join(
      "",
    ),
  ],
  [
    "doubling make variables",
    "Makefile",
    `x=docker run\n${Array.from({ length: 5000 }, (_, index) => `x${index + 1}=$(x${index})$(x${index})\n`).join("")}a:\n${"\t$(x4999)$(x11)\n".repeat(5000)}`,
  ],
  ["make variable of itself", "Makefile", `x=$(x) docker run y\na:\n${"\t$(x)\n".repeat(10_000)}`],
  ["open make functions", "Makefile", `a:\n\tdocker run ${"$(".repeat(200_000)}`],
  ["long continuations", "Makefile", `a:\n\tdocker run ${"\\\n".repeat(300_000)}x`],
  ["open fences", "README.md", "```sh\n".repeat(100_000)],
  ["fence of prompts", "README.md", `\`\`\`\n${"$ docker run x\n".repeat(20_000)}\`\`\``],
  ["long fence line", "README.md", `\`\`\`sh\n${"`".repeat(1_000_000)}`],
  [
    "workflow script",
    ".github/workflows/a.yml",
    `jobs:\n  a:\n    steps:\n      - run: |\n${"          docker run -e A=${{ env.B }} x\n".repeat(20_000)}`,
  ],
  ["long commented JSON", "devcontainer.json", `{"image":"x", ${"/* */,".repeat(50_000)} }`],
  ["percent signs", "x.service", `ExecStart=docker run ${"%i".repeat(100_000)} x`],
])("reads hostile text in linear time: %s", (_name, path, text) => {
  const started = performance.now();
  readText(path, text);
  looksLikeRunLines(path, text);
  expect(performance.now() - started).toBeLessThan(10_000);
});
