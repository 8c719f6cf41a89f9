import type { Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  dockerfile,
  execLine,
  gitlab,
  oci,
  ociRoot,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";

const SERVER_CORE = "mcr.microsoft.com/windows/servercore:ltsc2022";

export const users: readonly Row[] = [
  {
    rule: "runs-as-root",
    weakness: "uid 0 is asked for",
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ config: { User: "0" } }),
        benign: container({ config: { User: "1000" } }),
      },
      dockerfile: {
        bad: dockerfile('FROM alpine:3.22\nUSER "0"'),
        benign: dockerfile('FROM alpine:3.22\nUSER "1000"'),
      },
      compose: { bad: compose('user: "0"'), benign: compose('user: "1000"') },
      kubernetes: {
        bad: pod("securityContext: {runAsUser: 0}"),
        benign: pod("securityContext: {runAsUser: 1000}"),
      },
      "run-line": { bad: runLine("-u 0"), benign: runLine("-u 1000") },
      "oci-config": { bad: oci({ process: ociRoot }), benign: oci({}) },
      "service-create": { bad: serviceCreate("--user 0"), benign: serviceCreate("--user 1000") },
      devcontainer: {
        bad: devcontainer({ containerUser: "root" }),
        benign: devcontainer({ containerUser: "1000" }),
      },
      workflow: {
        bad: workflow("options: --user 0:0"),
        benign: workflow("options: --user 1000:1000"),
      },
      gitlab: { bad: gitlab("docker: {user: root}"), benign: gitlab(`docker: {user: "1000"}`) },
    },
    spellings: {
      "compose: from a variable with a default": {
        bad: compose("user: ${UID:-0}"),
        benign: compose("user: ${UID:-1000}"),
      },

      "kubernetes: for the pod": {
        bad: pod("args: [serve]", "securityContext: {runAsUser: 0}"),
        benign: pod("args: [serve]", "securityContext: {runAsUser: 1000}"),
      },

      "compose: with a group": {
        bad: compose("user: root:root"),
        benign: compose("user: 1000:1000"),
      },
    },
  },
  {
    rule: "runs-as-root",
    weakness: "nobody sets a user and the image is not known",
    pointsAbove: ["dockerfile", "compose", "kubernetes"],
    verdict: ["medium, low confidence"],
    forms: {
      dockerfile: {
        bad: dockerfile("FROM registry.example/base:1.0.0"),
        benign: dockerfile("FROM registry.example/base:1.0.0\nUSER 1000"),
      },
      compose: { bad: compose("command: serve"), benign: compose("user: 1000:1000") },
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("securityContext: {runAsNonRoot: true}"),
      },
      "run-line": { bad: runLine("--rm"), benign: runLine("--rm --user=1000:1000") },
    },
  },
  {
    rule: "runs-as-root",
    weakness: "nobody sets a user and the image is known to run as root",
    pointsAbove: ["dockerfile", "compose", "kubernetes"],
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ config: { Image: "node:22" } }),
        benign: container({ config: { Image: "node:22", User: "1000" } }),
      },
      dockerfile: {
        bad: dockerfile("FROM node:22"),
        benign: dockerfile("FROM node:22\nUSER 1000"),
      },
      compose: {
        bad: compose("image: node:22"),
        benign: compose('image: node:22\nuser: "1000"'),
      },
      kubernetes: {
        bad: pod("image: node:22"),
        benign: pod("image: node:22\nsecurityContext: {runAsUser: 1000}"),
      },
      "run-line": {
        bad: runLine("--rm", "node:22"),
        benign: runLine("--rm -u 1000", "node:22"),
      },
    },
  },
  {
    rule: "user-not-numeric",
    weakness: "the user is a name",
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ config: { User: "app" } }),
        benign: container({ config: { User: "10001" } }),
      },
      dockerfile: {
        bad: dockerfile("FROM alpine:3.22\nUSER app"),
        benign: dockerfile("FROM alpine:3.22\nUSER 10001"),
      },
      compose: { bad: compose("user: app"), benign: compose("user: 10001:10001") },
      "run-line": { bad: runLine("--user app"), benign: runLine("--user 10001") },
      "service-create": { bad: serviceCreate("--user app"), benign: serviceCreate("--user 10001") },
      devcontainer: {
        bad: devcontainer({ containerUser: "node" }),
        benign: devcontainer({ containerUser: "10001" }),
      },
      workflow: { bad: workflow("options: --user app"), benign: workflow("options: --user 10001") },
      gitlab: { bad: gitlab("docker: {user: app}"), benign: gitlab(`docker: {user: "10001"}`) },
    },
  },
  {
    rule: "app-can-rewrite-itself",
    weakness: "the code belongs to the user that runs it",
    pointsAbove: ["compose"],
    verdict: ["low, medium confidence"],
    forms: {
      dockerfile: {
        bad: dockerfile("FROM alpine:3.22\nCOPY --chown=1000:1000 app /app\nUSER 1000"),
        benign: dockerfile("FROM alpine:3.22\nCOPY app /app\nUSER 1000"),
      },
      compose: {
        bad: compose(
          "build: .",
          "",
          dockerfile("FROM alpine:3.22\nCOPY app /app\nRUN chown -R 1000 /app\nUSER 1000"),
        ),
        benign: compose(
          "build: .\nread_only: true",
          "",
          dockerfile("FROM alpine:3.22\nCOPY app /app\nRUN chown -R 1000 /app\nUSER 1000"),
        ),
      },
    },
  },
  {
    rule: "runs-as-root",
    weakness: "a further process is root",
    verdict: ["medium"],
    forms: {
      compose: {
        bad: compose('user: "1000"\npost_start: [{command: prepare, user: root}]'),
        benign: compose('user: "1000"\npost_start: [{command: prepare, user: "1000"}]'),
      },
      "exec-line": { bad: execLine("-u 0"), benign: execLine("-u 1000") },
    },
    spellings: {
      "compose: before it stops": {
        bad: compose('user: "1000"\npre_stop: [{command: [save], user: "0:0"}]'),
        benign: compose('user: "1000"\npre_stop: [{command: [save]}]'),
      },
      "exec-line: long option": {
        bad: execLine("-it --user=root:root"),
        benign: execLine("-it --user=app"),
      },
    },
  },
  {
    rule: "runs-as-root",
    weakness: "the administrator of a Windows container",
    verdict: ["high"],
    forms: {
      container: {
        bad: container({
          root: { Platform: "windows" },
          config: { User: "ContainerAdministrator" },
        }),
        benign: container({ root: { Platform: "windows" }, config: { User: "ContainerUser" } }),
      },
      dockerfile: {
        bad: dockerfile(`FROM ${SERVER_CORE}\nUSER ContainerAdministrator`),
        benign: dockerfile(`FROM ${SERVER_CORE}\nUSER ContainerUser`),
      },
      compose: {
        bad: compose(`image: ${SERVER_CORE}\nuser: ContainerAdministrator`),
        benign: compose(`image: ${SERVER_CORE}\nuser: ContainerUser`),
      },
      kubernetes: {
        bad: pod(
          "securityContext: {windowsOptions: {runAsUserName: ContainerAdministrator}}",
          "os: {name: windows}",
        ),
        benign: pod(
          "securityContext: {windowsOptions: {runAsUserName: ContainerUser}}",
          "os: {name: windows}",
        ),
      },
      "run-line": {
        bad: runLine("--user ContainerAdministrator", SERVER_CORE),
        benign: runLine("--user ContainerUser", SERVER_CORE),
      },
      "service-create": {
        bad: serviceCreate("--user ContainerAdministrator", SERVER_CORE),
        benign: serviceCreate("--user ContainerUser", SERVER_CORE),
      },
    },
  },
];
