import type { Files, Row } from "./forms.ts";
import {
  buildLine,
  compose,
  devcontainer,
  dockerfile,
  gitlab,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";
import { BASE, PASSWORD, composed } from "./built.ts";

/** A workflow that builds with an action. */
function buildAction(input: string): Files {
  return {
    Dockerfile: `${BASE}\n`,
    ".github/workflows/ci.yml": `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n    container: example/tools@sha256:${"0".repeat(64)}\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n          ${input}\n`,
  };
}

export const build: readonly Row[] = [
  {
    rule: "secret-in-build-arg",
    weakness: "a token in clear as a build argument",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nARG DB_PASSWORD=${PASSWORD}`),
        benign: dockerfile(`${BASE}\nARG KEY_ALIAS=main`),
      },
      compose: {
        bad: composed(BASE, `build: {context: ., args: {DB_PASSWORD: ${PASSWORD}}}`),
        benign: composed(BASE, "build: {context: ., args: {KEY_ALIAS: main}}"),
      },
      "build-line": {
        bad: buildLine(`--build-arg DB_PASSWORD=${PASSWORD}`, dockerfile(BASE)),
        benign: buildLine("--build-arg KEY_ALIAS=main", dockerfile(BASE)),
      },
      devcontainer: {
        bad: devcontainer({ build: { dockerfile: "Dockerfile", args: { DB_PASSWORD: PASSWORD } } }),
        benign: devcontainer({ build: { dockerfile: "Dockerfile", args: { KEY_ALIAS: "main" } } }),
      },
      workflow: {
        bad: buildAction(`build-args: DB_PASSWORD=${PASSWORD}`),
        benign: buildAction("build-args: KEY_ALIAS=main"),
      },
    },
  },
  {
    rule: "insecure-build-step",
    weakness: "a build step with all privileges",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nRUN --security=insecure make`),
        benign: dockerfile(`${BASE}\nRUN --security=sandbox make`),
      },
      compose: {
        bad: composed(`${BASE}\nRUN --security=insecure make`),
        benign: composed(`${BASE}\nRUN make`),
      },
    },
  },
  {
    rule: "remote-add-unverified",
    weakness: "a file from the network without a checksum",
    verdict: ["medium"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nADD https://example.com/tool.tgz /opt/`),
        benign: dockerfile(
          `${BASE}\nADD --checksum=sha256:${"0".repeat(64)} https://example.com/tool.tgz /opt/`,
        ),
      },
      compose: {
        bad: composed(`${BASE}\nADD https://example.com/tool.tgz /opt/`),
        benign: composed(`${BASE}\nCOPY tool.tgz /opt/`),
      },
    },
  },
  {
    rule: "image-not-pinned",
    weakness: "an image without a tag",
    verdict: ["medium"],
    forms: {
      dockerfile: {
        bad: dockerfile("FROM example/base"),
        benign: dockerfile(`FROM example/base@sha256:${"0".repeat(64)}`),
      },
      compose: {
        bad: compose("image: example/app"),
        benign: compose(`image: example/app@sha256:${"0".repeat(64)}`),
      },
      kubernetes: {
        bad: pod("image: example/app"),
        benign: pod(`image: example/app@sha256:${"0".repeat(64)}`),
      },
      "run-line": {
        bad: runLine("--rm", "example/app"),
        benign: runLine("--rm", `example/app@sha256:${"0".repeat(64)}`),
      },
      "service-create": {
        bad: serviceCreate("-q", "example/app"),
        benign: serviceCreate("-q", `example/app@sha256:${"0".repeat(64)}`),
      },
      devcontainer: {
        bad: devcontainer({ image: "example/app" }),
        benign: devcontainer({ image: `example/app@sha256:${"0".repeat(64)}` }),
      },
      workflow: {
        bad: workflow("image: example/app"),
        benign: workflow(`image: example/app@sha256:${"0".repeat(64)}`),
      },
      gitlab: {
        bad: gitlab("name: example/app"),
        benign: gitlab(`name: example/app@sha256:${"0".repeat(64)}`),
      },
    },
  },
  {
    rule: "insecure-build-step",
    weakness: "the build may use steps without a sandbox",
    verdict: ["high"],
    forms: {
      compose: {
        bad: composed(BASE, "build: {context: ., entitlements: [security.insecure]}"),
        benign: composed(BASE, "build: {context: ., entitlements: []}"),
      },
      "build-line": {
        bad: buildLine("--allow security.insecure", dockerfile(BASE)),
        benign: buildLine("--pull", dockerfile(BASE)),
      },
      devcontainer: {
        bad: devcontainer({
          build: { dockerfile: "Dockerfile", options: ["--allow=security.insecure"] },
        }),
        benign: devcontainer({ build: { dockerfile: "Dockerfile", options: ["--pull"] } }),
      },
      workflow: {
        bad: buildAction("allow: security.insecure"),
        benign: buildAction("pull: true"),
      },
    },
    spellings: {
      "compose: privileged": {
        bad: composed(BASE, "build: {context: ., privileged: true}"),
        benign: composed(BASE, "build: {context: ., privileged: false}"),
      },
    },
  },
  {
    rule: "insecure-build-step",
    weakness: "the build uses the host's network",
    verdict: ["medium"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nRUN --network=host make`),
        benign: dockerfile(`${BASE}\nRUN --network=none make`),
      },
      compose: {
        bad: composed(BASE, "build: {context: ., network: host}"),
        benign: composed(BASE, "build: {context: ., network: none}"),
      },
      "build-line": {
        bad: buildLine("--network=host", dockerfile(BASE)),
        benign: buildLine("--network=none", dockerfile(BASE)),
      },
      workflow: { bad: buildAction("network: host"), benign: buildAction("network: none") },
    },
    spellings: {
      "build-line: as a right": {
        bad: buildLine("--allow=network.host", dockerfile(BASE)),
        benign: buildLine("--pull", dockerfile(BASE)),
      },
    },
  },
];
