/** What one client of the gate may do: a policy file's words, compiled. */

import type { Severity } from "../../model/finding.ts";
import type { VersionRange } from "../wire/target.ts";

/**
 * What of an answer is hidden. `secrets`: values of environment variables, join tokens, keys, passwords in
 * volume options. `strict`: also host paths, command lines, labels of others, the host's own names.
 */
export type RedactionLevel = "none" | "secrets" | "strict";

/** `classic`: the legacy builder's parameters, checked. `mediated`: BuildKit too, spoken by the gate itself. */
export type BuildMode = "refused" | "classic" | "mediated";

export interface ClientPolicy {
  readonly name: string;
  /** Ids of the admitted operations (`gate/api/operations.ts`). */
  readonly operations: ReadonlySet<string>;
  /** Whether it sees and touches only what it created. */
  readonly ownership: boolean;
  /** Value of the owner label on everything that it creates, with ownership on. */
  readonly owner: string;
  /** With ownership: whether another owner's client may make images on the same engine, now or later. */
  readonly besideOwners?: true;
  readonly redact: RedactionLevel;
  readonly ceiling: Ceiling;
  readonly grants: Grants;
  readonly forced: Forced;
  readonly build: BuildMode;
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  /** Requests and streams at a time. */
  readonly concurrency?: number;
  readonly versions: VersionRange;
}

/** Which findings of the rulebook stop a creation. */
export interface Ceiling {
  /** A finding as grave as this or graver is refused; `none` refuses none. */
  readonly refuse: Severity | "none";
  /** A rule's own threshold: `off` lets all its findings pass, a severity replaces the finding's own. */
  readonly rules: ReadonlyMap<string, Severity | "off">;
}

/**
 * What a creation may ask for beyond the neutral. All of these are needed for fields whose danger no rule
 * judges, and lift the findings of those that one does. Empty: none.
 */
export interface Grants {
  /** Without `CAP_`, upper case; `ALL` for all. */
  readonly capabilities: ReadonlySet<string>;
  readonly binds: readonly BindGrant[];
  /** Names, with `*` for any run of characters; `host` and `none` must stand there by name. */
  readonly networks: readonly string[];
  /** Volumes that are not its own, by name pattern. */
  readonly volumes: readonly string[];
  /** Host ports that may be published, and on which address; an empty address is any. */
  readonly ports: readonly PortGrant[];
  /** Exact paths below /dev. */
  readonly devices: readonly string[];
  /** CDI names or driver names of device requests. */
  readonly deviceRequests: readonly string[];
  readonly runtimes: ReadonlySet<string>;
  /** Patterns of image references, as `registry.example/team/*`; undefined allows every image. */
  readonly images?: readonly string[];
  /** Whether an image must be named by digest. */
  readonly imagesByDigest: boolean;
  /** Hosts of registries to pull from and push to, with port; undefined allows every registry. */
  readonly registries?: ReadonlySet<string>;
  /** Patterns of http, https and git addresses that a mediated build may fetch through the engine. */
  readonly buildSources?: readonly string[];
  readonly sysctls: ReadonlySet<string>;
  readonly logDrivers: ReadonlySet<string>;
  readonly volumeDrivers: ReadonlySet<string>;
  readonly networkDrivers: ReadonlySet<string>;
  /** Prefixes within which a network's subnet may be named, as `10.5.0.0/16`; absent: the engine chooses. */
  readonly subnets?: readonly string[];
  /** Label names that a client may set although other tools take orders from them, with `*`. */
  readonly labels: readonly string[];
  /** `host`-valued namespaces that it may use: pid, ipc, uts, cgroup, user. */
  readonly hostNamespaces: ReadonlySet<string>;
  readonly privileged: boolean;
  readonly seccompUnconfined: boolean;
  readonly apparmorUnconfined: boolean;
  readonly restart: boolean;
  readonly limits: LimitGrants;
}

export interface BindGrant {
  /** An absolute path of the host, symbolic links resolved. */
  readonly source: string;
  /** Also everything below it. Only sound while the client cannot write links there. */
  readonly below: boolean;
  readonly readOnly: boolean;
}

export interface PortGrant {
  readonly address: string;
  readonly first: number;
  readonly last: number;
}

/** Maxima; undefined is no maximum. A creation that asks for none gets the maximum, where there is one. */
export interface LimitGrants {
  readonly memoryBytes?: bigint;
  readonly pids?: bigint;
  /** In billionths of a CPU, as NanoCpus. */
  readonly nanoCpus?: bigint;
  readonly shmBytes?: bigint;
  /** Containers of the client at a time, with ownership on. */
  readonly containers?: number;
}

/** What is written into every creation, whatever the client asks. */
export interface Forced {
  readonly capDropAll: boolean;
  readonly noNewPrivileges: boolean;
  /** The text of a profile; undefined leaves the engine's default. */
  readonly seccompProfile?: string;
  /** Where the client and the image name no user, or root. */
  readonly user?: string;
  readonly readOnlyRoot: boolean;
  readonly labels: ReadonlyMap<string, string>;
  /** For creations that name no network. */
  readonly network?: string;
}
