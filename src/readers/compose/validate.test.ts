import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { toPlain } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { SAMPLE } from "./sample.ts";
import { validateCompose } from "./validate.ts";

const parse = (text: string): YamlNode => {
  const root = parseYaml({ path: "c", text }, { booleans: "yaml-1.2" }).documents[0]?.root;
  if (root === undefined) throw new Error("nothing to validate");
  return root;
};

test.each<[string, string, string, string]>([
  ["services: {a: {imge: x}}", "imge", "services.a", "did you mean `image`?"],
  ["services: {a: {capAdd: [X]}}", "capAdd", "services.a", "did you mean `cap_add`?"],
  [
    "services: {a: {zzzzzzzz: 1}}",
    "zzzzzzzz",
    "services.a",
    "remove it, or begin its name with `x-`",
  ],
  ["services: {a: {image: [x]}}", "[x]", "services.a.image", "write text"],
  ["services: {a: {cap_add: x}}", "x", "services.a.cap_add", "write a list"],
  [
    "services: {a: {ports: [{published: '1', protcol: x}]}}",
    "protcol",
    "services.a.ports[0]",
    "did you mean `protocol`?",
  ],
  [
    "services: {a: {volumes: [{type: bnd, target: /x}]}}",
    "bnd",
    "services.a.volumes[0].type",
    "did you mean `bind`?",
  ],
  [
    "services: {a: {volumes: [{target: /x}]}}",
    "{target: /x}",
    "services.a.volumes[0]",
    "add `type:`",
  ],
  ["services: {a: {cap_add: [A, B, A]}}", "A", "services.a.cap_add[2]", "remove one of the two"],
  [
    "services: {a: {oom_score_adj: 5000}}",
    "5000",
    "services.a.oom_score_adj",
    "write 1000 or less",
  ],
  ["services: {a: }", "a", "services.a", "write a map"],
  ["services: [a]", "[a]", "services", "write a map"],
  ["servces: {}", "servces", "Compose file", "did you mean `services`?"],
  ["services: {'a b': {image: x}}", "'a b'", "services", "remove it, or begin its name with `x-`"],
])("%s", (text, at, path, settle) => {
  const [error] = validateCompose(parse(text));
  expect(error && spanText(error.span)).toBe(at);
  expect(error?.path === "" ? "Compose file" : error?.path).toBe(path);
  expect(error?.settle).toBe(settle);
});

test("extensions and the sample are fine", () => {
  expect(validateCompose(parse("x-a: 1\nservices: {a: {image: x, x-b: [1]}}"))).toEqual([]);
  expect(validateCompose(parse(SAMPLE.replaceAll(/\$\{[^}]*\}/g, "1")))).toEqual([]);
});

test("the number of errors is bounded, and so is the time", () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `    imag${index}: 1`).join("\n");
  const root = parse(`services:\n  a:\n${keys}\n`);
  const start = performance.now();
  expect(validateCompose(root)).toHaveLength(100);
  expect(performance.now() - start).toBeLessThan(1000);
});

const corpus = new URL(
  "../../../../shared/corpora/compose-spec/compose-spec.json",
  import.meta.url,
);

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -5,
    1.5,
    5000,
    "",
    "x",
    "host",
    "bind",
    "never",
    "a=b",
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    ["a"],
    ["a", "a"],
    [1, 1],
    { a: "b" },
    { a: null },
    { target: "/x" },
    [{ type: "bind" }],
    { "x-y": 1 },
  ),
);
const words = [
  ..."image build ports volumes type target source environment deploy resources limits pids".split(
    " ",
  ),
  ..."external name file command user healthcheck test x-y privileged services secrets foo".split(
    " ",
  ),
];

type Step = {
  readonly pick: number;
  readonly how: number;
  readonly value: unknown;
  readonly word: string;
};

/** Replaces, removes or adds something somewhere in plain data. */
function mutate(data: unknown, { pick, how, value, word }: Step): void {
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (holder: unknown): void => {
    if (typeof holder !== "object" || holder === null) return;
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      walk((holder as Record<string, unknown>)[key]);
    }
  };
  walk(data);
  const place = places[pick % Math.max(1, places.length)];
  if (place === undefined) return;
  const { holder, key } = place;
  const copy: unknown = structuredClone(value);
  if (how === 0) holder[key] = copy;
  else if (Array.isArray(holder)) holder.push(copy);
  else if (how === 1) delete holder[key];
  else holder[word] = copy;
}

test.skipIf(!existsSync(corpus))("verdicts are those of the specification's schema", () => {
  const schema = JSON.parse(readFileSync(corpus, "utf8")) as Record<string, unknown>;
  const accepts = new Ajv({ strict: false, allErrors: false, logger: false }).compile({
    ...schema,
    $schema: "http://json-schema.org/draft-07/schema#",
  });
  const text = SAMPLE.replaceAll(/\$\{[^}]*\}/g, "1");
  const sample = JSON.stringify(toPlain(parse(text)));
  const step = fc.record({
    pick: fc.nat(400),
    how: fc.nat(2),
    value: junk,
    word: fc.constantFrom(...words),
  });
  let valid = 0;
  let runs = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 2 }), (steps) => {
      const data: unknown = JSON.parse(sample);
      for (const one of steps) mutate(data, one);
      const expected = accepts(data);
      runs += 1;
      if (expected) valid += 1;
      const errors = validateCompose(parse(JSON.stringify(data)));
      expect([expected, errors.map(({ path, why }) => `${path}: ${why}`)]).toEqual([
        errors.length === 0,
        errors.map(({ path, why }) => `${path}: ${why}`),
      ]);
    }),
    { numRuns: 400 },
  );
  expect(valid).toBeGreaterThan(runs / 20);
  expect(valid).toBeLessThan(runs);
});
