/** The small readers of what stands in bodies: as dockerd reads it, or refused. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { readBindText } from "./bind-text.ts";
import { capabilityName } from "./capabilities.ts";
import { readHostPort } from "./ports.ts";
import { readSecurityEntry } from "./security-opt.ts";
import { isWithin, readPrefix } from "./subnets.ts";
import { volumeKind } from "./volume-options.ts";

test.each<[string, string | undefined]>([
  ["/a:/b", "/a"],
  ["/a:/b:ro,z", "/a"],
  ["data:/b:nocopy", "data"],
  ["/b", ""],
  ["", undefined],
  ["/a:", undefined],
  [":/b", undefined],
  ["/a:b", undefined],
  ["/a:/b:ro:x", undefined],
  ["/a:/b:private,slave", undefined],
])("the source of %s is %s", (text, source) => {
  expect(readBindText(text)?.source).toBe(source);
});

test("reading binds never throws, and a source is a part of the text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const source = readBindText(text)?.source;
      expect(source === undefined || text.startsWith(source)).toBe(true);
    }),
  );
});

test.each<[string, string | undefined]>([
  ["sys_admin", "SYS_ADMIN"],
  ["CAP_NET_RAW", "NET_RAW"],
  ["cap_cap_x", "CAP_X"],
  ["\u017fys_admin", undefined],
  ["sys_adm\u0131n", undefined],
  ["SYS-ADMIN", undefined],
])("the capability %s is %s", (text, name) => {
  expect(capabilityName(text)).toBe(name);
});

test.each<[string, string, string]>([
  ["seccomp=a:b", "seccomp", "a:b"],
  ["label:type:x", "label", "type:x"],
  ["label:type=x", "label:type", "x"],
  ["disable", "label", "disable"],
  ["no-new-privileges", "no-new-privileges", "true"],
  ["apparmor=", "apparmor", ""],
])("the option %s is %s with %s", (text, name, value) => {
  expect(readSecurityEntry(text)).toEqual({ name, value });
});

test.each<[Readonly<Record<string, string>>, string]>([
  [{}, "plain"],
  [{ size: "10G" }, "plain"],
  [{ type: "tmpfs", device: "tmpfs", o: "size=100m,uid=1000" }, "plain"],
  [{ type: "tmpfs", device: "tmpfs", o: "size=100m,mpol=bind" }, "other"],
  [{ type: "none", o: "bind", device: "/srv" }, "bind"],
  [{ type: "none", o: "bind,ro,nosuid", device: "/srv" }, "bind"],
  [{ type: "none", device: "/srv" }, "other"],
  [{ device: "/dev/sda" }, "other"],
  [{ o: "addr=x" }, "other"],
])("a volume with %j is %s", (options, kind) => {
  expect(volumeKind(new Map(Object.entries(options))).kind).toBe(kind);
});

test("a bind that holds others below it is not read-only by its flag", () => {
  const flags = (o: string): unknown =>
    volumeKind(
      new Map([
        ["o", o],
        ["device", "/srv"],
      ]),
    );
  expect(flags("bind,ro")).toMatchObject({ readOnly: true });
  expect(flags("rbind,ro")).toMatchObject({ readOnly: false });
  expect(flags("bind,ro,rw")).toMatchObject({ readOnly: false });
});

test.each<[string, number | undefined, number | undefined]>([
  ["80", 80, 80],
  ["8000-8010", 8000, 8010],
  ["", 32_768, 60_999],
  ["0", 32_768, 60_999],
  ["0-80", undefined, undefined],
  ["80-70", undefined, undefined],
  ["65536", undefined, undefined],
  ["x", undefined, undefined],
])("the port %s is from %s to %s", (text, first, last) => {
  const range = readHostPort(text);
  expect([range?.first, range?.last]).toEqual([first, last]);
});

test.each<[string, string, boolean]>([
  ["10.5.7.0/24", "10.5.0.0/16", true],
  ["10.5.0.0/16", "10.5.0.0/16", true],
  ["10.4.0.0/15", "10.5.0.0/16", false],
  ["10.6.0.0/24", "10.5.0.0/16", false],
  ["fd00:5::/64", "fd00:5::/48", true],
  ["fd00:6::/64", "fd00:5::/48", false],
  ["::ffff:10.5.0.0/112", "10.5.0.0/16", false],
  ["0.0.0.0/0", "10.0.0.0/8", false],
])("%s within %s: %s", (inner, outer, expected) => {
  const [one, other] = [readPrefix(inner), readPrefix(outer)];
  if (one === undefined || other === undefined) throw new Error("no prefix");
  expect(isWithin(one, other)).toBe(expected);
});

test.each(["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "x/8", "fe80::1%eth0/64", "::/129"])(
  "%s is no prefix",
  (text) => {
    expect(readPrefix(text)).toBeUndefined();
  },
);
