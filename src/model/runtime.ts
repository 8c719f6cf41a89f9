/** What is decided when a container is started. */

import type { Device } from "./devices.ts";
import type { Fact, Origin } from "./fact.ts";
import type { Mount } from "./mounts.ts";
import type { Namespaces } from "./namespaces.ts";
import type { AppArmor, Seccomp, Selinux } from "./security-profiles.ts";
import type { ServiceAccount } from "./service-account.ts";

/** What is decided when a container starts. Every fact is there: set, inherited, default or unknown. */
export interface Runtime {
  readonly privileged: Fact<boolean>;
  readonly capAdd: readonly CapabilityRequest[];
  readonly capDrop: readonly CapabilityRequest[];
  readonly noNewPrivileges: Fact<boolean>;
  readonly seccomp: Fact<Seccomp>;
  readonly apparmor: Fact<AppArmor>;
  readonly selinux: Fact<Selinux>;
  /** Whether `/proc` and `/sys` keep the engine's masked and read-only paths. */
  readonly procMask: Fact<"masked" | "unmasked">;
  readonly namespaces: Namespaces;
  readonly readOnlyRoot: Fact<boolean>;
  readonly limits: Limits;
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly sysctls: readonly Sysctl[];
  readonly ports: readonly PublishedPort[];
  /** Kubernetes: whether a service-account token is mounted. Absent elsewhere. */
  readonly serviceAccountToken?: Fact<boolean>;
  /** Kubernetes: the account whose token that is. Absent elsewhere. */
  readonly serviceAccount?: ServiceAccount;
  /** Supplementary groups, as written. */
  readonly groups: readonly { readonly text: string; readonly origin: Origin }[];
  /** OCI config.json: the exact capability sets, which then need no computing. */
  readonly exactCapabilities?: ExactCapabilities;
  /** A runtime that is a further barrier of its own: runsc, kata. */
  readonly ociRuntime?: Fact<string>;
}

export interface CapabilityRequest {
  /** As written, for messages. */
  readonly text: string;
  /** Without `CAP_`, upper case; `ALL` for all. */
  readonly name: string;
  readonly origin: Origin;
}

export interface ExactCapabilities {
  readonly bounding: readonly string[];
  readonly effective: readonly string[];
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
  readonly origin: Origin;
}

export interface Limits {
  /** Bytes, or undefined for no limit. */
  readonly memory: Fact<number | undefined>;
  /** CPUs (1.5 is one and a half), or undefined for no limit. */
  readonly cpus: Fact<number | undefined>;
  /** Processes and threads, or undefined for no limit. */
  readonly pids: Fact<number | undefined>;
}

export interface Sysctl {
  readonly name: string;
  readonly value: string;
  readonly origin: Origin;
}

export interface PublishedPort {
  /** Host port or range as text; absent when the engine picks one. */
  readonly host?: string;
  readonly container: string;
  readonly protocol: string;
  /** Address on the host; absent means all. */
  readonly address?: string;
  readonly origin: Origin;
}
