import { describe, expect, test } from "vitest";
import { createByteScanner } from "./scanner.ts";
import { bytesOf, settledSightingsIn } from "./testing.ts";

const VALUE = ["R4nd7Xk2", "LmZp9RtW"].join("");
const scanner = createByteScanner({ keyedHash: () => "" });
const detectorsIn = (text: string) =>
  settledSightingsIn(scanner, bytesOf(`data:\n  key: ${text}\n`))
    .filter(({ encoding }) => encoding === "base64")
    .map(({ detector }) => detector);

const token = (prefix: string) => `${prefix}${"aB3dE5gH7jK9mN1pQ3sT5vX7zB9d".repeat(3)}`;

describe("base64 of a secret, wherever it stands in a triple of bytes", () => {
  test.each([
    ["database-url", `postgres://app:${VALUE}@db/x`],
    ["database-url", `mysql://app:${VALUE}@db/x`],
    ["database-url", `mongodb+srv://app:${VALUE}@db.example.org/x`],
    ["database-url", `rediss://:${VALUE}@cache:6379`],
    ["database-url", `amqps://app:${VALUE}@queue`],
    ["github-token", token("ghu_").slice(0, 40)],
    ["github-token", token("ghr_").slice(0, 40)],
    ["slack-token", `xoxp-829301746552-${VALUE}a1b2c3`],
    ["stripe-key", token("sk_test_").slice(0, 40)],
    ["npm-token", token("npm_").slice(0, 40)],
    ["named-value", `DB_HOST=db\nDB_PASSWORD=${VALUE}\n`],
    ["named-value", `{"user": "app", "password": "${VALUE}"}`],
    ["named-value", `db:\n  password: ${VALUE}\n`],
  ])("%s", (detector, text) => {
    for (const before of ["", "\n", "\n\n"]) {
      expect(detectorsIn(btoa(before + text))).toEqual([detector]);
    }
  });
});

describe("nothing in base64 of", () => {
  test.each([
    "postgres://app:${PASSWORD}@db/x",
    "postgres://db/x",
    `const password = read();\nif (password === "${VALUE}") { go(); }\n`,
    "DB_PASSWORD=${DB_PASSWORD}\nMODE=prod\n",
    '{"password": {"type": "string"}}',
    "npm_config_registry=https://registry.example.org/",
  ])("%j", (text) => {
    for (const before of ["", "\n", "\n\n"]) expect(detectorsIn(btoa(before + text))).toEqual([]);
  });
});
