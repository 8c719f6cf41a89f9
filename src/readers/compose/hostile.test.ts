import fc from "fast-check";
import { expect, test } from "vitest";
import type { Span } from "../../model/source.ts";
import type { Reading } from "../contract.ts";
import { SAMPLE } from "./sample.ts";
import { readProject } from "./testing.ts";

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("\n");

const timed = (table: Readonly<Record<string, string>>): Reading => {
  const start = performance.now();
  const reading = readProject(table);
  // Two seconds alone on a machine; here others run at the same time.
  expect(performance.now() - start).toBeLessThan(8000);
  return reading;
};

const bomb = many(20, (level) => {
  const item = level === 0 ? "{image: x}" : `*s${level - 1}`;
  return `  s${level}: &s${level} {x-a: [${Array(9).fill(item).join(", ")}]}`;
});

test.each<[string, string, number]>([
  [
    "many services",
    `services:\n${many(5000, (i) => `  s${i}: {image: "a:\${T:-1}", ports: ["${i}:2"], volumes: [./a:/b]}`)}`,
    1,
  ],
  [
    "many merges of one anchor",
    `x-a: &a {image: x, cap_drop: [ALL], deploy: {resources: {limits: {memory: 1g}}}}\nservices:\n${many(1000, (i) => `  s${i}: {<<: *a, user: "1"}`)}`,
    0,
  ],
  [
    "many extend one",
    `services:\n  base: {image: x, cap_drop: [ALL], environment: {A: b}}\n${many(900, (i) => `  s${i}: {extends: base, user: "1"}`)}`,
    0,
  ],
  [
    "a long chain of extends",
    `services:\n${many(1000, (i) => `  s${i}: {extends: s${i + 1}, volumes: ["v${i}:/v${i}"]}`)}\n  s1000: {image: x}`,
    1,
  ],
  [
    "a long chain of volumes_from",
    `services:\n${many(1000, (i) => `  s${i}: {image: x, volumes: ["v${i}:/v${i}"], volumes_from: [s${i + 1}]}`)}\n  s1000: {image: x}`,
    1,
  ],
  ["an alias bomb", `services:\n${bomb}`, 1],
  ["deep nesting", `services:\n  a: {x-a: ${"[".repeat(5000)}${"]".repeat(5000)}}`, 1],
  [
    "nested substitutions",
    `services:\n  a: {image: "${"${A:-".repeat(50_000)}${"}".repeat(50_000)}"}`,
    1,
  ],
  [
    "many unknown keys",
    `services:\n  a:\n    image: x\n${many(20_000, (i) => `    kee${i}: 1`)}`,
    1,
  ],
  ["many documents", many(3000, (i) => `---\nservices: {a: {image: x, cap_add: [A${i}]}}`), 1],
])("%s", (_, text, unknowns) => {
  const reading = timed({ "compose.yaml": text });
  expect(reading.unknowns.length > 0).toBe(unknowns > 0);
});

test("includes that fork at every step are read once each", () => {
  const table: Record<string, string> = { "compose.yaml": "include: [f0.yaml, g0.yaml]\n" };
  for (let i = 0; i < 60; i++) {
    const include = i === 59 ? "" : `include: [f${i + 1}.yaml, g${i + 1}.yaml]\n`;
    for (const name of ["f", "g"]) {
      table[`${name}${i}.yaml`] = `${include}services: {${name}${i}: {image: x}}\n`;
    }
  }
  const reading = timed(table);
  expect(reading.workloads).toHaveLength(120);
  expect(reading.unknowns).toEqual([]);
});

test("variables that double each other stay small", () => {
  const env = `A0=xxxxxxxxxx\n${many(60, (i) => `A${i + 1}=$A${i}$A${i}`)}\n`;
  const reading = timed({
    "compose.yaml": "services: {a: {image: x, env_file: e, user: $A60}}\n",
    e: env,
    ".env": env,
  });
  expect(reading.workloads).toHaveLength(1);
});

test("names of JavaScript's own are only names", () => {
  const reading = readProject({
    "compose.yaml":
      'services:\n  __proto__: {image: x, environment: {__proto__: a, constructor: b}, user: "${constructor}"}\n  toString: {image: y, ipc: toString, privileged: constructor, cap_add: [valueOf]}\n',
  });
  expect(reading.workloads.map(({ name }) => name)).toEqual([
    "service __proto__",
    "service toString",
  ]);
  expect(reading.workloads[0]?.user.known).toBe(false);
  expect(reading.workloads[1]?.runtime?.privileged.known).toBe(false);
  expect(reading.workloads[0]?.env.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
});

/** Every span anywhere in a reading. */
function spansOf(value: unknown, found: Span[] = [], seen = new Set<unknown>()): Span[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return found;
  seen.add(value);
  if ("file" in value && "start" in value && "end" in value) {
    found.push(value as Span);
    return found;
  }
  for (const inner of Object.values(value)) spansOf(inner, found, seen);
  return found;
}

const files = {
  "api/Dockerfile": "FROM node AS prod\nARG VERSION\nUSER node\n",
  ".env": "DB_PASSWORD=x\nUID=5\n",
  "b.yaml": SAMPLE,
};

const snippets = [
  "!reset ",
  "!override ",
  "<<: *env",
  "*logging",
  "${X:-",
  "}",
  "$$",
  "extends: {file: b.yaml, service: api}\n",
  "include: [b.yaml]\n",
  "use_api_socket: true\n",
  "volumes_from: [db]\n",
  "- ",
  ": ",
  "\n",
  "  ",
  "[",
  "{",
  '"',
  "'",
  "null",
  "#",
  "---\n",
  "0",
];

test("mutated Compose files: no exception, every span inside its file", () => {
  const change = fc.record({
    at: fc.nat(SAMPLE.length),
    cut: fc.nat(30),
    put: fc.constantFrom("", ...snippets),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let text = SAMPLE;
      for (const { at, cut, put } of changes) text = text.slice(0, at) + put + text.slice(at + cut);
      const reading = readProject({ ...files, "compose.yaml": text, "o.yaml": SAMPLE }, ["o.yaml"]);
      for (const { file, start, end } of spansOf(reading)) {
        expect(start >= 0 && start <= end && end <= file.text.length).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("any text: no exception", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...snippets, "services:\n", "a:", "image: x"), { maxLength: 30 }),
      (list) => {
        const reading = readProject({ ...files, "compose.yaml": list.join("") });
        expect(Array.isArray(reading.workloads)).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});
