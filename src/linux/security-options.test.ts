import { expect, test } from "vitest";
import { appArmorProfile, parseSecurityOption } from "./security-options.ts";

test.each([
  ["no-new-privileges", { kind: "no-new-privileges", value: true }],
  ["no-new-privileges:true", { kind: "no-new-privileges", value: true }],
  ["no-new-privileges=0", { kind: "no-new-privileges", value: false }],
  ["no-new-privileges=maybe", { kind: "refused", field: "noNewPrivileges" }],
  ["no-new-privileges=", { kind: "refused", field: "noNewPrivileges" }],
  ["seccomp:unconfined", { kind: "seccomp", value: { mode: "unconfined" } }],
  ["seccomp=builtin", { kind: "seccomp", value: { mode: "default" } }],
  ["seccomp=default", { kind: "seccomp", value: { mode: "file", path: "default" } }],
  ["seccomp=a:b.json", { kind: "seccomp", value: { mode: "file", path: "a:b.json" } }],
  ["seccomp=", { kind: "refused", field: "seccomp" }],
  ["seccomp", { kind: "refused", field: "seccomp" }],
  ["apparmor=unconfined", { kind: "apparmor", value: { mode: "unconfined" } }],
  ["apparmor:mine", { kind: "apparmor", value: { mode: "profile", name: "mine" } }],
  ["label=disable", { kind: "selinux", value: { mode: "disabled" } }],
  ["label:type:spc_t", { kind: "selinux", value: { mode: "custom", type: "spc_t" } }],
  ["label:type=spc_t", { kind: "selinux", value: { mode: "custom", type: "spc_t" } }],
  ["label=level:s0:c1,c2", { kind: "selinux", value: { mode: "custom", level: "s0:c1,c2" } }],
  ["label=filetype:x_t", { kind: "other" }],
  ["label=nonsense", { kind: "refused", field: "selinux" }],
  ["systempaths=unconfined", { kind: "unmasked-proc" }],
  ["systempaths=foo", { kind: "refused", field: "procMask" }],
  ["writable-cgroups=true", { kind: "other" }],
  ["privileged-without-host-devices", { kind: "other" }],
  ["unmask=ALL", { kind: "refused" }],
  ["constructor=1", { kind: "refused" }],
])("docker reads %s", (text, wanted) => {
  expect(parseSecurityOption(text, "docker")).toMatchObject(wanted);
});

test("podman has options of its own, and no builtin profile", () => {
  const kind = (text: string): string => parseSecurityOption(text, "podman").kind;
  expect(["unmask=ALL", "mask=/proc/x", "proc-opts=hidepid=2", "label=nested"].map(kind)).toEqual([
    "unmasked-proc",
    "other",
    "other",
    "other",
  ]);
  expect(parseSecurityOption("seccomp=builtin", "podman")).toMatchObject({
    value: { mode: "file" },
  });
});

test("the engines' own AppArmor profiles are the default", () => {
  expect(appArmorProfile("docker-default")).toEqual({ mode: "default" });
  expect(appArmorProfile("containers-default-0.61.1")).toEqual({ mode: "default" });
  expect(appArmorProfile("containers-default-not")).toMatchObject({ mode: "profile" });
});
