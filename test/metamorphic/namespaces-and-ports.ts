import type { Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  oci,
  ociNamespaces,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";

const without = (type: string): readonly { readonly type: string }[] =>
  ociNamespaces.filter((namespace) => namespace.type !== type);

const joined = (type: string): readonly Readonly<Record<string, string>>[] => [
  ...without(type),
  { type, path: `/proc/4711/ns/${type}` },
];

const HOST_FIELDS = { network: "NetworkMode", pid: "PidMode", ipc: "IpcMode" } as const;

const podKeys = { network: "hostNetwork", pid: "hostPID", ipc: "hostIPC" } as const;

export const namespacesAndPorts: readonly Row[] = [
  ...(["network", "pid", "ipc"] as const).map((name): Row => ({
    rule: "host-namespace",
    weakness: `the host's ${name} namespace`,
    pointsAbove: ["oci-config"],
    verdict: [name === "ipc" ? "medium" : "high"],
    forms: {
      container: {
        bad: container({ host: { [HOST_FIELDS[name]]: "host" } }),
        benign: container({}),
      },
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
      container: {
        bad: container({ host: { PidMode: `container:${"12".repeat(32)}` } }),
        benign: container({}),
      },
      compose: { bad: compose("pid: container:db"), benign: compose("command: serve") },
      kubernetes: {
        bad: pod("args: [serve]", "shareProcessNamespace: true"),
        benign: pod("args: [serve]", "shareProcessNamespace: false"),
      },
      "run-line": { bad: runLine("--pid=container:db"), benign: runLine("--rm") },
      "oci-config": { bad: oci({ linux: { namespaces: joined("pid") } }), benign: oci({}) },
      workflow: {
        bad: workflow("options: --pid=container:db"),
        benign: workflow("options: --init"),
      },
      devcontainer: {
        bad: devcontainer({ runArgs: ["--pid=container:db"] }),
        benign: devcontainer({ runArgs: ["--init"] }),
      },
    },
  },
  {
    rule: "host-port",
    weakness: "a database's port on all addresses",
    verdict: ["medium"],
    forms: {
      container: {
        bad: container({
          host: { PortBindings: { "5432/tcp": [{ HostIp: "", HostPort: "5432" }] } },
        }),
        benign: container({
          host: { PortBindings: { "5432/tcp": [{ HostIp: "127.0.0.1", HostPort: "5432" }] } },
        }),
      },
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
      container: {
        bad: container({
          host: { PortBindings: { "8080/tcp": [{ HostIp: "", HostPort: "80" }] } },
        }),
        benign: container({ config: { ExposedPorts: { "8080/tcp": {} } } }),
      },
      compose: {
        bad: compose("ports: [{target: 8080, published: '80'}]"),
        benign: compose("expose: ['8080']"),
      },
      kubernetes: {
        bad: pod("ports: [{containerPort: 8080, hostPort: 80}]"),
        benign: pod("ports: [{containerPort: 8080, hostPort: 0}]"),
      },
      "run-line": { bad: runLine("--publish=80:8080"), benign: runLine("--expose 8080") },
      "service-create": {
        bad: serviceCreate("--publish 80:8080"),
        benign: serviceCreate("--name app"),
      },
      devcontainer: {
        bad: devcontainer({ appPort: ["80:8080"] }),
        benign: devcontainer({ appPort: ["127.0.0.1:80:8080"], forwardPorts: [8080] }),
      },
      workflow: {
        bad: workflow("ports: [80:8080]"),
        benign: workflow("ports: [127.0.0.1:80:8080]"),
      },
    },
    spellings: {
      "service-create: long form": {
        bad: serviceCreate("-p published=80,target=8080,mode=host"),
        benign: serviceCreate("--name app"),
      },
    },
  },
  {
    rule: "host-namespace",
    weakness: "a network of the host for a service and for a container of tools",
    verdict: ["high"],
    forms: {
      "service-create": {
        bad: serviceCreate("--network host"),
        benign: serviceCreate("--network backend"),
      },
      devcontainer: {
        bad: devcontainer({ runArgs: ["--net=host"] }),
        benign: devcontainer({ runArgs: ["--net=backend"] }),
      },
    },
  },
  {
    rule: "host-namespace",
    weakness: "the host's uts namespace",
    pointsAbove: ["oci-config"],
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ host: { UTSMode: "host" } }),
        benign: container({ config: { Hostname: "app" } }),
      },
      compose: { bad: compose("uts: host"), benign: compose("hostname: app") },
      "run-line": { bad: runLine("--uts=host"), benign: runLine("--hostname app") },
      workflow: { bad: workflow("options: --uts=host"), benign: workflow("options: -h app") },
      "oci-config": { bad: oci({ linux: { namespaces: without("uts") } }), benign: oci({}) },
    },
  },
  {
    rule: "host-namespace",
    weakness: "the host's cgroup namespace",
    pointsAbove: ["oci-config"],
    verdict: ["low"],
    forms: {
      container: {
        bad: container({ host: { CgroupnsMode: "host" } }),
        benign: container({ host: { CgroupnsMode: "private" } }),
      },
      compose: { bad: compose("cgroup: host"), benign: compose("cgroup: private") },
      "run-line": { bad: runLine("--cgroupns=host"), benign: runLine("--cgroupns=private") },
      "oci-config": { bad: oci({ linux: { namespaces: without("cgroup") } }), benign: oci({}) },
    },
  },
  {
    rule: "host-namespace",
    weakness: "the host's users, where the engine maps them",
    verdict: ["low"],
    forms: {
      container: { bad: container({ host: { UsernsMode: "host" } }), benign: container({}) },
      compose: { bad: compose("userns_mode: host"), benign: compose("command: serve") },
      "run-line": { bad: runLine("--userns=host"), benign: runLine("--rm") },
    },
  },
];
