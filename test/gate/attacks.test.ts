/** The catalogue of ways around a filter, as data, against the gate's pure reading functions. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgeWire, type Attack } from "./support/judge-wire.ts";

const folder = join(import.meta.dirname, "attacks");
/** Those that reading alone refuses; the others need a policy, or objects of somebody else's. */
const WIRE = new Set(["headers.json", "json.json", "query.json", "target.json"]);
const files = readdirSync(folder).filter((name) => WIRE.has(name));
const read = (name: string): readonly Attack[] =>
  JSON.parse(readFileSync(join(folder, name), "utf8")) as readonly Attack[];
const all = files.flatMap(read);

describe.each(files)("%s", (name) => {
  test.each(read(name).map((attack) => [attack.id, attack] as const))("%s", (_id, attack) => {
    const outcome = judgeWire(attack.request);
    if ("refused" in attack.expected) {
      const refused = "refused" in outcome ? outcome.refused : undefined;
      expect(refused?.code, JSON.stringify(outcome)).toBe(attack.expected.refused);
      if (attack.expected.at !== undefined) expect(refused?.at).toBe(attack.expected.at);
      expect(refused?.message.length).toBeGreaterThan(10);
    } else {
      expect("passed" in outcome ? outcome.passed : outcome.refused).toMatchObject(
        attack.expected.passes,
      );
    }
  });
});

test("every entry of the catalogue on parsing, parameters and paths has a case", () => {
  const entries = new Set(all.map(({ id }) => id.split("-")[0]));
  const wanted = [
    ...Array.from({ length: 11 }, (_, index) => `J${index + 1}`),
    ...Array.from({ length: 7 }, (_, index) => `Q${index + 1}`),
    ...Array.from({ length: 7 }, (_, index) => `R${index + 1}`),
  ];
  expect(wanted.filter((entry) => !entries.has(entry))).toEqual([]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});
