import fc from "fast-check";
import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import { defaultRuntime } from "../../readers/default-runtime.ts";
import { capableOf, fileOf, imageOf } from "../image-contents-testing.ts";
import { somewhere, verdicts, written } from "../testing.ts";
import { programAt } from "./programs.ts";
import { rule } from "./rule.ts";

test.each<[string, string]>([
  ["/bin/bash", "high"],
  ["/usr/bin/find", "high"],
  ["/usr/bin/python3.13", "high"],
  ["/usr/bin/perl5.40.1", "high"],
  ["/usr/local/bin/node", "high"],
  ["/usr/bin/vim.basic", "high"],
  ["/usr/bin/cp", "high"],
  ["/usr/bin/env", "high"],
  ["/lib64/ld-linux-x86-64.so.2", "high"],
  ["/tmp/bash", "high"],
  ["/usr/bin/sudo", "medium"],
  ["/usr/bin/pkexec", "medium"],
  ["/opt/app/helper", "medium"],
  // A name that is known elsewhere says nothing here.
  ["/app/su", "medium"],
])("setuid root, %s is %s", (path, severity) => {
  expect(verdicts(rule, imageOf({ setuid: [fileOf(path)] }))).toEqual([
    `${severity} ${path} setuid`,
  ]);
});

test("what distributions bring is one finding, and nothing to hurry for", () => {
  const usual = ["su", "mount", "umount", "passwd", "chsh", "chfn", "newgrp", "gpasswd"];
  const workload = imageOf({
    setuid: [
      ...usual.map((name) => fileOf(`/usr/bin/${name}`)),
      fileOf("/usr/bin/chage", { mode: 0o2755, gid: 42 }),
      fileOf("/usr/lib/openssh/ssh-keysign"),
      fileOf("/usr/lib/dbus-1.0/dbus-daemon-launch-helper", { mode: 0o4754 }),
      fileOf("/bin/bbsuid", { mode: 0o4111 }),
    ],
    capable: [
      capableOf("/usr/bin/ping", "NET_RAW"),
      capableOf("/usr/bin/newuidmap", "SETUID"),
      capableOf("/usr/local/bin/caddy", "NET_BIND_SERVICE"),
    ],
  });
  expect(verdicts(rule, workload)).toEqual(["low programs of the distribution"]);
  const [finding] = rule.check(workload);
  expect(finding?.message).toBe("15 setuid, setgid or capable programs of the distribution");
  expect(finding?.detail).toContain("/usr/bin/su (setuid)");
  const asRoot = { ...workload, user: known(parseUser(""), written) };
  expect(verdicts(rule, asRoot)).toEqual(["info programs of the distribution"]);
});

test.each<[string[], string[]]>([
  [["SETUID"], ["high /usr/bin/x capabilities SETUID"]],
  [["DAC_OVERRIDE", "NET_RAW"], ["high /usr/bin/x capabilities DAC_OVERRIDE NET_RAW"]],
  [["SYS_ADMIN"], ["medium /usr/bin/x capabilities SYS_ADMIN"]],
  [["NET_BIND_SERVICE"], ["low programs of the distribution"]],
  [[], []],
])("a file with %j", (names, expected) => {
  expect(verdicts(rule, imageOf({ capable: [capableOf("/usr/bin/x", ...names)] }))).toEqual(
    expected,
  );
});

test("a capability that no container holds by default is said to be so", () => {
  const [finding] = rule.check(imageOf({ capable: [capableOf("/x", "SYS_ADMIN")] }));
  expect(finding?.detail).toContain("SYS_ADMIN only where it is added");
});

test("for whoever is root already all of it counts less", () => {
  const workload = imageOf(
    { setuid: [fileOf("/bin/bash")] },
    { user: known(parseUser("0"), written) },
  );
  expect(verdicts(rule, workload)).toEqual(["medium /bin/bash setuid"]);
});

test.each<[number, number, number, string[]]>([
  [0o4755, 1000, 1000, ["low /app/x setuid"]],
  [0o2755, 0, 0, ["low /app/x setgid"]],
  [0o2755, 0, 33, ["low /app/x setgid"]],
  // Without the right to execute, the bit meant mandatory locks.
  [0o2644, 0, 0, []],
  [0o6755, 0, 0, ["medium /app/x setuid and setgid"]],
])("mode %o of %d:%d", (mode, uid, gid, expected) => {
  expect(verdicts(rule, imageOf({ setuid: [fileOf("/app/x", { mode, uid, gid })] }))).toEqual(
    expected,
  );
});

test("with no-new-privileges the bits do nothing", () => {
  const runtime = {
    ...defaultRuntime("docker", somewhere),
    noNewPrivileges: known(true, written),
  };
  const files = { setuid: [fileOf("/bin/bash")] };
  expect(verdicts(rule, imageOf(files, { kind: "container", runtime }))).toEqual([]);
  const open = { ...runtime, noNewPrivileges: known(false, written) };
  expect(verdicts(rule, imageOf(files, { kind: "container", runtime: open }))).toHaveLength(1);
});

test("an image full of them gives a bounded number of findings", () => {
  const setuid = Array.from({ length: 5000 }, (_, index) => fileOf(`/x/${String(index)}`));
  const findings = rule.check(imageOf({ setuid }));
  expect(findings).toHaveLength(101);
  expect(findings.at(-1)?.message).toContain("4900 further programs");
});

test("any path is some program, in no time", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (path) => void programAt(`/bin/${path}`)));
  expect(programAt(`/bin/${"1".repeat(1_000_000)}a`)).toBe("other");
});
