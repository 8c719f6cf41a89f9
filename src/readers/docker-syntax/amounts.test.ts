import fc from "fast-check";
import { expect, test } from "vitest";
import { parseByteSize, parseDecimal, parseMemoryLimit } from "./amounts.ts";

/** The cases of go-units' own documentation and tests, and the edges of its grammar. */
test.each<[string, number | undefined]>([
  ["0", 0],
  ["32", 32],
  ["32b", 32],
  ["32B", 32],
  ["32k", 32 * 1024],
  ["32kb", 32 * 1024],
  ["32Kib", 32 * 1024],
  ["32 Mb", 32 * 1024 ** 2],
  ["32GiB", 32 * 1024 ** 3],
  ["32t", 32 * 1024 ** 4],
  ["32PB", 32 * 1024 ** 5],
  ["32.5kB", 32.5 * 1024],
  ["32.5 kB", 32.5 * 1024],
  ["0.3 K", 307],
  [".3kB", 307],
  ["5.", 5],
  ["+5m", 5 * 1024 ** 2],
  ["1e3k", 1000 * 1024],
  ["5 ", 5],
  ["", undefined],
  ["m", undefined],
  ["hello", undefined],
  ["-32", undefined],
  ["-1m", undefined],
  [" 32", undefined],
  ["32  m", undefined],
  ["32 mb ", undefined],
  ["32ib", undefined],
  ["32bb", undefined],
  ["32kbb", undefined],
  ["32e", undefined],
  ["32m b", undefined],
  ["0x20", undefined],
  ["1e400", undefined],
  ["8192p", undefined],
])("%j is %j bytes", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test("a negative whole number is no limit", () => {
  expect(["-1", "-4096", "-1m", "-0.5", "512m"].map(parseMemoryLimit)).toEqual([
    -1,
    -1,
    undefined,
    undefined,
    512 * 1024 ** 2,
  ]);
});

test("the unit scales the number, in every spelling", () => {
  const units = fc.constantFrom("", "k", "m", "g");
  const endings = fc.constantFrom("", "b", "B", "ib", "iB");
  fc.assert(
    fc.property(fc.nat(100_000), units, endings, fc.boolean(), (number, unit, ending, upper) => {
      fc.pre(unit !== "" || ending.length < 2);
      const written = `${number}${upper ? unit.toUpperCase() : unit}${ending}`;
      expect(parseByteSize(written)).toBe(number * 1024 ** ["", "k", "m", "g"].indexOf(unit));
      expect(parseByteSize(written.replace(/^\d+/, "$& "))).toBe(parseByteSize(written));
    }),
  );
});

test("any text gives whole bytes or nothing", () => {
  const near = fc
    .array(fc.constantFrom(..."0123456789.eE+- kmgtpib".split("")), { maxLength: 12 })
    .map((characters) => characters.join(""));
  fc.assert(
    fc.property(fc.oneof(near, fc.string()), (text) => {
      const bytes = parseByteSize(text);
      expect(bytes === undefined || (Number.isInteger(bytes) && bytes >= 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each<[string, number | undefined]>([
  ["1.5", 1.5],
  [".5", 0.5],
  ["2.", 2],
  ["-1", -1],
  ["1e3", 1000],
  ["", undefined],
  [".", undefined],
  ["1.2.3", undefined],
  ["0x1", undefined],
  ["two", undefined],
])("%j is the number %j", (text, number) => {
  expect(parseDecimal(text)).toBe(number);
});
