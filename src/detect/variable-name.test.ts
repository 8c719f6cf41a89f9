import { expect, test } from "vitest";
import { looksLikeVariableName } from "./variable-name.ts";

test.each(["DB_HOST", "spring.datasource.url", "S3_BUCKET", "Oauth2Url", "ConnectionStrings__A"])(
  "%s is a variable's name",
  (name) => expect(looksLikeVariableName(name, true)).toBe(true),
);

test.each(["Qz2xW015vJk", "4f9a1c7e0b", "", "a b", "a".repeat(300)])(
  "%s is no variable's name",
  (name) => expect(looksLikeVariableName(name, true)).toBe(false),
);

test("a name without a value must have the usual spelling", () => {
  expect(looksLikeVariableName("HOME", false)).toBe(true);
  expect(looksLikeVariableName("https_proxy", false)).toBe(true);
  expect(looksLikeVariableName("sesame", false)).toBe(false);
});
