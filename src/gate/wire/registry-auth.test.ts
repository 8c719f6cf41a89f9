import { expect, test } from "vitest";
import { operation } from "../api/operations.ts";
import { readHeaders } from "./headers.ts";
import { readCredentials, writeCredentials } from "./registry-auth.ts";

const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value))
    .toString("base64")
    .replaceAll("+", "-")
    .replaceAll("/", "_");
const decode = (header: string): unknown => JSON.parse(Buffer.from(header, "base64url").toString());

const rewritten = (header: string, value: string): unknown => {
  const read = readCredentials(header, value);
  if (!read.ok) return read.refusal.code;
  return read.value === undefined ? undefined : decode(writeCredentials(read.value));
};

test("the cases that clients write become the engine's own", () => {
  const value = encode({
    Username: "u",
    Password: "p",
    ServerAddress: "r.example",
    email: null,
    x: 1,
  });
  expect(rewritten("x-registry-auth", value)).toEqual({
    username: "u",
    password: "p",
    serveraddress: "r.example",
  });
  expect(rewritten("x-registry-auth", encode({ identitytoken: "t" }))).toEqual({
    identitytoken: "t",
  });
  expect(rewritten("x-registry-auth", "e30=")).toEqual({});
  expect(rewritten("x-registry-auth", "")).toBeUndefined();
  expect(rewritten("x-registry-config", encode({ "r.example": { auth: "a" } }))).toEqual({
    "r.example": { auth: "a" },
  });
});

test.each([
  ['{"username":"a","Username":"b"}', "duplicate-key"],
  ['{"username":"a","u\u017Fername":"b"}', "duplicate-key"],
  ['{"username":"a","username":"b"}', "duplicate-key"],
  ['{"username":"a"}}', "trailing-data"],
  ['{"username":["a"]}', "wrong-type"],
  ["[]", "wrong-type"],
])("%s is refused", (text, code) => {
  expect(rewritten("x-registry-auth", encode(text))).toBe(code);
});

test("what is no padded base64url is refused, and the message holds no value", () => {
  for (const value of ["e30", "a+b/", "e30=\n", "{}", encode('{"password":"s3cr3t",}')]) {
    const read = readHeaders(operation("ImagePush"), [["X-Registry-Auth", value]]);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).not.toContain("s3cr3t");
  }
});
