import fc from "fast-check";
import { expect, test } from "vitest";
import { readChallenges } from "./challenge.ts";

function plain(header: string): unknown {
  return readChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ]);
}

test("reads what registries send", () => {
  expect(
    plain(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/node:pull,push"',
    ),
  ).toEqual([
    [
      "bearer",
      {
        realm: "https://auth.docker.io/token",
        service: "registry.docker.io",
        scope: "repository:library/node:pull,push",
      },
    ],
  ]);
  expect(plain('Basic realm="a \\"b\\", c"')).toEqual([["basic", { realm: 'a "b", c' }]]);
  expect(plain("BASIC Realm = x , Bearer realm=y,service=z")).toEqual([
    ["basic", { realm: "x" }],
    ["bearer", { realm: "y", service: "z" }],
  ]);
  expect(plain("Negotiate, Basic realm=x")).toEqual([
    ["negotiate", {}],
    ["basic", { realm: "x" }],
  ]);
});

test("what is broken ends the list", () => {
  expect(plain("")).toEqual([]);
  expect(plain('Bearer realm="never ends')).toEqual([["bearer", {}]]);
  expect(plain(`Bearer realm="${"a".repeat(9000)}"`)).toEqual([]);
  expect(plain('Bearer realm="a",realm="b"')).toEqual([["bearer", { realm: "a" }]]);
});

test("any header is read in no time", () => {
  const piece = fc.constantFrom(
    "Bearer ",
    "Basic",
    'realm="x"',
    '"',
    "\\",
    "=",
    ",",
    " ",
    "a",
    "\0",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      (pieces) => void readChallenges(pieces.join("")),
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => void readChallenges(text)));
  for (const text of ['"', "\\", "a=", 'a="', ",", " ", 'Bearer a="\\', '\\\\"', "a "]) {
    const started = performance.now();
    readChallenges(text.repeat(8192 / text.length));
    readChallenges(`Bearer a="${text.repeat(8000 / text.length)}`);
    expect(performance.now() - started).toBeLessThan(500);
  }
});
