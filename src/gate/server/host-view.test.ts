import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hostBelow, unseenHost } from "./host-view.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-host-"));
mkdirSync(join(root, "srv/app/data"), { recursive: true });
mkdirSync(join(root, "etc"));
writeFileSync(join(root, "etc/shadow"), "");
symlinkSync("/", join(root, "srv/app/root"));
symlinkSync("../../etc", join(root, "srv/app/up"));
symlinkSync("../../../../../../../etc", join(root, "srv/app/far-up"));
symlinkSync("loop", join(root, "srv/app/loop"));
symlinkSync("/srv/app/up/shadow", join(root, "srv/app/twice"));
symlinkSync("missing", join(root, "srv/app/dangling"));
afterAll(() => rmSync(root, { recursive: true }));

const cases: readonly (readonly [string, string | undefined])[] = [
  ["/srv/app/data", "/srv/app/data"],
  ["/srv//app/./data/", "/srv/app/data"],
  ["/srv/app/data/../../../etc", "/etc"],
  ["/../../..", "/"],
  ["/srv/app/root", "/"],
  ["/srv/app/root/etc/shadow", "/etc/shadow"],
  ["/srv/app/up/shadow", "/etc/shadow"],
  ["/srv/app/far-up", "/etc"],
  ["/srv/app/twice", "/etc/shadow"],
  ["/srv/app/loop", undefined],
  ["/srv/app/dangling", undefined],
  ["/srv/app/none/at/all", undefined],
  ["/etc/shadow/below", undefined],
  ["relative", undefined],
  ["/srv/\0", undefined],
  [`/${"a/".repeat(4000)}`, undefined],
];

test.each(cases)("%j is %j", async (path, expected) => {
  expect(await hostBelow(root).realPath(path)).toBe(expected);
});

test("a host that cannot be looked at is unseen", async () => {
  expect(await unseenHost.realPath("/etc")).toBe("unseen");
});
