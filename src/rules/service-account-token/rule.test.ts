import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { AccountBinding, RoleRule, ServiceAccount } from "../../model/service-account.ts";
import { minimalWorkload, somewhere, written } from "../testing.ts";
import { rule } from "./rule.ts";

const byDefault = { kind: "default", of: "Kubernetes", source: "test", span: somewhere } as const;

function judge(serviceAccount: ServiceAccount | undefined, mounted = known(true, byDefault)) {
  return rule.check(
    minimalWorkload("kubernetes-container", {
      serviceAccountToken: mounted,
      ...(serviceAccount === undefined ? {} : { serviceAccount }),
    }),
  );
}

function bound(parts: Partial<AccountBinding>): ServiceAccount {
  const role = { kind: "ClusterRole", name: "web" } as const;
  const base = { name: "ClusterRoleBinding b", role, clusterWide: true, span: somewhere };
  return { name: "web", named: true, bindings: [{ ...base, ...parts }] };
}

function roleRule(resource: string, verb: string, group = "", named = false): RoleRule {
  return { apiGroups: [group], resources: [resource], verbs: [verb], named };
}

test("an account that nobody chose is not asked for; one that the pod names is", () => {
  const other = { name: "default", named: false, bindings: [] };
  expect(judge(other)[0]?.message).toContain("although nothing asks for it");
  expect(judge(undefined)[0]?.message).toContain("although nothing asks for it");
  const [own] = judge({ name: "web", named: true, bindings: [] });
  expect(own?.message).not.toContain("nothing asks");
  expect(own?.detail).toContain("nothing here tells what it may do");
  expect(judge(bound({}), known(false, written))).toEqual([]);
});

test.each<[string, Partial<AccountBinding>, string]>([
  ["cluster-admin", { role: { kind: "ClusterRole", name: "cluster-admin" } }, "high"],
  ["a Role of that name", { role: { kind: "Role", name: "cluster-admin" } }, "low"],
  ["view", { role: { kind: "ClusterRole", name: "view" } }, "low"],
  ["everything", { rules: [roleRule("*", "*", "*")] }, "high"],
  ["secrets", { rules: [roleRule("secrets", "list")] }, "high"],
  [
    "secrets of one namespace",
    { rules: [roleRule("secrets", "get")], clusterWide: false },
    "medium",
  ],
  ["one secret", { rules: [roleRule("secrets", "get", "", true)] }, "low"],
  ["writing secrets", { rules: [roleRule("secrets", "update")] }, "low"],
  ["secrets of another group", { rules: [roleRule("secrets", "get", "example.com")] }, "low"],
  ["exec", { rules: [roleRule("pods/exec", "create")] }, "high"],
  ["exec in everything", { rules: [roleRule("*/exec", "create")] }, "high"],
  ["binding", { rules: [roleRule("clusterroles", "bind", "rbac.authorization.k8s.io")] }, "high"],
  ["impersonation", { rules: [roleRule("users", "impersonate")] }, "high"],
  ["reading pods", { rules: [roleRule("pods", "list")] }, "low"],
  ["no rules", { rules: [] }, "low"],
])("a binding to %s", (_, parts, severity) => {
  const [finding] = judge(bound(parts));
  expect(finding?.severity).toBe(severity);
  expect(finding?.message).toContain("is bound to");
  expect(finding?.help).not.toContain("automountServiceAccountToken");
  expect(finding?.related).toHaveLength(1);
});
