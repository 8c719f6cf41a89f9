/** Which of the kernel's namespaces a container has for itself. */

import type { Fact } from "./fact.ts";

export type NamespaceName = "network" | "pid" | "ipc" | "uts" | "user" | "cgroup" | "mount";

export interface Namespace {
  /** own: private to the container; pod: shared in its pod; joined: another container's; shareable: open to others; none: no network. */
  readonly mode: "own" | "host" | "pod" | "joined" | "shareable" | "none";
  /** For `joined`: whose. */
  readonly target?: string;
}

export interface Namespaces {
  readonly network: Fact<Namespace>;
  readonly pid: Fact<Namespace>;
  readonly ipc: Fact<Namespace>;
  readonly uts: Fact<Namespace>;
  readonly user: Fact<Namespace>;
  readonly cgroup: Fact<Namespace>;
}
