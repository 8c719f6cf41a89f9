import fc from "fast-check";
import { expect, test } from "vitest";
import { addressKind, isLoopbackHost, literalAddress } from "./address.ts";

test.each([
  ["93.184.216.34", "public"],
  ["9.255.255.255", "public"],
  ["11.0.0.0", "public"],
  ["172.15.255.255", "public"],
  ["172.32.0.0", "public"],
  ["100.63.255.255", "public"],
  ["100.128.0.0", "public"],
  ["126.255.255.255", "public"],
  ["128.0.0.0", "public"],
  ["192.167.1.1", "public"],
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["192.168.0.1", "private"],
  ["100.100.100.200", "private"],
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["0.0.0.0", "loopback"],
  ["169.254.169.254", "link-local"],
  ["224.0.0.1", "reserved"],
  ["255.255.255.255", "reserved"],
  ["203.0.113.9", "reserved"],
  ["2606:4700::1111", "public"],
  ["2a00:1450:4001:81b::200e", "public"],
  ["::1", "loopback"],
  ["::", "loopback"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local"],
  ["febf::1", "link-local"],
  ["fd00:ec2::254", "private"],
  ["fc00::1", "private"],
  ["fec0::1", "private"],
  ["ff02::1", "reserved"],
  ["2001:db8::1", "reserved"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["::ffff:a9fe:a9fe", "link-local"],
  ["::ffff:93.184.216.34", "public"],
  ["::127.0.0.1", "loopback"],
  ["64:ff9b::10.0.0.1", "private"],
  ["64:ff9b::5db8:d822", "public"],
  ["64:ff9b:1::1", "private"],
  ["2002:7f00:0001::1", "loopback"],
  ["2002:0a00:0001::", "private"],
  ["2002:5db8:d822::1", "public"],
  ["2001::1", "reserved"],
  ["not an address", "reserved"],
  ["", "reserved"],
])("%s is %s", (address, kind) => {
  expect(addressKind(address)).toBe(kind);
});

test("however a URL writes this machine's address, it is seen", () => {
  for (const host of [
    "127.1",
    "0x7f.1",
    "2130706433",
    "0177.0.0.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "localhost",
    "a.localhost",
    "LOCALHOST",
  ]) {
    expect([host, isLoopbackHost(new URL(`http://${host}:80/`).hostname)]).toEqual([host, true]);
  }
  for (const host of ["localhost.example", "example.com", "10.0.0.1", "[fe80::1]"]) {
    expect([host, isLoopbackHost(new URL(`http://${host}/`).hostname)]).toEqual([host, false]);
  }
  expect(literalAddress("[fe80::1]")).toBe("fe80::1");
  expect(literalAddress("example.com")).toBeUndefined();
});

test("every address has a kind, and its mapped form the same one", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(addressKind(`::ffff:${address}`)).toBe(addressKind(address));
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      expect(addressKind(address)).toMatch(/^(?:public|private|loopback|link-local|reserved)$/);
    }),
  );
});
