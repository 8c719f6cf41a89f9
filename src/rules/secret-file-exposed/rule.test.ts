import { expect, test } from "vitest";
import type { Mount } from "../../model/mounts.ts";
import { leaks, sentinel } from "../build-testing.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const mounts = (...list: Partial<Mount>[]) =>
  minimalWorkload("kubernetes-container", {
    mounts: list.map((each) => ({
      type: "secret",
      source: "db",
      readOnly: true,
      origin: written,
      ...each,
    })),
  });

test.each([
  [0o400, []],
  [0o440, []],
  [0o444, []],
  [0o644, []],
  [undefined, []],
  [0o755, ["low secret db"]],
  [0o666, ["medium secret db"]],
  [0o777, ["medium secret db"]],
  [0o460, ["medium secret db"]],
])("mode %s", (fileMode, expected) => {
  expect(verdicts(rule, mounts(fileMode === undefined ? {} : { fileMode }))).toEqual(expected);
});

test("a config with a secret is found, one without is not, and the value stays unsaid", () => {
  const config = (text: string) =>
    mounts({ type: "config", source: "ini", content: { text, span: somewhere } });
  expect(verdicts(rule, config(`[db]\nuser = app\npassword = ${sentinel}\n`))).toEqual([
    "high config ini",
  ]);
  expect(verdicts(rule, config(`url: "postgres://app:${sentinel}@db/x"\n`))).toEqual([
    "high config ini",
  ]);
  expect(
    verdicts(rule, config("[db]\nuser = app\npassword_file = /run/secrets/db\npassword = ${DB}\n")),
  ).toEqual([]);
  expect(leaks(rule, config(`{"api_key": "${sentinel}"}`))).toEqual({ found: 1, slices: [] });
  expect(leaks(rule, config(`  "api_key": "${sentinel}",\n`))).toEqual({ found: 1, slices: [] });
});
