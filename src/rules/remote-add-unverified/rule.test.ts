import { expect, test } from "vitest";
import { copyStep, leaks, sentinel, stage } from "../build-testing.ts";
import { verdicts } from "../testing.ts";
import { rule } from "./rule.ts";

const commit = "1f0e3dad99908345f7439f8ffabdffc4d0c6e5b1";
const of = (source: string, rest: Parameters<typeof copyStep>[1] = {}) =>
  verdicts(rule, stage({ copies: [copyStep([source], { what: "ADD", ...rest })] }));

test.each([
  "https://files.example.com/app.tgz",
  "http://files.example.com/app.tgz",
  "https://files.example.com/app-${VERSION}.tgz",
  "https://files.example.com/repo.git",
  "https://files.example.com/repo.git#main",
  `https://files.example.com/repo.git#${commit.slice(0, 10)}`,
  "git@files.example.com:shop/app.git",
])("ADD %s", (source) => {
  expect(of(source)).toEqual(["medium files.example.com"]);
});

test.each([
  "app.tgz",
  ".",
  `https://files.example.com/repo.git#${commit}`,
  `https://files.example.com/repo.git#${commit}:sub`,
  `git@files.example.com:shop/app.git#${commit}`,
])("ADD %s is verified or local", (source) => {
  expect(of(source)).toEqual([]);
});

test("a checksum makes it right, COPY is never remote, a builder stage is less grave", () => {
  expect(of("https://files.example.com/a", { checksum: "sha256:00" })).toEqual([]);
  expect(of("https://files.example.com/a", { what: "COPY" })).toEqual([]);
  expect(of("https://files.example.com/a", { inImage: false })).toEqual(["low files.example.com"]);
});

test("credentials of the address are not repeated", () => {
  const step = copyStep(
    [`https://${sentinel}:${sentinel}@files.example.com/${sentinel}?x=${sentinel}`],
    { what: "ADD" },
  );
  expect(leaks(rule, stage({ copies: [step] }))).toEqual({ found: 1, slices: [] });
});
