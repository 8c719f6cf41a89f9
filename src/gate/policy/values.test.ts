import fc from "fast-check";
import { expect, test } from "vitest";
import {
  readAddress,
  readAdmin,
  readBind,
  readCpus,
  readPort,
  readSize,
  readTime,
  readVersion,
  writeAddress,
  writeCpus,
  writePort,
  writeSize,
  writeTime,
} from "./values.ts";

test.each([
  ["0", 0n],
  ["1048576", 1024n ** 2n],
  ["512k", 512n * 1024n],
  ["1.5g", 1536n * 1024n ** 2n],
  ["2GiB", 2n * 1024n ** 3n],
  ["9007199254740993", undefined],
  ["999999999999999", 999_999_999_999_999n],
  ["-1", undefined],
  ["1q", undefined],
  ["", undefined],
])("the size %j", (text, bytes) => {
  expect(readSize(text)).toBe(bytes);
});

test.each([
  ["500ms", 500],
  ["10s", 10_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["0s", 0],
  ["10", undefined],
  ["1d", undefined],
  ["597h", undefined],
])("the time %j", (text, milliseconds) => {
  expect(readTime(text)).toBe(milliseconds);
});

test.each([
  ["127.0.0.1:2376", { host: "127.0.0.1", port: 2376 }],
  ["[::1]:1", { host: "::1", port: 1 }],
  ["gate.internal:65535", { host: "gate.internal", port: 65_535 }],
  [":2375", undefined],
  ["h:0", undefined],
  ["h:65536", undefined],
  ["::1:1", undefined],
  ["-o:1", undefined],
  ["h", undefined],
])("the address %j", (text, address) => {
  expect(readAddress(text)).toEqual(address);
});

test.each([
  ["0", { address: "", first: 32_768, last: 60_999 }],
  ["127.0.0.1:0", { address: "127.0.0.1", first: 32_768, last: 60_999 }],
  ["0-10", undefined],
  ["1-65536", undefined],
  ["256.0.0.1:80", undefined],
  ["h:80", undefined],
])("the port %j", (text, port) => {
  expect(readPort(text)).toEqual(port);
});

test("addresses of pages, binds and versions", () => {
  expect(readAdmin("unix:///run/a")).toEqual({ kind: "unix", path: "/run/a" });
  expect(readAdmin("unix://run/a")).toBeUndefined();
  expect(readBind("/a:b")).toEqual({ source: "/a:b", below: false, readOnly: true });
  expect(readBind("/a:rw")).toEqual({ source: "/a", below: false, readOnly: false });
  expect(readVersion("1.44")).toBe(44);
  expect(readVersion("1.044")).toBeUndefined();
  expect(readVersion("2.0")).toBeUndefined();
});

test("what is written is read as the same", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 2n ** 49n }),
      fc.bigInt({ min: 1n, max: 99_999_999_999_999n }),
      fc.nat(2 ** 31 - 1),
      fc.tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 })),
      (bytes, nanoCpus, milliseconds, [one, other]) => {
        expect(readSize(writeSize(bytes))).toBe(bytes);
        expect(readCpus(writeCpus(nanoCpus))).toBe(nanoCpus);
        expect(readTime(writeTime(milliseconds))).toBe(
          milliseconds <= 999_999_999 || milliseconds % 1000 === 0 ? milliseconds : undefined,
        );
        const port = { address: "::1", first: Math.min(one, other), last: Math.max(one, other) };
        expect(readPort(writePort(port))).toEqual(port);
        const address = { host: "::1", port: one };
        expect(readAddress(writeAddress(address))).toEqual(address);
      },
    ),
  );
});
