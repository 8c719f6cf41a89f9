import { expect, test } from "vitest";
import { parseJsonBytes } from "../wire/json/parse.ts";
import { writeJson } from "../wire/json/write.ts";
import { withoutOwnerLabel } from "./own-label.ts";

test.each([
  ['{"Name":"n","Labels":{"a":"b","dev.plimsoll.owner":"me"}}', '{"Name":"n","Labels":{"a":"b"}}'],
  ['[{"Labels":{"dev.plimsoll.owner":"me"}},{"Labels":null}]', '[{"Labels":{}},{"Labels":null}]'],
  [
    '{"Volumes":[{"Labels":{"dev.plimsoll.owner":"me"}}],"Warnings":null}',
    '{"Volumes":[{"Labels":{}}],"Warnings":null}',
  ],
])("%s", (told, shown) => {
  const parsed = parseJsonBytes(new TextEncoder().encode(told));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  expect(writeJson(withoutOwnerLabel(parsed.value))).toBe(shown);
});

test("what has no such label stays the same value, so that the engine's bytes pass", () => {
  const value = new Map([["Labels", new Map([["a", "b"]])]]);
  expect(withoutOwnerLabel(value)).toBe(value);
});
