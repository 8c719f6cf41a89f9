import { describe, expect, test } from "vitest";
import { known, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Workload } from "../../model/workload.ts";
import { bindMount, minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const root = { user: known(parseUser("0"), written) };

function severity(path: string, readOnly = false, rest: Partial<Workload> = root) {
  const mounts = [bindMount(path, { readOnly })];
  return verdicts(rule, minimalWorkload("run-line", { mounts }, rest)).map(
    (verdict) => verdict.split(" ")[0],
  );
}

test.each(["/", "/etc", "/etc/cron.d", "/root", "/var/lib/docker", "/var/lib/kubelet", "/proc"])(
  "%s, writable for root, is critical",
  (path) => {
    expect(severity(path)).toEqual(["critical"]);
  },
);

test.each(["/", "/etc", "/root", "/home", "/var/lib/docker", "/proc"])(
  "%s is a finding when read-only too",
  (path) => {
    expect(severity(path, true)).not.toEqual([]);
  },
);

test.each(["/variant", "/developer", "/etcetera", "/home/me/app", "/srv/data"])(
  "%s is nobody's business",
  (path) => {
    expect(severity(path)).toEqual([]);
  },
);

describe("another user than root", () => {
  const as = (user: string) => ({ user: known(parseUser(user), written) });

  test.each<[string, boolean, string]>([
    ["/etc", false, "medium"],
    ["/etc", true, "low"],
    ["/etc/shadow", true, "low"],
    ["/usr/bin/docker", false, "medium"],
    ["/usr", false, "medium"],
    ["/proc/sys/net", false, "low"],
    ["/var/lib/docker", false, "medium"],
    // Others than root own files there, or sockets answer them.
    ["/", false, "high"],
    ["/home", false, "medium"],
    ["/proc", false, "high"],
    ["/var/lib/docker/volumes", false, "medium"],
    ["/run", true, "medium"],
  ])("%s (read-only: %s) is %s", (path, readOnly, expected) => {
    expect(severity(path, readOnly, as("1000:1000"))).toEqual([expected]);
  });

  test("who cannot become root inside cannot write it at all", () => {
    const runtime = {
      mounts: [bindMount("/usr/bin/docker")],
      noNewPrivileges: known(true, written),
    };
    expect(verdicts(rule, minimalWorkload("run-line", runtime, as("1000")))).toEqual([
      "low /usr/bin/docker",
    ]);
    expect(verdicts(rule, minimalWorkload("run-line", runtime, as("0")))).toEqual([
      "critical /usr/bin/docker",
    ]);
  });

  test("root's group, a further group and an unknown user may get at more", () => {
    expect(severity("/etc/shadow", true, as("1000:0"))).toEqual(["medium"]);
    const groups = [{ text: "42", origin: written }];
    const runtime = { mounts: [bindMount("/etc/shadow", { readOnly: true })], groups };
    expect(verdicts(rule, minimalWorkload("run-line", runtime, as("1000")))).toEqual([
      "medium /etc/shadow",
    ]);
    const user = unknownFact("the image is not here", "pull it", written);
    expect(severity("/etc/shadow", true, { user })).toEqual(["high"]);
  });
});

describe("device files", () => {
  const disk = { mounts: [bindMount("/dev/sda")] };
  const privileged = known(true, written);
  const device = (form: "device" | "cgroup-rule", path: string) => ({
    devices: [{ form, path, origin: written }],
  });

  test.each<[string, object, string]>([
    ["by itself", {}, "low"],
    ["in a privileged container", { privileged }, "critical"],
    ["with a rule for disks", device("cgroup-rule", "b 8:* rmw"), "critical"],
    ["with a rule to create only", device("cgroup-rule", "b 8:* m"), "low"],
    ["with the device", device("device", "/dev/sda"), "critical"],
  ])("a disk %s is %s", (_, runtime, expected) => {
    const workload = minimalWorkload("run-line", { ...disk, ...runtime }, root);
    expect(verdicts(rule, workload)).toEqual([`${expected} /dev/sda`]);
  });
});

test("a single file has nothing below it to mount instead", () => {
  const help = (path: string) =>
    rule.check(minimalWorkload("run-line", { mounts: [bindMount(path)] }, root))[0]?.help;
  expect(help("/etc/shadow")).toMatch(/^Remove the mount/);
  expect(help("/dev/sda")).toMatch(/^Remove the mount/);
  expect(help("/etc")).toMatch(/^Mount only/);
  expect(help("/etc/cron.d")).toMatch(/^Mount only/);
});

test.each(["/etc/localtime", "/etc/ssl/certs"])("%s, read-only, is fine", (path) => {
  expect(severity(path, true)).toEqual([]);
});

test.each<[string, string[]]>([
  ["/", ["critical /"]],
  ["/etc/kubernetes", ["critical /etc/kubernetes"]],
  ["/run/docker.sock", ["critical /run/docker.sock"]],
  ["/mnt/data", []],
  ["/srv/volumes/a", []],
])("a volume that offers %s to whoever claims it", (hostPath, expected) => {
  const volume = minimalWorkload("kubernetes-container");
  const { runtime: _, ...rest } = volume;
  expect(verdicts(rule, { ...rest, hostVolumes: [bindMount(hostPath)] })).toEqual(expected);
});
