import type { Files, Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  dockerfile,
  execLine,
  gitlab,
  oci,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";
import { BASE, PASSWORD, composed } from "./built.ts";

/** What only Podman has. */
function podman({ "run.sh": script = "", ...further }: Files): Files {
  return { ...further, "run.sh": script.replace("docker run", "podman run") };
}

const KEY = { id_rsa: "a key stands here\n" };

export const secrets: readonly Row[] = [
  {
    rule: "secret-in-env",
    weakness: "a password in clear",
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ config: { Env: [`DB_PASSWORD=${PASSWORD}`] } }),
        benign: container({ config: { Env: ["DB_PASSWORD_FILE=/run/secrets/db"] } }),
      },
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
      "service-create": {
        bad: serviceCreate(`-e DB_PASSWORD=${PASSWORD}`),
        benign: serviceCreate("-e DB_PASSWORD_FILE=/run/secrets/db"),
      },
      "exec-line": {
        bad: execLine(`--env DB_PASSWORD=${PASSWORD}`),
        benign: execLine("--env DB_PASSWORD_FILE=/run/secrets/db"),
      },
      devcontainer: {
        bad: devcontainer({ containerEnv: { DB_PASSWORD: PASSWORD } }),
        benign: devcontainer({ containerEnv: { DB_PASSWORD_FILE: "/run/secrets/db" } }),
      },
      workflow: {
        bad: workflow(`env: {DB_PASSWORD: ${PASSWORD}}`),
        benign: workflow("env: {DB_PASSWORD_FILE: /run/secrets/db}"),
      },
      gitlab: {
        bad: gitlab(`variables: {DB_PASSWORD: ${PASSWORD}}`),
        benign: gitlab("variables: {DB_PASSWORD_FILE: /run/secrets/db}"),
      },
    },
    spellings: {
      "compose: of a hook": {
        bad: compose(`post_start: [{command: x, environment: {DB_PASSWORD: ${PASSWORD}}}]`),
        benign: compose("post_start: [{command: x, environment: {DB_PASSWORD_FILE: /db}}]"),
      },

      "compose: as a list": {
        bad: compose(`environment: [DB_PASSWORD=${PASSWORD}]`),
        benign: compose("environment: [DB_PASSWORD_FILE=/run/secrets/db]"),
      },
    },
  },
  {
    rule: "secret-in-command",
    weakness: "a password among the words of the command",
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ config: { Cmd: ["serve", `--db-password=${PASSWORD}`] } }),
        benign: container({ config: { Cmd: ["serve", "--db-password-file=/run/secrets/db"] } }),
      },
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
      "service-create": {
        bad: serviceCreate("-q", `example/app:1.4.2 serve --db-password=${PASSWORD}`),
        benign: serviceCreate("-q", "example/app:1.4.2 serve --db-password-file=/run/secrets/db"),
      },
      "exec-line": {
        bad: execLine("-i", `serve --db-password=${PASSWORD}`),
        benign: execLine("-i", "serve --db-password-file=/run/secrets/db"),
      },
      gitlab: {
        bad: gitlab(`command: [serve, --db-password=${PASSWORD}]`),
        benign: gitlab("command: [serve, --db-password-file=/run/secrets/db]"),
      },
    },
    spellings: {
      "kubernetes: of a hook": {
        bad: pod(`lifecycle: {postStart: {exec: {command: [serve, --db-password=${PASSWORD}]}}}`),
        benign: pod("lifecycle: {postStart: {exec: {command: [serve, --db-password-file=/db]}}}"),
      },

      "compose: of a hook": {
        bad: compose(`post_start: [{command: [serve, --db-password=${PASSWORD}]}]`),
        benign: compose("post_start: [{command: [serve, --db-password-file=/db]}]"),
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
    verdict: ["low, medium confidence"],
    forms: {
      compose: {
        bad: compose("environment: [DB_PASSWORD]"),
        benign: compose("environment: [DB_PASSWORD_FILE]"),
      },
      "run-line": { bad: runLine("-e DB_PASSWORD"), benign: runLine("-e DB_PASSWORD_FILE") },
      "service-create": {
        bad: serviceCreate("-e DB_PASSWORD"),
        benign: serviceCreate("-e DB_PASSWORD_FILE"),
      },
      "exec-line": { bad: execLine("-e DB_PASSWORD"), benign: execLine("-e DB_PASSWORD_FILE") },
      devcontainer: {
        bad: devcontainer({ containerEnv: { DB_PASSWORD: "${localEnv:DB_PASSWORD}" } }),
        benign: devcontainer({ containerEnv: { DB_HOST: "${localEnv:DB_HOST}" } }),
      },
    },
  },
  {
    rule: "secret-file-exposed",
    weakness: "every user of the container may change the secret's file",
    verdict: ["medium, medium confidence"],
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
      "service-create": {
        bad: serviceCreate("--secret source=db,mode=0777"),
        benign: serviceCreate("--secret source=db,mode=0400"),
      },
      "run-line": {
        bad: podman(runLine("--secret db,mode=0777")),
        benign: podman(runLine("--secret db,mode=0400")),
      },
    },
  },
  {
    rule: "secret-passed-as-env",
    weakness: "a secret of the platform, as a variable",
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ host: { Runtime: "oci" }, config: { Env: ["DB_PASSWORD=*******"] } }),
        benign: container({ host: { Runtime: "oci" }, config: { Env: ["DB_HOST=db"] } }),
      },
      kubernetes: {
        bad: pod(
          "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
        ),
        benign: pod("env: [{name: DB_HOST, valueFrom: {configMapKeyRef: {name: db, key: host}}}]"),
      },
      workflow: {
        bad: workflow('env: {DB_PASSWORD: "${{ secrets.DB }}"}'),
        benign: workflow('env: {DB_HOST: "${{ vars.DB_HOST }}"}'),
      },
      "run-line": {
        bad: podman(runLine("--secret db,type=env,target=DB_PASSWORD")),
        benign: podman(runLine("--secret db")),
      },
    },
  },
  {
    rule: "secret-in-env",
    weakness: "a password in clear, in a file of variables that need not be shared",
    verdict: ["medium"],
    forms: {
      compose: {
        bad: compose("env_file: app.env", "", { "app.env": `DB_PASSWORD=${PASSWORD}\n` }),
        benign: compose("env_file: app.env", "", { "app.env": "DB_PASSWORD_FILE=/db\n" }),
      },
      "run-line": {
        bad: runLine("--env-file app.env", undefined, { "app.env": `DB_PASSWORD=${PASSWORD}\n` }),
        benign: runLine("--env-file app.env", undefined, { "app.env": "DB_PASSWORD_FILE=/db\n" }),
      },
    },
  },
];
