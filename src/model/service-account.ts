/** The account under which a pod speaks to its cluster, and what it may do there. */

import type { Span } from "./source.ts";

export interface ServiceAccount {
  readonly name: string;
  /** Whether the pod names it; else it is the one that every pod gets. */
  readonly named: boolean;
  /** Bindings of the account that stand in the same files; there may be others. */
  readonly bindings: readonly AccountBinding[];
}

/** A RoleBinding or ClusterRoleBinding. */
export interface AccountBinding {
  /** For people: "ClusterRoleBinding web". */
  readonly name: string;
  readonly role: { readonly kind: "Role" | "ClusterRole"; readonly name: string };
  /** Whether it holds in every namespace. */
  readonly clusterWide: boolean;
  /** What the role allows; absent when the role does not stand here. */
  readonly rules?: readonly RoleRule[];
  readonly span: Span;
}

/** A rule of a Role or ClusterRole; `*` stands for all. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only for objects of given names. */
  readonly named: boolean;
}
