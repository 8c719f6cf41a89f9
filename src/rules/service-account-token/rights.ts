/**
 * Which rights of a service account give an attacker the cluster, or a namespace of it.
 * Source: Kubernetes documentation, "Role Based Access Control Good Practices", privilege escalation risks.
 */

import type { AccountBinding, RoleRule } from "../../model/service-account.ts";

interface GraveRight {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** As a clause after "it". */
  readonly gain: string;
}

const RBAC = "rbac.authorization.k8s.io";

const graveRights: readonly GraveRight[] = [
  { group: "", resources: ["secrets"], verbs: ["get", "list", "watch"], gain: "reads secrets" },
  {
    group: "",
    resources: ["pods/exec", "pods/attach"],
    verbs: ["create", "get"],
    gain: "runs commands in other pods",
  },
  { group: "", resources: ["pods"], verbs: ["create"], gain: "starts pods" },
  {
    group: "apps",
    resources: ["deployments", "daemonsets", "statefulsets", "replicasets"],
    verbs: ["create", "update", "patch"],
    gain: "starts pods",
  },
  {
    group: "batch",
    resources: ["jobs", "cronjobs"],
    verbs: ["create"],
    gain: "starts pods",
  },
  { group: "", resources: ["nodes/proxy"], verbs: ["get", "create"], gain: "commands kubelets" },
  {
    group: "",
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    gain: "makes tokens of other accounts",
  },
  {
    group: RBAC,
    resources: ["roles", "clusterroles"],
    verbs: ["escalate", "bind"],
    gain: "gives itself any right",
  },
  {
    group: "",
    resources: ["users", "groups", "serviceaccounts"],
    verbs: ["impersonate"],
    gain: "acts as others",
  },
];

/** Roles that every cluster has. Source: Kubernetes documentation, "Using RBAC Authorization", user-facing roles. */
const DEFAULT_ROLES: Readonly<Record<string, string>> = {
  "cluster-admin": "may do everything",
  admin: "reads secrets, runs commands in pods and starts pods",
  edit: "reads secrets, runs commands in pods and starts pods",
};

/** What a binding gives that is grave, as a clause after "it"; undefined when nothing is, or is known. */
export function graveGain({ role, rules }: AccountBinding): string | undefined {
  if (rules === undefined) {
    const known = role.kind === "ClusterRole" && Object.hasOwn(DEFAULT_ROLES, role.name);
    return known ? DEFAULT_ROLES[role.name] : undefined;
  }
  const free = rules.filter(({ named }) => !named);
  if (free.some(allowsAll)) return "may do everything";
  const gains = graveRights.filter((right) => free.some((rule) => allows(rule, right)));
  const texts = [...new Set(gains.map(({ gain }) => gain))];
  return texts.length === 0 ? undefined : texts.join(", ");
}

function allowsAll({ apiGroups, resources, verbs }: RoleRule): boolean {
  return [apiGroups, resources, verbs].every((list) => list.includes("*"));
}

function allows(rule: RoleRule, { group, resources, verbs }: GraveRight): boolean {
  return (
    meets(rule.apiGroups, [group]) && meets(rule.verbs, verbs) && meets(rule.resources, resources)
  );
}

function meets(allowed: readonly string[], wanted: readonly string[]): boolean {
  return allowed.some(
    (word) => word === "*" || wanted.some((each) => each === word || isBelowAll(word, each)),
  );
}

/** A star before `/exec` stands for the part `exec` of everything. */
function isBelowAll(word: string, resource: string): boolean {
  const slash = resource.indexOf("/");
  return slash > 0 && word === `*${resource.slice(slash)}`;
}
