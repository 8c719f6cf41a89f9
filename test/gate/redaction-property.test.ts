/** Redaction over random answers of the schema: it never fails, and what it has hidden stays as it is. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { operations } from "../../src/gate/api/operations.ts";
import { answerType } from "../../src/gate/redact/answer-types.ts";
import { compileRedaction, type Level } from "../../src/gate/redact/compile.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../../src/gate/wire/json/value.ts";
import { writeJson } from "../../src/gate/wire/json/write.ts";
import { canonical } from "./support/json-values.ts";

/** Values of variables, wherever they stand. */
function variables(value: JsonValue, key = ""): readonly string[] {
  if (isJsonList(value)) {
    return key.toLowerCase() === "env"
      ? value.filter((entry) => typeof entry === "string")
      : value.flatMap((item) => variables(item));
  }
  return isJsonObject(value) ? [...value].flatMap(([name, inner]) => variables(inner, name)) : [];
}

const cases = [...operations.values()].flatMap((operation) => {
  const type = answerType(operation);
  return (["secrets", "strict"] as const).flatMap((level: Level) => {
    const redact = type === undefined ? undefined : compileRedaction(type, level);
    return type === undefined || redact === undefined
      ? []
      : [[operation.id, level, canonical(type), redact] as const];
  });
});

test("many answers are looked at", () => {
  expect(cases.length).toBeGreaterThan(60);
});

test.each(cases)("%s, %s", (_id, _level, answers, redact) => {
  fc.assert(
    fc.property(answers, fc.constantFrom(undefined, "b"), (answer, owner) => {
      const shown = redact(answer, owner);
      const again = redact(shown, owner);
      expect(writeJson(again)).toBe(writeJson(shown));
      for (const entry of variables(shown)) expect(entry).toMatch(/^[^=]*(?:=|=\*\*\*)?$/);
    }),
    { numRuns: 25 },
  );
});
