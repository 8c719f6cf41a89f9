/** Namespaces: what each keeps apart, and what sharing the host's gives. Source: namespaces(7) and the page of each. */

import type { NamespaceName } from "../model/namespaces.ts";

export interface NamespaceFacts {
  readonly name: NamespaceName;
  /** What a namespace of its own keeps apart, one line. */
  readonly isolates: string;
  /** What a container gains that shares the host's, one line. */
  readonly sharedWithHost: string;
  readonly severity: "critical" | "high" | "medium" | "low";
  /** How each form shares the host's. */
  readonly docker: string;
  readonly compose: string;
  readonly kubernetes: string;
}

export const namespaces: Readonly<Record<NamespaceName, NamespaceFacts>> = {
  network: {
    name: "network",
    isolates: "Network interfaces, addresses, ports, routes, firewall rules and abstract sockets.",
    sharedWithHost:
      "Reaches every service on the host's loopback address and abstract sockets, and with NET_RAW or NET_ADMIN reads and redirects the host's traffic.",
    severity: "high",
    docker: "--network host",
    compose: "network_mode: host",
    kubernetes: "hostNetwork: true",
  },
  pid: {
    name: "pid",
    isolates: "The list of processes and their numbers.",
    sharedWithHost:
      "Sees and signals every process of the host, reads command lines and environments, and with SYS_PTRACE takes them over.",
    severity: "high",
    docker: "--pid host",
    compose: "pid: host",
    kubernetes: "hostPID: true",
  },
  ipc: {
    name: "ipc",
    isolates: "Shared memory, semaphores and message queues.",
    sharedWithHost: "Reads and writes shared memory of the host's programs, databases among them.",
    severity: "medium",
    docker: "--ipc host",
    compose: "ipc: host",
    kubernetes: "hostIPC: true",
  },
  uts: {
    name: "uts",
    isolates: "The host name and the NIS domain name.",
    sharedWithHost:
      "Sees the host's name; with SYS_ADMIN changes it, which misleads logs and services.",
    severity: "low",
    docker: "--uts host",
    compose: "uts: host",
    kubernetes: "hostNetwork: true (the Pod then also has the node's host name)",
  },
  user: {
    name: "user",
    isolates:
      "User and group ids and what capabilities are good for: root inside is nobody outside.",
    sharedWithHost: "Root in the container is root of the host wherever another layer fails.",
    severity: "medium",
    docker: "--userns host (and the default, unless the engine runs with userns-remap or rootless)",
    compose: "userns_mode: host",
    kubernetes: "hostUsers: true (the default)",
  },
  cgroup: {
    name: "cgroup",
    isolates: "The view of control groups: the container sees its own as the root.",
    sharedWithHost:
      "Sees the names of all control groups; a part of the release_agent escape with cgroup v1.",
    severity: "low",
    docker: "--cgroupns host",
    compose: "cgroup: host",
    kubernetes: "no field: containerd gives each container its own with cgroup v2",
  },
  mount: {
    name: "mount",
    isolates: "The tree of mounted file systems.",
    sharedWithHost:
      "Sees every file system of the host. Engines always give a mount namespace of its own; what is mounted into it decides.",
    severity: "critical",
    docker: "not possible; --volume and --mount bring in parts of the host's tree",
    compose: "not possible; volumes: brings in parts of the host's tree",
    kubernetes: "not possible; hostPath volumes bring in parts of the node's tree",
  },
};
