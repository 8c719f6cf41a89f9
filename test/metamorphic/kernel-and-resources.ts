import type { Row } from "./forms.ts";
import { compose, oci, ociNamespaces, pod, runLine } from "./forms.ts";

const OPEN_PROFILE = { "open.json": '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}\n' };
const CLOSED_PROFILE = {
  "closed.json":
    '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]}\n',
};

const without = (type: string): readonly { readonly type: string }[] =>
  ociNamespaces.filter((namespace) => namespace.type !== type);
const joined = (type: string): readonly Readonly<Record<string, string>>[] => [
  ...without(type),
  { type, path: `/proc/4711/ns/${type}` },
];

const podKeys = { network: "hostNetwork", pid: "hostPID", ipc: "hostIPC" } as const;

export const kernelAndResources: readonly Row[] = [
  {
    rule: "seccomp-unconfined",
    weakness: "the system call filter is turned off",
    verdict: ["high"],
    forms: {
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
    },
  },
  {
    rule: "seccomp-not-set",
    weakness: "no filter is asked for where none comes by itself",
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
    verdict: ["high"],
    forms: {
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
    },
  },
  {
    rule: "mac-unconfined",
    weakness: "AppArmor is turned off",
    verdict: ["medium"],
    forms: {
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
    },
  },
  {
    rule: "mac-unconfined",
    weakness: "the SELinux type is not a container's",
    verdict: ["medium"],
    forms: {
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
    verdict: ["high"],
    forms: {
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
    },
  },
  {
    rule: "unsafe-sysctl",
    weakness: "a kernel setting that is not on the safe list",
    verdict: ["low"],
    forms: {
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
    },
  },
  {
    rule: "unsafe-sysctl",
    weakness: "a setting by which the kernel starts programs on the host",
    verdict: ["critical"],
    forms: {
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
  ...(["network", "pid", "ipc"] as const).map((name): Row => ({
    rule: "host-namespace",
    weakness: `the host's ${name} namespace`,
    verdict: [name === "ipc" ? "medium" : "high"],
    forms: {
      compose: {
        bad: compose(name === "network" ? "network_mode: host" : `${name}: host`),
        benign: compose("command: serve"),
      },
      kubernetes: {
        bad: pod("args: [serve]", `${podKeys[name]}: true`),
        benign: pod("args: [serve]", `${podKeys[name]}: false`),
      },
      "run-line": { bad: runLine(`--${name}=host`), benign: runLine("--rm") },
      "oci-config": { bad: oci({ linux: { namespaces: without(name) } }), benign: oci({}) },
    },
  })),
  {
    rule: "joined-namespace",
    weakness: "another container's processes",
    verdict: ["medium"],
    forms: {
      compose: { bad: compose("pid: container:db"), benign: compose("command: serve") },
      kubernetes: {
        bad: pod("args: [serve]", "shareProcessNamespace: true"),
        benign: pod("args: [serve]", "shareProcessNamespace: false"),
      },
      "run-line": { bad: runLine("--pid=container:db"), benign: runLine("--rm") },
      "oci-config": { bad: oci({ linux: { namespaces: joined("pid") } }), benign: oci({}) },
    },
  },
  {
    rule: "host-port",
    weakness: "a database's port on all addresses",
    verdict: ["medium"],
    forms: {
      compose: {
        bad: compose("ports: ['5432:5432']"),
        benign: compose("ports: ['127.0.0.1:5432:5432']"),
      },
      kubernetes: {
        bad: pod("ports: [{containerPort: 5432, hostPort: 5432}]"),
        benign: pod("ports: [{containerPort: 5432}]"),
      },
      "run-line": { bad: runLine("-p 5432:5432"), benign: runLine("-p 127.0.0.1:5432:5432") },
    },
  },
  {
    rule: "host-port",
    weakness: "an ordinary port on all addresses",
    verdict: ["low"],
    forms: {
      compose: {
        bad: compose("ports: [{target: 8080, published: '80'}]"),
        benign: compose("expose: ['8080']"),
      },
      kubernetes: {
        bad: pod("ports: [{containerPort: 8080, hostPort: 80}]"),
        benign: pod("ports: [{containerPort: 8080, hostPort: 0}]"),
      },
      "run-line": { bad: runLine("--publish=80:8080"), benign: runLine("--expose 8080") },
    },
  },
  {
    rule: "no-resource-limits",
    weakness: "nothing limits memory",
    verdict: ["low"],
    forms: {
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
    },
  },
  {
    rule: "writable-root-filesystem",
    weakness: "the root file system is writable",
    verdict: ["low"],
    forms: {
      compose: { bad: compose("read_only: false"), benign: compose("read_only: true") },
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("securityContext: {readOnlyRootFilesystem: true}"),
      },
      "run-line": { bad: runLine("--rm"), benign: runLine("--rm --read-only") },
      "oci-config": { bad: oci({ root: { readonly: false } }), benign: oci({}) },
    },
  },
];
