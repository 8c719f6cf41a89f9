import type { Files, Row } from "./forms.ts";
import { compose, dockerfile, oci, pod, runLine } from "./forms.ts";

/** Looks like a password, and is none: made for this test. */
const PASSWORD = "vT9q-Lm3x-Zk7w-Rb2n";

/** A Compose service that is built from a Dockerfile. */
function composed(text: string, service = "build: .", further: Files = {}): Files {
  return compose(service, "", { ...further, ...dockerfile(text) });
}

/** A `docker build` line. */
function buildLine(options: string, further: Files = {}): Files {
  return { ...further, "run.sh": `#!/bin/sh\ndocker build ${options} -t example/app:1.4.2 .\n` };
}

const BASE = "FROM registry.example/base:1.0.0";
const KEY = { id_rsa: "a key stands here\n" };

export const secretsAndBuild: readonly Row[] = [
  {
    rule: "secret-in-env",
    weakness: "a password in clear",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nENV DB_PASSWORD=${PASSWORD}`),
        benign: dockerfile(`${BASE}\nENV DB_PASSWORD_FILE=/run/secrets/db`),
      },
      compose: {
        bad: compose(`environment: {DB_PASSWORD: ${PASSWORD}}`),
        benign: compose("environment: {DB_PASSWORD_FILE: /run/secrets/db}"),
      },
      kubernetes: {
        bad: pod(`env: [{name: DB_PASSWORD, value: ${PASSWORD}}]`),
        benign: pod("env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db}]"),
      },
      "run-line": {
        bad: runLine(`-e DB_PASSWORD=${PASSWORD}`),
        benign: runLine("-e DB_PASSWORD_FILE=/run/secrets/db"),
      },
      "oci-config": {
        bad: oci({ process: { env: [`DB_PASSWORD=${PASSWORD}`] } }),
        benign: oci({ process: { env: ["DB_PASSWORD_FILE=/run/secrets/db"] } }),
      },
    },
  },
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
      "run-line": {
        bad: buildLine(`--build-arg DB_PASSWORD=${PASSWORD}`, dockerfile(BASE)),
        benign: buildLine("--build-arg KEY_ALIAS=main", dockerfile(BASE)),
      },
    },
  },
  {
    rule: "secret-in-command",
    weakness: "a password among the words of the command",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nCMD ["serve", "--db-password=${PASSWORD}"]`),
        benign: dockerfile(`${BASE}\nCMD ["serve", "--db-password-file=/run/secrets/db"]`),
      },
      compose: {
        bad: compose(`command: [serve, --db-password=${PASSWORD}]`),
        benign: compose("command: [serve, --db-password-file=/run/secrets/db]"),
      },
      kubernetes: {
        bad: pod(`args: [serve, --db-password=${PASSWORD}]`),
        benign: pod("args: [serve, --db-password-file=/run/secrets/db]"),
      },
      "run-line": {
        bad: runLine("--rm", `example/app:1.4.2 serve --db-password=${PASSWORD}`),
        benign: runLine("--rm", "example/app:1.4.2 serve --db-password-file=/run/secrets/db"),
      },
      "oci-config": {
        bad: oci({ process: { args: ["serve", `--db-password=${PASSWORD}`] } }),
        benign: oci({ process: { args: ["serve", "--db-password-file=/run/secrets/db"] } }),
      },
    },
  },
  {
    rule: "secret-file-copied",
    weakness: "a private key is copied into the image",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile(`${BASE}\nCOPY id_rsa /root/.ssh/id_rsa`, KEY),
        benign: dockerfile(`${BASE}\nCOPY id_rsa.pub /root/.ssh/id_rsa.pub`),
      },
      compose: {
        bad: composed(`${BASE}\nCOPY id_rsa /root/.ssh/id_rsa`, "build: .", KEY),
        benign: composed(`${BASE}\nCOPY id_rsa.pub /root/.ssh/id_rsa.pub`),
      },
    },
  },
  {
    rule: "secret-passed-as-env",
    weakness: "a password from outside, as a variable",
    verdict: ["low"],
    forms: {
      compose: {
        bad: compose("environment: [DB_PASSWORD]"),
        benign: compose("environment: [DB_PASSWORD_FILE]"),
      },
      kubernetes: {
        bad: pod(
          "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
        ),
        benign: pod("env: [{name: DB_HOST, valueFrom: {configMapKeyRef: {name: db, key: host}}}]"),
      },
      "run-line": { bad: runLine("-e DB_PASSWORD"), benign: runLine("-e DB_PASSWORD_FILE") },
    },
  },
  {
    rule: "secret-file-exposed",
    weakness: "every user of the container may change the secret's file",
    verdict: ["medium"],
    forms: {
      compose: {
        bad: compose("secrets: [{source: db, mode: 0777}]", "secrets: {db: {environment: DB}}"),
        benign: compose("secrets: [{source: db, mode: 0400}]", "secrets: {db: {environment: DB}}"),
      },
      kubernetes: {
        bad: pod(
          "volumeMounts: [{name: db, mountPath: /db}]",
          "volumes: [{name: db, secret: {secretName: db, defaultMode: 0777}}]",
        ),
        benign: pod(
          "volumeMounts: [{name: db, mountPath: /db}]",
          "volumes: [{name: db, secret: {secretName: db, defaultMode: 0400}}]",
        ),
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
    },
  },
];
