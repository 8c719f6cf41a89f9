/**
 * What RoleBindings and ClusterRoleBindings that stand at hand give a pod's service account.
 * Source: kubernetes v1.37, pkg/registry/rbac/validation/rule.go, appliesToUser.
 */

import type { AccountBinding, RoleRule } from "../../model/service-account.ts";
import { asText, entryOf, entrySpan, get, itemsOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

/** Objects of role-based access control, as they stand in files. */
export interface AccessObjects {
  /** Roles and ClusterRoles by `roleKey`. */
  readonly roles: ReadonlyMap<string, YamlMap>;
  /** RoleBindings and ClusterRoleBindings. */
  readonly bindings: readonly YamlMap[];
}

export interface Account {
  readonly name: string;
  /** Undefined where the pod's file leaves it to whoever applies it. */
  readonly namespace: string | undefined;
}

/** An account with more bindings than this is not looked at further. */
const MOST_BINDINGS = 20;
/** Bindings, and subjects of each, that are compared for one pod. */
const MOST_COMPARED = 500;
const MOST_RULES = 200;

export function bindingsOf(account: Account, objects: AccessObjects): AccountBinding[] {
  const found: AccountBinding[] = [];
  for (const binding of objects.bindings.slice(0, MOST_COMPARED)) {
    if (found.length >= MOST_BINDINGS) break;
    const namespace = asText(get(get(binding, "metadata"), "namespace"));
    const subjects = itemsOf(get(binding, "subjects")).slice(0, MOST_COMPARED);
    if (!subjects.some((subject) => isSubject(subject, account, namespace))) continue;
    const read = readBinding(binding, namespace, objects);
    if (read !== undefined) found.push(read);
  }
  return found;
}

/** A ClusterRole has no namespace. */
export function roleKey(kind: string, name: string, namespace: string | undefined): string {
  return kind === "ClusterRole" ? `${kind}/${name}` : `${kind}/${namespace ?? "default"}/${name}`;
}

function isSubject(subject: YamlNode, account: Account, bindingIn: string | undefined): boolean {
  const kind = asText(get(subject, "kind"));
  const name = asText(get(subject, "name"));
  const own = account.namespace ?? "default";
  if (kind === "Group") {
    return (
      name === "system:serviceaccounts" ||
      name === "system:authenticated" ||
      name === `system:serviceaccounts:${own}`
    );
  }
  if (kind === "User") return name === `system:serviceaccount:${own}:${account.name}`;
  if (kind !== "ServiceAccount" || name !== account.name) return false;
  // A pod without namespace lands where it is applied to, most often where its account is. Every
  // namespace has an account `default`, so that its name alone says nothing.
  if (account.namespace === undefined && account.name !== "default") return true;
  return (asText(get(subject, "namespace")) ?? bindingIn ?? "default") === own;
}

function readBinding(
  binding: YamlMap,
  namespace: string | undefined,
  { roles }: AccessObjects,
): AccountBinding | undefined {
  const reference = get(binding, "roleRef");
  const kind = asText(get(reference, "kind"));
  const name = asText(get(reference, "name"));
  const entry = entryOf(binding, "roleRef");
  if (kind === undefined || name === undefined || entry === undefined) return undefined;
  const role = roles.get(roleKey(kind, name, namespace));
  const bindingKind = asText(get(binding, "kind")) ?? "";
  const rules = role === undefined ? undefined : get(role, "rules");
  return {
    name: `${bindingKind} ${clipped(asText(get(get(binding, "metadata"), "name")) ?? "unnamed")}`,
    role: { kind: kind === "ClusterRole" ? "ClusterRole" : "Role", name: clipped(name) },
    clusterWide: bindingKind === "ClusterRoleBinding",
    // The rules of an aggregated role are filled in by the cluster.
    ...(rules === undefined ? {} : { rules: itemsOf(rules).slice(0, MOST_RULES).map(readRule) }),
    span: entrySpan(entry),
  };
}

function readRule(node: YamlNode): RoleRule {
  return {
    apiGroups: words(get(node, "apiGroups")),
    resources: words(get(node, "resources")),
    verbs: words(get(node, "verbs")),
    named: itemsOf(get(node, "resourceNames")).length > 0,
  };
}

function words(node: YamlNode | undefined): string[] {
  return itemsOf(node)
    .slice(0, MOST_RULES)
    .flatMap((item) => asText(item) ?? []);
}

function clipped(name: string): string {
  return name.slice(0, 100);
}
