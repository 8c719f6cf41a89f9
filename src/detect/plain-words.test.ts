import { expect, test } from "vitest";
import { findAssignedSecrets } from "./assignments.ts";
import { isPlainWords } from "./plain-words.ts";
import { randomText, seededRandom } from "./testing.ts";

const secret = randomText("base62", 22, seededRandom(31));

const confidences = (text: string): string[] =>
  findAssignedSecrets(text).map(({ confidence }) => confidence);

test.each([
  "properties:\n  token: string",
  "x:\n  secret: boolean",
  "properties:\n  password: {type: integer}",
  "  password: {\n    type: string }",
  "  password: [string, integer]",
  "  password: string?",
  "password: varchar(255)",
])("a schema holds none: %s", (text) => {
  expect(confidences(text)).toEqual([]);
});

test.each([
  "de:\n  secret: Geheimnis",
  'fr:\n  password: "Mot de passe"',
  "es:\n  password: Contrase\u00c3\u00b1a",
  "en:\n  password: Enter the password, at least 8 characters.",
  "login.password=Passwort",
])("words for people are of low confidence at most: %s", (text) => {
  expect(confidences(text).filter((confidence) => confidence !== "low")).toEqual([]);
});

test.each([
  `password: ${secret}`,
  "password: hunter2x9",
  "password: xkqzvbnmwrt",
  "password: qXvbTzKwPr",
  "DB_PASSWORD=Sommerregen",
  `password: "{${secret}"`,
])("what may well be a secret stays one of high confidence: %s", (text) => {
  expect(confidences(text)).toEqual(["high"]);
});

test("JSON in a collection of YAML is still read", () => {
  expect(confidences(`db: {"password": "${secret}"}`)).toEqual(["high"]);
});

test("long values are judged in time", () => {
  const before = performance.now();
  for (const part of ["a", "a ", "1a", ".", "b'"]) isPlainWords(part.repeat(1_000_000));
  findAssignedSecrets(`password: ${"a1 ".repeat(160)}\n`.repeat(500));
  expect(performance.now() - before).toBeLessThan(1500);
});
