import { describe, expect, test } from "vitest";
import { createByteScanner } from "./scanner.ts";
import { bytesOf, settledSightingsIn } from "./testing.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const scanner = createByteScanner({ keyedHash: () => "" });
const valuesIn = (text: string) =>
  settledSightingsIn(scanner, bytesOf(text)).map(({ start, end, confidence }) =>
    [confidence, text.slice(start, end)].join(" "),
  );

const noise = "\x7fELF\x02\x01\x01\0\0\0\x90\x90\xc3";

describe("environments of processes between NULs", () => {
  test.each([
    `${noise}\0PATH=/usr/bin:/bin\0DB_PASSWORD=${VALUE}\0LANG=C\0`,
    `DB_PASSWORD=${VALUE}\0HOME=/root\0`,
    `HOME=/root\0API_TOKEN=${VALUE}`,
    `${noise}\0SHLVL=1\0SIGNING_SECRET=${VALUE}\0\0\0`,
    `${noise}\0EMPTY=\0ENCRYPTION_KEY=${VALUE}\0X=1\0`,
  ])("%j", (text) => {
    expect(valuesIn(text)).toEqual([expect.stringMatching(`^(?:high|medium) ${VALUE}$`)]);
  });

  test("what is known by its form is found by it", () => {
    const token = ["ghp", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].join("_");
    const text = `HOME=/\0GITHUB_TOKEN=${token}\0X=1\0`;
    expect(settledSightingsIn(scanner, bytesOf(text))).toMatchObject([
      { detector: "github-token" },
    ]);
  });
});

describe("nothing", () => {
  test.each([
    // Texts of a program.
    `${noise}\0usage: app\0PASSWORD=${VALUE}\0error\0`,
    `${noise}\0%s=%s\0PASSWORD=\0TOKEN=\0`,
    `${noise}\0A=1\0PASSWORD=%s\0B=2\0`,
    `HOME=/root\0PWD=/srv/app1\0OLDPWD=/srv/app2\0`,
    `HOME=/root\0TOKEN_FILE=/run/token1\0API_TOKEN=/run/token1\0X=1\0`,
    `HOME=/root\0DB_PASSWORD=changeme\0X=1\0`,
    `HOME=/root\0PUBLIC_KEY=abc\0X=1\0`,
    // No block: lines of a source.
    `a = 1\nDB_PASSWORD=${VALUE}\nb = 2\n`,
    `HOME=/root\0xDB_PASSWORD=${VALUE}\x01\0X=1\0`,
  ])("%j", (text) => {
    expect(valuesIn(text)).toEqual([]);
  });
});

test.each(["A_TOKEN=\0", "_KEY=", "\0_KEY=a", "\0A=", "PASSWORD=\0PASSWORD="])(
  "a megabyte of %j is scanned in time",
  (unit) => {
    const bytes = bytesOf(unit.repeat(Math.ceil(1_000_000 / unit.length)));
    const big = createByteScanner({ keyedHash: () => "" });
    const start = performance.now();
    settledSightingsIn(big, bytes);
    expect(performance.now() - start).toBeLessThan(3000);
  },
);
