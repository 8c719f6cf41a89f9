import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgePod } from "../../standards/pod-security/judge-pod.ts";
import { parseStandard } from "../../standards/pod-security/parse-standard.ts";
import type { Reading } from "../contract.ts";
import { MAX_CONTAINERS } from "./read.ts";
import { podText, read } from "./testing.ts";

/** Every span in a reading lies in the file; the places' texts may hold anything. */
function expectSpansInside(value: unknown, length: number, seen = new Set<unknown>()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if ("start" in value && "end" in value && "file" in value) {
    const { start, end } = value as { start: number; end: number };
    if (!(start >= 0 && start <= end && end <= length))
      throw new Error(`span ${start}-${end} of ${length}`);
    return;
  }
  for (const child of Object.values(value)) expectSpansInside(child, length, seen);
}

const restricted = parseStandard("pod-security:restricted");

function expectSound(text: string): Reading {
  const reading = read(text);
  expectSpansInside(reading.workloads, text.length);
  expectSpansInside(reading.unknowns, text.length);
  for (const pod of reading.pods ?? []) {
    if (restricted.ok) expectSpansInside(judgePod(pod, restricted.standard), text.length);
    expectSpansInside(pod.locate(["spec", "containers", 7, "x"]), text.length);
  }
  for (const unknown of reading.unknowns) expect(unknown.settle).not.toBe("");
  return reading;
}

test("any text is read without a crash", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => void expectSound(text)),
  );
});

const NAMES = [
  ..."name image env envFrom value valueFrom secretKeyRef command args ports hostPort volumes volumeMounts".split(
    " ",
  ),
  ..."mountPath hostPath path projected sources secret items mode securityContext capabilities add drop".split(
    " ",
  ),
  ..."privileged runAsUser runAsGroup runAsNonRoot seccompProfile appArmorProfile seLinuxOptions type".split(
    " ",
  ),
  ..."windowsOptions hostProcess resources limits memory cpu lifecycle preStop exec livenessProbe sysctls".split(
    " ",
  ),
  ..."containers initContainers ephemeralContainers hostPID hostUsers os constructor __proto__ toString".split(
    " ",
  ),
];
const json = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      1000,
      -1,
      1.5,
      "",
      "x",
      "ALL",
      "Unconfined",
      "/etc",
      "1Gi",
    ),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("node"), { maxKeys: 6 }),
  ),
})).node;

test("any shape under spec is read without a crash", () => {
  fc.assert(
    fc.property(json, json, json, (container, spec, metadata) => {
      expectSound(podText({ container, spec, metadata }));
    }),
    { numRuns: 300 },
  );
});

const corpus = new URL("../../../../shared/corpora/pod-security/pods/", import.meta.url);

test.skipIf(!existsSync(corpus))("real manifests, mutated, are read without a crash", () => {
  const names = readdirSync(corpus);
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.nat(40),
          fc.constantFrom(
            "",
            "\n",
            "- ",
            ": ",
            "{",
            "]",
            "&a ",
            "*a",
            "\t",
            '"',
            "{{ .Values.x }}",
            "\u0000",
            "é",
          ),
        ),
        { maxLength: 4 },
      ),
      (name, changes) => {
        let text = readFileSync(new URL(name, corpus), "utf8");
        for (const [at, cut, insert] of changes) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + insert + text.slice(start + cut);
        }
        expectSound(text);
      },
    ),
    { numRuns: 300 },
  );
});

test.skipIf(!existsSync(corpus))("every reference manifest is read whole, without unknowns", () => {
  for (const name of readdirSync(corpus)) {
    const reading = read(readFileSync(new URL(name, corpus), "utf8"));
    expect(reading.workloads.length).toBeGreaterThan(0);
    // A few test pods have odd values on purpose, such as an unset volume path.
    expect(reading.unknowns.filter(({ what }) => what !== "hostPath")).toEqual([]);
  }
});

test("many containers are bounded, and the bound is told", () => {
  const containers = `[${Array.from({ length: MAX_CONTAINERS + 10 }, (_, i) => `{"name":"c${i}","image":"x"}`).join(",")}]`;
  const { workloads, unknowns } = read(
    `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":${containers}}}`,
  );
  expect(workloads).toHaveLength(MAX_CONTAINERS);
  expect(unknowns.map(({ what }) => what)).toEqual(["the rest of the file"]);
});

test("many volumes, mounts and variables stay linear", () => {
  const many = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: 20_000 }, (_, i) => make(i));
  const started = performance.now();
  const { workloads } = read(
    podText({
      spec: { volumes: many((i) => ({ name: `v${i}`, hostPath: { path: `/x/${i}` } })) },
      container: {
        volumeMounts: many((i) => ({ name: `v${i}`, mountPath: `/m/${i}` })),
        env: many((i) => ({ name: `E${i}`, value: "x" })),
      },
    }),
  );
  expect(workloads[0]?.runtime?.mounts).toHaveLength(20_000);
  expect(performance.now() - started).toBeLessThan(8000);
});

test("wrong entries by the thousand are bounded", () => {
  const { unknowns } = read(
    podText({ container: { env: Array.from({ length: 50_000 }, () => 1) } }),
  );
  expect(unknowns.length).toBeLessThanOrEqual(200);
});

test("no unknown holds the value of a variable", () => {
  const secret = "correct-horse-battery";
  for (const value of [[secret], { a: secret }]) {
    const { unknowns } = read(podText({ container: { env: [{ name: "PASSWORD", value }] } }));
    expect(unknowns).toHaveLength(1);
    expect(unknowns.map(({ what, why, settle }) => what + why + settle).join()).not.toContain(
      secret,
    );
  }
});
