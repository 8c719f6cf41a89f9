import type { Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  oci,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";

const OPEN_PROFILE = { "open.json": '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}\n' };

const CLOSED_PROFILE = {
  "closed.json":
    '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}\n',
};

export const kernelAndResources: readonly Row[] = [
  {
    rule: "seccomp-unconfined",
    weakness: "the system call filter is turned off",
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ host: { SecurityOpt: ["seccomp=unconfined"] } }),
        benign: container({ host: { SecurityOpt: ["no-new-privileges"] } }),
      },
      compose: {
        bad: compose("security_opt: [seccomp=unconfined]"),
        benign: compose("security_opt: [no-new-privileges]"),
      },
      kubernetes: {
        bad: pod("securityContext: {seccompProfile: {type: Unconfined}}"),
        benign: pod("securityContext: {seccompProfile: {type: RuntimeDefault}}"),
      },
      "run-line": {
        bad: runLine("--security-opt seccomp:unconfined"),
        benign: runLine("--security-opt no-new-privileges"),
      },
      devcontainer: {
        bad: devcontainer({ securityOpt: ["seccomp=unconfined"] }),
        benign: devcontainer({ securityOpt: ["no-new-privileges"] }),
      },
      workflow: {
        bad: workflow("options: --security-opt seccomp=unconfined"),
        benign: workflow("options: --security-opt no-new-privileges"),
      },
    },
  },
  {
    rule: "seccomp-not-set",
    weakness: "no filter is asked for where none comes by itself",
    pointsAbove: ["kubernetes", "oci-config"],
    verdict: ["medium"],
    forms: {
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("args: [serve]", "securityContext: {seccompProfile: {type: RuntimeDefault}}"),
      },
      "oci-config": { bad: oci({ linux: { seccomp: undefined } }), benign: oci({}) },
    },
  },
  {
    rule: "seccomp-profile-weak",
    weakness: "a custom profile allows everything",
    pointsAbove: ["oci-config"],
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ host: { SecurityOpt: [`seccomp=${OPEN_PROFILE["open.json"]}`] } }),
        benign: container({ host: { SecurityOpt: [`seccomp=${CLOSED_PROFILE["closed.json"]}`] } }),
      },
      compose: {
        bad: compose("security_opt: [seccomp=./open.json]", "", OPEN_PROFILE),
        benign: compose("security_opt: [seccomp=./closed.json]", "", CLOSED_PROFILE),
      },
      "run-line": {
        bad: runLine("--security-opt seccomp=open.json", undefined, OPEN_PROFILE),
        benign: runLine("--security-opt seccomp=closed.json", undefined, CLOSED_PROFILE),
      },
      "oci-config": {
        bad: oci({ linux: { seccomp: { defaultAction: "SCMP_ACT_ALLOW", syscalls: [] } } }),
        benign: oci({}),
      },
      devcontainer: {
        bad: devcontainer({ securityOpt: ["seccomp=open.json"] }, OPEN_PROFILE),
        benign: devcontainer({ securityOpt: ["seccomp=closed.json"] }, CLOSED_PROFILE),
      },
    },
  },
  {
    rule: "mac-unconfined",
    weakness: "AppArmor is turned off",
    verdict: ["medium"],
    forms: {
      container: {
        bad: container({
          root: { AppArmorProfile: "unconfined" },
          host: { SecurityOpt: ["apparmor=unconfined"] },
        }),
        benign: container({ host: { SecurityOpt: ["apparmor=docker-default"] } }),
      },
      compose: {
        bad: compose("security_opt: [apparmor=unconfined]"),
        benign: compose("security_opt: [apparmor=docker-default]"),
      },
      kubernetes: {
        bad: pod("securityContext: {appArmorProfile: {type: Unconfined}}"),
        benign: pod("securityContext: {appArmorProfile: {type: RuntimeDefault}}"),
      },
      "run-line": {
        bad: runLine("--security-opt apparmor:unconfined"),
        benign: runLine("--security-opt apparmor:docker-default"),
      },
      "oci-config": {
        bad: oci({ process: { apparmorProfile: "unconfined" } }),
        benign: oci({}),
      },
      devcontainer: {
        bad: devcontainer({ securityOpt: ["apparmor=unconfined"] }),
        benign: devcontainer({ securityOpt: ["apparmor=docker-default"] }),
      },
      workflow: {
        bad: workflow("options: --security-opt apparmor=unconfined"),
        benign: workflow("options: --security-opt apparmor=docker-default"),
      },
    },
  },
  {
    rule: "mac-unconfined",
    weakness: "the SELinux type is not a container's",
    verdict: ["medium"],
    forms: {
      container: {
        bad: container({ root: { ProcessLabel: "system_u:system_r:spc_t:s0" } }),
        benign: container({ root: { ProcessLabel: "system_u:system_r:container_t:s0:c1,c2" } }),
      },
      compose: {
        bad: compose("security_opt: ['label:type:spc_t']"),
        benign: compose("security_opt: ['label:type:container_t']"),
      },
      kubernetes: {
        bad: pod("securityContext: {seLinuxOptions: {type: spc_t}}"),
        benign: pod("securityContext: {seLinuxOptions: {type: container_t}}"),
      },
      "run-line": {
        bad: runLine("--security-opt label=type:spc_t"),
        benign: runLine("--security-opt label=type:container_t"),
      },
      "oci-config": {
        bad: oci({ process: { selinuxLabel: "system_u:system_r:spc_t:s0" } }),
        benign: oci({ process: { selinuxLabel: "system_u:system_r:container_t:s0:c1,c2" } }),
      },
    },
  },
  {
    rule: "mac-unconfined",
    weakness: "SELinux is turned off, and a type is named that nothing uses",
    verdict: ["medium"],
    forms: {
      container: {
        bad: container({ host: { SecurityOpt: ["label=disable", "label=type:container_t"] } }),
        benign: container({ host: { SecurityOpt: ["label=type:container_t", "label=level:s0"] } }),
      },
      compose: {
        bad: compose("security_opt: ['label=disable', 'label=type:container_t']"),
        benign: compose("security_opt: ['label=type:container_t', 'label=level:s0']"),
      },
      "run-line": {
        bad: runLine("--security-opt label=disable --security-opt label=type:container_t"),
        benign: runLine("--security-opt label=type:container_t --security-opt label=level:s0"),
      },
    },
  },
  {
    rule: "unmasked-proc",
    weakness: "/proc is not masked, and a user namespace is asked for that the engine refuses",
    verdict: ["high"],
    forms: {
      compose: {
        bad: compose("security_opt: ['systempaths=unconfined']\nuserns_mode: foo"),
        benign: compose("userns_mode: foo"),
      },
      "run-line": {
        bad: runLine("--security-opt systempaths=unconfined --userns=foo"),
        benign: runLine("--userns=foo"),
      },
    },
  },
  {
    rule: "unmasked-proc",
    weakness: "/proc is not masked",
    pointsAbove: ["oci-config"],
    verdict: ["high"],
    forms: {
      container: {
        bad: container({ host: { MaskedPaths: [], ReadonlyPaths: [] } }),
        benign: container({}),
      },
      compose: {
        bad: compose("security_opt: ['systempaths:unconfined']"),
        benign: compose("security_opt: [no-new-privileges]"),
      },
      kubernetes: {
        bad: pod("securityContext: {procMount: Unmasked}"),
        benign: pod("securityContext: {procMount: Default}"),
      },
      "run-line": {
        bad: runLine("--security-opt systempaths=unconfined"),
        benign: runLine("--security-opt no-new-privileges"),
      },
      "oci-config": {
        bad: oci({ linux: { maskedPaths: [], readonlyPaths: [] } }),
        benign: oci({}),
      },
      devcontainer: {
        bad: devcontainer({ securityOpt: ["systempaths=unconfined"] }),
        benign: devcontainer({ securityOpt: ["no-new-privileges"] }),
      },
      workflow: {
        bad: workflow("options: --security-opt systempaths=unconfined"),
        benign: workflow("options: --security-opt no-new-privileges"),
      },
    },
  },
  {
    rule: "unsafe-sysctl",
    weakness: "a kernel setting that is not on the safe list",
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ host: { Sysctls: { "kernel.msgmax": "65536" } } }),
        benign: container({ host: { Sysctls: { "net.ipv4.tcp_syncookies": "1" } } }),
      },
      compose: {
        bad: compose('sysctls: {kernel.msgmax: "65536"}'),
        benign: compose('sysctls: {net.ipv4.tcp_syncookies: "1"}'),
      },
      kubernetes: {
        bad: pod(
          "args: [serve]",
          'securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}',
        ),
        benign: pod(
          "args: [serve]",
          'securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: "1"}]}',
        ),
      },
      "run-line": {
        bad: runLine("--sysctl kernel.msgmax=65536"),
        benign: runLine("--sysctl net.ipv4.tcp_syncookies=1"),
      },
      "oci-config": {
        bad: oci({ linux: { sysctl: { "kernel.msgmax": "65536" } } }),
        benign: oci({ linux: { sysctl: { "net.ipv4.tcp_syncookies": "1" } } }),
      },
      "service-create": {
        bad: serviceCreate("--sysctl kernel.msgmax=65536"),
        benign: serviceCreate("--sysctl net.ipv4.tcp_syncookies=1"),
      },
      devcontainer: {
        bad: devcontainer({ runArgs: ["--sysctl", "kernel.msgmax=65536"] }),
        benign: devcontainer({ runArgs: ["--sysctl", "net.ipv4.tcp_syncookies=1"] }),
      },
      workflow: {
        bad: workflow("options: --sysctl kernel.msgmax=65536"),
        benign: workflow("options: --sysctl net.ipv4.tcp_syncookies=1"),
      },
    },
  },
  {
    rule: "unsafe-sysctl",
    weakness: "a setting by which the kernel starts programs on the host",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({ host: { Sysctls: { "kernel.core_pattern": "|/x" } } }),
        benign: container({ host: { Sysctls: { "net.ipv4.tcp_syncookies": "1" } } }),
      },
      compose: {
        bad: compose('sysctls: ["kernel.core_pattern=|/x"]'),
        benign: compose("sysctls: {net.ipv4.tcp_syncookies: 1}"),
      },
      kubernetes: {
        bad: pod(
          "args: [serve]",
          'securityContext: {sysctls: [{name: kernel/core_pattern, value: "|/x"}]}',
        ),
        benign: pod(
          "args: [serve]",
          'securityContext: {sysctls: [{name: net/ipv4/tcp_syncookies, value: "1"}]}',
        ),
      },
      "run-line": {
        bad: runLine("--sysctl 'kernel.core_pattern=|/x'"),
        benign: runLine("--sysctl net.ipv4.tcp_syncookies=1"),
      },
      "oci-config": {
        bad: oci({ linux: { sysctl: { "kernel.core_pattern": "|/x" } } }),
        benign: oci({ linux: { sysctl: { "net.ipv4.tcp_syncookies": "1" } } }),
      },
    },
  },
  {
    rule: "no-resource-limits",
    weakness: "nothing limits memory",
    pointsAbove: [
      "compose",
      "kubernetes",
      "run-line",
      "oci-config",
      "service-create",
      "workflow",
      "devcontainer",
      "compose: keys of the service",
    ],
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ host: { NanoCpus: 1000000000, PidsLimit: 100 } }),
        benign: container({ host: { Memory: 268435456, NanoCpus: 1000000000, PidsLimit: 100 } }),
      },
      compose: {
        bad: compose("command: serve"),
        benign: compose("deploy: {resources: {limits: {memory: 256M, cpus: '1', pids: 100}}}"),
      },
      kubernetes: {
        bad: pod("resources: {requests: {memory: 64Mi}}"),
        benign: pod("resources: {limits: {memory: 256Mi, cpu: 500m}}"),
      },
      "run-line": {
        bad: runLine("--cpus 1 --pids-limit 100"),
        benign: runLine("-m 256m --cpus 1 --pids-limit 100"),
      },
      "oci-config": { bad: oci({ linux: { resources: {} } }), benign: oci({}) },
      "service-create": {
        bad: serviceCreate("--limit-cpu 1 --limit-pids 100"),
        benign: serviceCreate("--limit-memory 256m --limit-cpu 1 --limit-pids 100"),
      },
      workflow: {
        bad: workflow("options: --cpus 1"),
        benign: workflow("options: --cpus 1 --memory 256m --pids-limit 100"),
      },
      devcontainer: {
        bad: devcontainer({ runArgs: ["--cpus=1"] }),
        benign: devcontainer({ runArgs: ["--cpus=1", "--memory=256m", "--pids-limit=100"] }),
      },
    },
    spellings: {
      "compose: keys of the service": {
        bad: compose("cpus: 1\npids_limit: 100"),
        benign: compose("mem_limit: 256m\ncpus: 1\npids_limit: 100"),
      },
    },
  },
  {
    rule: "writable-root-filesystem",
    weakness: "the root file system is writable",
    pointsAbove: ["kubernetes", "run-line", "service-create", "workflow", "devcontainer"],
    verdict: ["low"],
    forms: {
      container: { bad: container({}), benign: container({ host: { ReadonlyRootfs: true } }) },
      compose: { bad: compose("read_only: false"), benign: compose("read_only: true") },
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("securityContext: {readOnlyRootFilesystem: true}"),
      },
      "run-line": { bad: runLine("--rm"), benign: runLine("--rm --read-only") },
      "oci-config": { bad: oci({ root: { readonly: false } }), benign: oci({}) },
      "service-create": { bad: serviceCreate("--name app"), benign: serviceCreate("--read-only") },
      workflow: { bad: workflow("env: {A: b}"), benign: workflow("options: --read-only") },
      devcontainer: {
        bad: devcontainer({ init: true }),
        benign: devcontainer({ runArgs: ["--read-only"] }),
      },
    },
  },
];
