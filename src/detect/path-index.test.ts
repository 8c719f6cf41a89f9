import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathIndex, textsOf } from "./path-index.ts";

describe("texts that every match of an expression has", () => {
  it.each([
    [/(?:^|\/)settings\.xml$/, ["settings.xml"]],
    [/[\w.-]*\.(?:p12|pfx)$/, [".p12", ".pfx"]],
    [/\.ya?ml$/, [".yml", ".yaml"]],
    [/(?:[\w-]+\.)?kubeconfig(?:\.conf)?$/, ["kubeconfig"]],
    [/(?:^|\/)(?:master|credentials\/[\w-]+)\.key$/, ["master", "credentials/"]],
    [/a{2,3}bcde+f/, ["bcd"]],
    [/(?!never)name[^(]?/, ["name"]],
    [/[a)(|]wg\d?\.conf$/, [".conf"]],
  ])("%s", (expression, texts) => {
    expect(textsOf(expression.source).toSorted()).toEqual(texts.toSorted());
  });

  it.each([
    /\.[\w-]{1,40}rc$/,
    /(?:secret)?$/,
    /(?:secret){0,3}x/,
    /^.*$/,
    /secret|\w+/,
    /ab|secret/,
  ])("none for %s", (expression) => {
    expect(textsOf(expression.source)).toEqual([]);
  });
});

const EXPRESSIONS = [
  /(?:^|\/)(?:\.pgpass|pgpass\.conf)$/i,
  /[\w.-]*\.(?:p12|pfx)$/,
  /\.env(?:\.[\w.-]+)?~?$/,
  /[\w-]{1,20}\.tf$/,
  /\/\.[\w-]{1,40}rc$/,
  /(?:server|client)_?keys?\.(?:ya?ml|json)$/i,
  /^\/etc\/(?:shadow-?|passwd)$/,
];

describe("an index of expressions for paths", () => {
  it("leaves none out that holds", () => {
    const piece = fc.constantFrom(
      ..."/ . - _ x 7 \u212a é . / server client keys key .yaml .yml .json .tf .env rc etc shadow passwd pgpass .conf .p12 PFX".split(
        " ",
      ),
    );
    const paths = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
      fc.oneof(
        ...EXPRESSIONS.map((expression) => fc.stringMatching(new RegExp(expression.source))),
      ),
    );
    const index = pathIndex(EXPRESSIONS.map((path) => ({ path })));
    fc.assert(
      fc.property(paths, (path) => {
        const holding = EXPRESSIONS.filter((expression) => expression.test(path));
        const possible = index(path).map((pattern) => pattern.path);
        expect(possible.filter((expression) => expression.test(path))).toEqual(holding);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives few for ordinary paths, in their order", () => {
    const index = pathIndex(EXPRESSIONS.map((path) => ({ path })));
    expect(index("/usr/share/doc/bash/copyright").map(({ path }) => path)).toEqual([
      EXPRESSIONS[4],
    ]);
    expect(index("/home/x/ID.P12").map(({ path }) => path)).toEqual([
      EXPRESSIONS[1],
      EXPRESSIONS[4],
    ]);
  });
});
