import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capabilityNames } from "./capabilities.ts";
import { dangerousSyscalls } from "./dangerous-syscalls.ts";
import { explainWord } from "./explain.ts";
import { fields, fieldsNamed } from "./fields.ts";
import { layers } from "./layers.ts";
import { isAllowedSelinuxType } from "./mac.ts";
import { isSafeSysctl, normaliseSysctl, sysctlFacts } from "./sysctls.ts";
import { architecturesOf } from "./syscalls.ts";

describe("explaining a word", () => {
  test.each([
    ["NET_RAW", "capability"],
    ["cap_sys_admin", "capability"],
    ["keyctl", "syscall"],
    ["read", "syscall"],
    ["seccomp", "layer"],
    ["AppArmor", "layer"],
    ["pid", "namespace"],
    ["CapAdd", "field"],
    ["HostConfig.Privileged", "field"],
    ["--cap-add", "field"],
    ["cap_drop", "field"],
    ["runAsNonRoot", "field"],
    ["securityContext.runAsUser", "field"],
    ["hostPID", "field"],
    ["spec.hostNetwork", "field"],
  ])("%s is a %s", (word, kind) => {
    const found = explainWord(word);
    expect(found.map((explanation) => explanation.kind)).toContain(kind);
    for (const { title, meaning, gain, setting } of found) {
      expect([title, meaning, gain].every((text) => text.length > 5)).toBe(true);
      expect(setting.length).toBeGreaterThan(0);
    }
  });

  test("a capability says who has it by default, a system call what Docker does with it", () => {
    expect(explainWord("NET_RAW")[0]?.notes[0]).toBe("By default Docker gives it.");
    expect(explainWord("CHOWN")[0]?.notes[0]).toBe(
      "By default Docker and Podman and CRI-O give it.",
    );
    expect(explainWord("SYS_ADMIN")[0]?.notes[0]).toBe("No engine gives it by default.");
    expect(explainWord("mount").find(({ kind }) => kind === "syscall")?.notes).toContain(
      "Docker's default profile denies it.",
    );
    expect(explainWord("socket")[0]?.notes[0]).toContain("some arguments only");
  });

  test("every capability, dangerous call, layer and field has something to say", () => {
    const words = [
      ...capabilityNames,
      ...dangerousSyscalls.map(({ name }) => name),
      ...layers.map(({ name }) => name),
      ...fields.flatMap(({ hostConfig, compose, kubernetes }) => [hostConfig, compose, kubernetes]),
    ];
    const silent = words.filter((word) => word !== undefined && explainWord(word).length === 0);
    expect(silent).toEqual([]);
  });

  test("any text is taken", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (word) => {
        expect(Array.isArray(explainWord(word))).toBe(true);
      }),
    );
    for (const word of ["__proto__", "constructor", "", " "]) {
      expect(explainWord(word)).toEqual([]);
      expect(fieldsNamed(word)).toEqual([]);
    }
  });

  test("every dangerous call exists somewhere, once", () => {
    const names = dangerousSyscalls.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => architecturesOf(name).length === 0)).toEqual([]);
    const needs = dangerousSyscalls.flatMap((syscall) => syscall.needs ?? []);
    expect(needs.filter((name) => !capabilityNames.includes(name))).toEqual([]);
  });
});

describe("sysctls", () => {
  test.each([
    ["net.ipv4.ip_unprivileged_port_start", "network", 0],
    ["net.ipv4.tcp_keepalive_time", "network", 29],
    ["net.ipv4.tcp_notsent_lowat", "network", 37],
    ["net.core.somaxconn", "network", undefined],
    ["kernel.shm_rmid_forced", "ipc", 0],
    ["kernel.msgmax", "ipc", undefined],
    ["fs.mqueue.msg_max", "ipc", undefined],
    ["kernel.domainname", "uts", undefined],
    ["kernel.core_pattern", "none", undefined],
    ["vm.max_map_count", "none", undefined],
  ])("%s belongs to %s and is safe since %s", (name, namespace, since) => {
    const facts = sysctlFacts(name);
    expect(facts.namespace).toBe(namespace);
    expect(facts.safeSince).toBe(since);
  });

  test("are safe by version", () => {
    expect(isSafeSysctl("net.ipv4.tcp_rmem", 31)).toBe(false);
    expect(isSafeSysctl("net.ipv4.tcp_rmem", 32)).toBe(true);
    expect(isSafeSysctl("net/ipv4/tcp_rmem", 32)).toBe(true);
    expect(isSafeSysctl("constructor", 99)).toBe(false);
  });

  test("with slashes are the same", () => {
    expect(normaliseSysctl("net/ipv4/conf/eth0.1/forwarding")).toBe(
      "net.ipv4.conf.eth0/1.forwarding",
    );
    expect(normaliseSysctl("kernel.core_pattern")).toBe("kernel.core_pattern");
    expect(sysctlFacts("kernel/core_pattern").danger?.severity).toBe("critical");
  });
});

test("SELinux types are allowed by version", () => {
  expect(isAllowedSelinuxType("container_t", 0)).toBe(true);
  expect(isAllowedSelinuxType("container_engine_t", 30)).toBe(false);
  expect(isAllowedSelinuxType("container_engine_t", 31)).toBe(true);
  expect(isAllowedSelinuxType("spc_t", 99)).toBe(false);
});
