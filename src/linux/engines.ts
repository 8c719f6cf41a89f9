/** What each engine does when nothing is said. */

import type { EngineName } from "../model/workload.ts";

export interface EngineDefaults {
  readonly title: string;
  /** Upstream and revision that the defaults were read in. */
  readonly source: string;
  readonly defaults: {
    readonly noNewPrivileges: boolean;
    readonly seccomp: "default" | "not-set";
    readonly network: "own" | "pod";
    readonly ipc: "own" | "pod";
    readonly uts: "own" | "pod";
    /** Processes and threads; undefined for no limit. */
    readonly pids: number | undefined;
    /** Capabilities of a container for which none is added or dropped, without `CAP_`. */
    readonly capabilities: readonly string[];
  };
}

/** Source: moby/moby b985e23 (29.7.2) daemon/pkg/oci/caps/defaults.go. containerd CRI has the same 14. */
const DOCKER_CAPABILITIES = [
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

/** Source: containers/common f437c58 (v0.64.1) pkg/config/default.go. */
const PODMAN_CAPABILITIES = DOCKER_CAPABILITIES.filter(
  (name) => name !== "MKNOD" && name !== "NET_RAW" && name !== "AUDIT_WRITE",
);

/** Source: cri-o f954a17 (1.36) internal/config/capabilities. */
const CRIO_CAPABILITIES = PODMAN_CAPABILITIES.filter(
  (name) => name !== "SETFCAP" && name !== "SYS_CHROOT",
);

const docker = {
  noNewPrivileges: false,
  seccomp: "default",
  network: "own",
  ipc: "own",
  uts: "own",
  pids: undefined,
  capabilities: DOCKER_CAPABILITIES,
} as const;

const kubernetes = {
  ...docker,
  seccomp: "not-set",
  network: "pod",
  ipc: "pod",
  uts: "pod",
} as const;

export const engines: Readonly<Record<EngineName, EngineDefaults>> = {
  docker: { title: "Docker", source: "moby/moby b985e23 (29.7.2)", defaults: docker },
  podman: {
    title: "Podman",
    source: "containers/common f437c58 (v0.64.1)",
    defaults: { ...docker, pids: 2048, capabilities: PODMAN_CAPABILITIES },
  },
  containerd: {
    title: "containerd",
    source: "containerd/containerd 301026e (2.4-beta)",
    defaults: kubernetes,
  },
  "cri-o": {
    title: "CRI-O",
    source: "cri-o/cri-o f954a17 (1.36)",
    defaults: { ...kubernetes, capabilities: CRIO_CAPABILITIES },
  },
  kubernetes: {
    title: "Kubernetes",
    source: "kubernetes v1.37 with containerd's CRI defaults",
    defaults: kubernetes,
  },
  oci: {
    title: "the OCI runtime",
    source: "opencontainers/runtime-spec v1.2",
    defaults: { ...docker, seccomp: "not-set", capabilities: [] },
  },
};
