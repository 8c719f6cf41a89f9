import type { Row } from "./forms.ts";
import { compose, dockerfile, oci, ociCapabilities, pod, runLine } from "./forms.ts";

const DOCKER_DEFAULT = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FSETID",
  "FOWNER",
  "MKNOD",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SETFCAP",
  "SETPCAP",
  "NET_BIND_SERVICE",
  "SYS_CHROOT",
  "KILL",
  "AUDIT_WRITE",
];

const root = { user: { uid: 0, gid: 0 } };
const podRoot = (capabilities: string): string =>
  `securityContext:\n  runAsUser: 0\n  capabilities: ${capabilities}`;

export const userAndCapabilities: readonly Row[] = [
  {
    rule: "runs-as-root",
    weakness: "uid 0 is asked for",
    verdict: ["high"],
    forms: {
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
      "oci-config": { bad: oci({ process: root }), benign: oci({}) },
    },
  },
  {
    rule: "runs-as-root",
    weakness: "nobody sets a user and the image is not known",
    verdict: ["medium"],
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
    verdict: ["high"],
    forms: {
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
      dockerfile: {
        bad: dockerfile("FROM alpine:3.22\nUSER app"),
        benign: dockerfile("FROM alpine:3.22\nUSER 10001"),
      },
      compose: { bad: compose("user: app"), benign: compose("user: 10001:10001") },
      "run-line": { bad: runLine("--user app"), benign: runLine("--user 10001") },
    },
  },
  {
    rule: "app-can-rewrite-itself",
    weakness: "the code belongs to the user that runs it",
    verdict: ["low"],
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
    rule: "privileged",
    weakness: "the container is privileged",
    verdict: ["critical"],
    forms: {
      compose: { bad: compose("privileged: true"), benign: compose("privileged: false") },
      kubernetes: {
        bad: pod("securityContext: {privileged: true}"),
        benign: pod("securityContext: {privileged: false}"),
      },
      "run-line": { bad: runLine("--privileged"), benign: runLine("--privileged=false") },
    },
  },
  {
    rule: "dangerous-capability",
    weakness: "SYS_ADMIN is added for root",
    verdict: ["critical"],
    forms: {
      compose: {
        bad: compose('user: "0"\ncap_drop: [ALL]\ncap_add: [CAP_SYS_ADMIN]'),
        benign: compose('user: "0"\ncap_drop: [ALL]\ncap_add: [CAP_CHOWN]'),
      },
      kubernetes: {
        bad: pod(podRoot("{drop: [ALL], add: [SYS_ADMIN]}")),
        benign: pod(podRoot("{drop: [ALL], add: [CHOWN]}")),
      },
      "run-line": {
        bad: runLine("-u 0 --cap-drop all --cap-add sys_admin"),
        benign: runLine("-u 0 --cap-drop all --cap-add chown"),
      },
      "oci-config": {
        bad: oci({ process: { ...root, ...ociCapabilities("SYS_ADMIN") } }),
        benign: oci({ process: { ...root, ...ociCapabilities("CHOWN") } }),
      },
    },
  },
  {
    rule: "dangerous-capability",
    weakness: "ALL is added for root",
    verdict: ["critical"],
    forms: {
      compose: {
        bad: compose('user: "0"\ncap_add: [all]'),
        benign: compose('user: "0"\ncap_drop: [all]'),
      },
      kubernetes: { bad: pod(podRoot("{add: [ALL]}")), benign: pod(podRoot("{drop: [ALL]}")) },
      "run-line": { bad: runLine("-u 0 --cap-add=ALL"), benign: runLine("-u 0 --cap-drop=ALL") },
    },
  },
  {
    rule: "capabilities-not-dropped",
    weakness: "the default capabilities are kept",
    verdict: ["low"],
    forms: {
      compose: { bad: compose("command: serve"), benign: compose("cap_drop: [all]") },
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("securityContext: {capabilities: {drop: [ALL]}}"),
      },
      "run-line": { bad: runLine("--rm"), benign: runLine("--rm --cap-drop=all") },
      "oci-config": {
        bad: oci({ process: ociCapabilities(...DOCKER_DEFAULT) }),
        benign: oci({}),
      },
    },
  },
  {
    rule: "useless-capability",
    weakness: "a capability is added that the user cannot use",
    verdict: ["low"],
    forms: {
      compose: {
        bad: compose(
          'user: "1000"\nsecurity_opt: ["no-new-privileges=true"]\ncap_drop: [ALL]\ncap_add: [CHOWN]',
        ),
        benign: compose('user: "1000"\nsecurity_opt: ["no-new-privileges=true"]\ncap_drop: [ALL]'),
      },
      kubernetes: {
        bad: pod(
          "securityContext: {runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [CHOWN]}}",
        ),
        benign: pod(
          "securityContext: {runAsUser: 1000, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}",
        ),
      },
      "run-line": {
        bad: runLine("-u 1000 --security-opt=no-new-privileges --cap-drop=ALL --cap-add=CHOWN"),
        benign: runLine("-u 1000 --security-opt=no-new-privileges --cap-drop=ALL"),
      },
    },
  },
  {
    rule: "privilege-escalation-allowed",
    weakness: "no_new_privs is off",
    verdict: ["medium"],
    forms: {
      compose: {
        bad: compose("security_opt: [no-new-privileges=false]"),
        benign: compose("security_opt: [no-new-privileges]"),
      },
      kubernetes: {
        bad: pod("securityContext: {allowPrivilegeEscalation: true}"),
        benign: pod("securityContext: {allowPrivilegeEscalation: false}"),
      },
      "run-line": {
        bad: runLine("--rm"),
        benign: runLine("--rm --security-opt no-new-privileges:true"),
      },
      "oci-config": { bad: oci({ process: { noNewPrivileges: false } }), benign: oci({}) },
    },
  },
];
