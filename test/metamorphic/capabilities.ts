import { capabilityNames } from "../../src/linux/capabilities.ts";
import type { Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  execLine,
  oci,
  ociRoot,
  ociCapabilities,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";

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

/** What `--privileged` comes down to in a runtime's configuration. */
const everything = {
  process: {
    user: { uid: 0, gid: 0 },
    apparmorProfile: "",
    ...ociCapabilities(...capabilityNames),
  },
  linux: {
    seccomp: undefined,
    maskedPaths: [],
    readonlyPaths: [],
    resources: { devices: [{ allow: true, access: "rwm" }] },
  },
};

const podRoot = (capabilities: string): string =>
  `securityContext:\n  runAsUser: 0\n  capabilities: ${capabilities}`;

export const capabilities: readonly Row[] = [
  {
    rule: "privileged",
    weakness: "the container is privileged",
    pointsAbove: ["oci-config"],
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({ host: { Privileged: true } }),
        benign: container({ host: { Privileged: false } }),
      },
      "oci-config": { bad: oci(everything), benign: oci({ ...everything, linux: {} }) },
      compose: { bad: compose("privileged: true"), benign: compose("privileged: false") },
      kubernetes: {
        bad: pod("securityContext: {privileged: true}"),
        benign: pod("securityContext: {privileged: false}"),
      },
      "run-line": { bad: runLine("--privileged"), benign: runLine("--privileged=false") },
      devcontainer: {
        bad: devcontainer({ privileged: true }),
        benign: devcontainer({ privileged: false }),
      },
      workflow: {
        bad: workflow("options: --privileged"),
        benign: workflow("options: --privileged=false"),
      },
    },
  },
  {
    rule: "dangerous-capability",
    weakness: "SYS_ADMIN is added for root",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({ host: { CapDrop: ["ALL"], CapAdd: ["CAP_SYS_ADMIN"] } }),
        benign: container({ host: { CapDrop: ["ALL"], CapAdd: ["CAP_CHOWN"] } }),
      },
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
        bad: oci({ process: { ...ociRoot, ...ociCapabilities("SYS_ADMIN") } }),
        benign: oci({ process: { ...ociRoot, ...ociCapabilities("CHOWN") } }),
      },
      "service-create": {
        bad: serviceCreate("--user 0 --cap-drop ALL --cap-add CAP_SYS_ADMIN"),
        benign: serviceCreate("--user 0 --cap-drop ALL --cap-add CAP_CHOWN"),
      },
      devcontainer: {
        bad: devcontainer({ containerUser: "root", capAdd: ["SYS_ADMIN"] }),
        benign: devcontainer({ containerUser: "root", capAdd: ["CHOWN"] }),
      },
      workflow: {
        bad: workflow("options: --user 0 --cap-add=SYS_ADMIN"),
        benign: workflow("options: --user 0 --cap-add=CHOWN"),
      },
    },
  },
  {
    rule: "dangerous-capability",
    weakness: "ALL is added for root",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({ host: { CapAdd: ["ALL"] } }),
        benign: container({ host: { CapAdd: ["CHOWN"] } }),
      },
      compose: {
        bad: compose('user: "0"\ncap_add: [all]'),
        benign: compose('user: "0"\ncap_add: [chown]'),
      },
      kubernetes: { bad: pod(podRoot("{add: [ALL]}")), benign: pod(podRoot("{add: [CHOWN]}")) },
      "run-line": { bad: runLine("-u 0 --cap-add=ALL"), benign: runLine("-u 0 --cap-add=CHOWN") },
    },
  },
  {
    rule: "capabilities-not-dropped",
    weakness: "the default capabilities are kept",
    pointsAbove: [
      "container",
      "compose",
      "kubernetes",
      "run-line",
      "oci-config",
      "service-create",
      "devcontainer",
      "workflow",
    ],
    verdict: ["low"],
    forms: {
      container: { bad: container({}), benign: container({ host: { CapDrop: ["ALL"] } }) },
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
      "service-create": {
        bad: serviceCreate("--name app"),
        benign: serviceCreate("--cap-drop ALL"),
      },
      devcontainer: {
        bad: devcontainer({ containerUser: "1000" }),
        benign: devcontainer({ runArgs: ["--cap-drop=ALL"] }),
      },
      workflow: { bad: workflow("env: {A: b}"), benign: workflow("options: --cap-drop=ALL") },
    },
  },
  {
    rule: "useless-capability",
    weakness: "a capability is added that the user cannot use",
    verdict: ["low, medium confidence"],
    forms: {
      container: {
        bad: container({
          config: { User: "1000" },
          host: { SecurityOpt: ["no-new-privileges"], CapDrop: ["ALL"], CapAdd: ["CHOWN"] },
        }),
        benign: container({
          config: { User: "1000" },
          host: { SecurityOpt: ["no-new-privileges"], CapDrop: ["ALL"] },
        }),
      },
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
      "service-create": {
        bad: serviceCreate("--user 1000 --cap-drop ALL --cap-add CHOWN"),
        benign: serviceCreate("--user 1000 --cap-drop ALL"),
      },
      devcontainer: {
        bad: devcontainer({ containerUser: "1000", capAdd: ["CHOWN"] }),
        benign: devcontainer({ containerUser: "1000", capAdd: [] }),
      },
      workflow: {
        bad: workflow("options: --user 1000 --cap-add CHOWN"),
        benign: workflow("options: --user 1000"),
      },
      "oci-config": {
        bad: oci({ process: ociCapabilities("CHOWN") }),
        benign: oci({ process: ociCapabilities() }),
      },
    },
  },
  {
    rule: "privilege-escalation-allowed",
    weakness: "no_new_privs is off",
    pointsAbove: ["run-line", "devcontainer", "workflow"],
    verdict: ["medium"],
    forms: {
      container: {
        bad: container({}),
        benign: container({ host: { SecurityOpt: ["no-new-privileges:true"] } }),
      },
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
      devcontainer: {
        bad: devcontainer({ containerUser: "1000" }),
        benign: devcontainer({ securityOpt: ["no-new-privileges"] }),
      },
      workflow: {
        bad: workflow("env: {A: b}"),
        benign: workflow("options: --security-opt no-new-privileges"),
      },
    },
  },
  {
    rule: "privileged",
    weakness: "a further process is privileged",
    verdict: ["high"],
    forms: {
      compose: {
        bad: compose("post_start: [{command: prepare, privileged: true}]"),
        benign: compose("post_start: [{command: prepare, privileged: false}]"),
      },
      "exec-line": { bad: execLine("--privileged"), benign: execLine("--privileged=false") },
    },
    spellings: {
      "compose: before it stops": {
        bad: compose("pre_stop: [{command: [save], privileged: true}]"),
        benign: compose("pre_stop: [{command: [save]}]"),
      },
    },
  },
  {
    rule: "privileged",
    weakness: "a Windows container is a process of the host",
    verdict: ["critical"],
    forms: {
      kubernetes: {
        bad: pod(
          "securityContext: {windowsOptions: {hostProcess: true}}",
          "os: {name: windows}\nhostNetwork: true",
        ),
        benign: pod(
          "securityContext: {windowsOptions: {hostProcess: false}}",
          "os: {name: windows}\nhostNetwork: true",
        ),
      },
    },
    spellings: {
      "kubernetes: for the pod": {
        bad: pod(
          "args: [serve]",
          "os: {name: windows}\nhostNetwork: true\nsecurityContext: {windowsOptions: {hostProcess: true}}",
        ),
        benign: pod("args: [serve]", "os: {name: windows}\nhostNetwork: true"),
      },
    },
  },
];
