import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { Selinux } from "../../model/security-profiles.ts";
import type { WorkloadKind } from "../../model/workload.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const labelled = (selinux: Selinux, kind: WorkloadKind = "kubernetes-container") =>
  verdicts(rule, minimalWorkload(kind, { selinux: known(selinux, written) }));

test("no confinement is medium, whatever turns it off", () => {
  expect(labelled({ mode: "disabled" })).toEqual(["medium selinux"]);
  expect(labelled({ mode: "custom", type: "spc_t" })).toEqual(["medium selinux"]);
  const apparmor = known({ mode: "unconfined" } as const, written);
  expect(verdicts(rule, minimalWorkload("run-line", { apparmor }))).toEqual(["medium apparmor"]);
});

test.each(["container_t", "container_init_t", "container_kvm_t", "container_engine_t"])(
  "the type %s is a container's",
  (type) => {
    expect(labelled({ mode: "custom", type })).toEqual([]);
  },
);

test("another type, user or role is worth a word", () => {
  expect(labelled({ mode: "custom", type: "httpd_t" })).toEqual(["low selinux"]);
  expect(labelled({ mode: "custom", user: "sysadm_u" })).toEqual(["low selinux"]);
  expect(labelled({ mode: "custom", role: "sysadm_r" })).toEqual(["low selinux"]);
  expect(labelled({ mode: "custom", level: "s0:c1,c2" })).toEqual([]);
});

test("a full label of config.json names user and role by necessity", () => {
  const label = {
    mode: "custom",
    user: "system_u",
    role: "system_r",
    type: "container_t",
  } as const;
  expect(labelled(label, "oci-config")).toEqual([]);
});

test("a running container on a host without either is told so, and is less grave", () => {
  const origin = { kind: "default", of: "Docker", source: "inspection" } as const;
  const apparmor = known({ mode: "unconfined" } as const, origin);
  const [finding] = rule.check(minimalWorkload("container", { apparmor }));
  expect(finding).toMatchObject({
    severity: "low",
    message: "runs on a host with neither AppArmor nor SELinux",
  });
  expect(finding?.help).toMatch(/^Turn AppArmor or SELinux on/);
  const asked = known({ mode: "unconfined" } as const, written);
  expect(verdicts(rule, minimalWorkload("container", { apparmor: asked }))).toEqual([
    "medium apparmor",
  ]);
});
