import fc from "fast-check";
import { expect, test } from "vitest";
import { matchAuth, parseAuthFile } from "./auth-file.ts";

const encoded = (text: string): string => Buffer.from(text).toString("base64");

function lookIn(
  auths: Readonly<Record<string, unknown>>,
  host: string,
  repository: string,
): unknown {
  const file = parseAuthFile(Buffer.from(JSON.stringify({ auths })));
  if ("problem" in file) return file.problem;
  const found = matchAuth(file.auths, host, repository);
  return found?.kind === "basic" ? `${found.username}|${found.password}` : found;
}

test("the longest key that is the repository, something above it, or the host", () => {
  const auths = Object.fromEntries(
    [
      "registry.example",
      "registry.example/team",
      "registry.example/team/app",
      "other.example:5000",
    ].map((key) => [key, { auth: encoded(`u:${key}`) }]),
  );
  const at = (host: string, repository: string): unknown => lookIn(auths, host, repository);
  expect(at("registry.example", "team/app")).toBe("u|registry.example/team/app");
  expect(at("registry.example", "team/app/sub")).toBe("u|registry.example/team/app");
  expect(at("registry.example", "team/application")).toBe("u|registry.example/team");
  expect(at("registry.example", "teams/app")).toBe("u|registry.example");
  expect(at("registry.example.org", "team/app")).toBeUndefined();
  expect(at("a.registry.example", "team/app")).toBeUndefined();
  expect(at("registry.example:5000", "team/app")).toBeUndefined();
  expect(at("other.example", "a")).toBeUndefined();
  expect(at("other.example:5000", "a")).toBe("u|other.example:5000");
});

test("keys as Docker writes and wrote them", () => {
  const entry = { auth: encoded("u:p") };
  for (const key of [
    "https://index.docker.io/v1/",
    "docker.io",
    "index.docker.io",
    "index.docker.io/v1/",
    "https://registry-1.docker.io",
  ]) {
    expect([key, lookIn({ [key]: entry }, "docker.io", "library/node")]).toEqual([key, "u|p"]);
  }
  expect(lookIn({ "https://registry.example/v2/": entry }, "registry.example", "a")).toBe("u|p");
  expect(lookIn({ "http://registry.example:5000": entry }, "registry.example:5000", "a")).toBe(
    "u|p",
  );
  expect(lookIn({ "docker.io/team": entry }, "docker.io", "team/app")).toBe("u|p");
  expect(lookIn({ "docker.io/team": entry }, "docker.io", "library/node")).toBeUndefined();
  expect(
    lookIn({ "https://index.docker.io/v1/": entry }, "registry.example", "library/node"),
  ).toBeUndefined();
});

test("all that an entry can hold", () => {
  const at = (entry: unknown): unknown => lookIn({ "r.example": entry }, "r.example", "a");
  expect(at({ auth: encoded("user:pass:word") })).toBe("user|pass:word");
  expect(at({ auth: encoded("user:pass\0\0") })).toBe("user|pass");
  expect(at({ username: "user", password: "pass" })).toBe("user|pass");
  expect(at({ auth: encoded("user:"), identitytoken: "t-1" })).toEqual({
    kind: "identity",
    token: "t-1",
  });
  expect(at({ registrytoken: "t-2" })).toEqual({ kind: "bearer", token: "t-2" });
  expect(at({ registrytoken: "t\r\nX: y" })).toBeUndefined();
  for (const entry of [
    {},
    null,
    7,
    { auth: "%%%" },
    { auth: encoded("nocolon") },
    { auth: encoded(":p") },
    { auth: 5 },
  ]) {
    expect([entry, at(entry)]).toEqual([entry, undefined]);
  }
});

test("any file, any key", () => {
  expect(parseAuthFile(Buffer.from("{"))).toEqual({ problem: "it is no valid JSON" });
  expect(parseAuthFile(Buffer.from("[]"))).toEqual({ problem: "it is no JSON object" });
  fc.assert(
    fc.property(fc.json(), fc.string(), fc.string(), (text, host, repository) => {
      const file = parseAuthFile(Buffer.from(text));
      if (!("problem" in file)) matchAuth(file.auths, host, repository);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (key) => {
      fc.pre(key !== "__proto__");
      const found = lookIn({ [key]: { auth: encoded("u:p") } }, "r.example", "a/b");
      const names = key.toLowerCase().includes("r.example");
      expect(found === undefined || names).toBe(true);
    }),
  );
});
