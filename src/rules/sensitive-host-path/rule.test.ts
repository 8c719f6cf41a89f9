import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
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

test("the same mount is less grave for another user than root", () => {
  const user = { user: known(parseUser("1000"), written) };
  expect(severity("/etc", false, user)).toEqual(["high"]);
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
