import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { judgePod } from "../../standards/pod-security/judge-pod.ts";
import { parseStandard } from "../../standards/pod-security/parse-standard.ts";
import { MAX_CONTAINERS } from "./read.ts";
import { spansOutside } from "../testing.ts";
import { podText, read } from "./testing.ts";

const restricted = parseStandard("pod-security:restricted");

/** What is wrong with the reading of a text: spans outside of it, unknowns without a remedy. */
function flaws(text: string): string[] {
  const { workloads, unknowns, pods = [] } = read(text);
  const judged = pods.map((pod) => restricted.ok && judgePod(pod, restricted.standard));
  const located = pods.map((pod) => pod.locate(["spec", "containers", 7, "x"]));
  return [
    ...spansOutside([workloads, unknowns, judged, located], text.length),
    ...unknowns.filter(({ settle }) => settle === "").map(({ what }) => what),
  ];
}

test("any text is read without a crash", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      expect(flaws(text)).toEqual([]);
    }),
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
      expect(flaws(podText({ container, spec, metadata }))).toEqual([]);
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
        expect(flaws(text)).toEqual([]);
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
    Array.from({ length: 4_000 }, (_, i) => make(i));
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
  expect(workloads[0]?.runtime?.mounts).toHaveLength(4_000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("wrong entries by the thousand are bounded", () => {
  const { unknowns } = read(
    podText({ container: { env: Array.from({ length: 5_000 }, () => 1) } }),
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
