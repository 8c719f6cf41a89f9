/** Every kind of secret on a command line, in every place of an image's documents: none leaves in any format. */

import { beforeAll, expect, test } from "vitest";
import type { Workload } from "../../src/model/workload.ts";
import { formatNames, loadFormat, wholeText } from "../../src/report/index.ts";
import { detectValues } from "../../src/report/mask/detect.ts";
import { replaceRanges } from "../../src/report/mask/line.ts";
import { createMasker } from "../../src/report/mask/masker.ts";
import { redactReport } from "../../src/report/redact/redact.ts";
import { plainOptions, report } from "../../src/report/testing.ts";
import { checkWorkloads } from "../../src/rules/check-workload.ts";
import { builtImage } from "../../src/rules/image-testing.ts";
import { rules } from "../../src/rules/registry.ts";
import { SECRET_LINES } from "./secret-lines.ts";

function sentinel(place: number, line: number): string {
  return `Qz${String(place)}xW${String(line).padStart(3, "0")}vJk`;
}

function lines(place: number): string[] {
  return SECRET_LINES.map((line, index) => line.replaceAll("@@", sentinel(place, index)));
}

const words = (line: string): string[] =>
  (line.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []).map((word) =>
    word.replace(/^([^'"]*)(['"])(.*)\2$/, "$1$3"),
  );

/** Steps as builders write them into the history. */
const histories: readonly (readonly string[])[] = [
  lines(1).map((line) => `RUN /bin/sh -c ${line} # buildkit`),
  lines(2).map((line) => `RUN |2 A=b VERSION=1.2 /bin/sh -c ${line} # buildkit`),
  lines(3).map((line) => `/bin/sh -c ${line}`),
  lines(4).map((line) => `|1 A=b /bin/sh -c ${line}`),
  lines(5).map((line) => `/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" ${JSON.stringify(line)}]`),
  lines(6).map((line) => `RUN /bin/bash -o pipefail -c set -e; ${line} && true # buildkit`),
];

const configurations: readonly Readonly<Record<string, unknown>>[] = [
  { OnBuild: lines(7).map((line) => `RUN ${line}`) },
  ...lines(8).map((line) => ({ Entrypoint: ["/bin/sh", "-c", line] })),
  ...lines(9).map((line) => ({ Cmd: words(line) })),
  ...lines(10).map((line) => ({ Healthcheck: { Test: ["CMD-SHELL", line] } })),
  ...lines(11).map((line) => ({ Healthcheck: { Test: ["CMD", ...words(line)] } })),
];

let workloads: readonly Workload[];

beforeAll(async () => {
  const built: Workload[] = [];
  for (const steps of histories) {
    built.push(
      await builtImage({
        // Each step makes a layer with a program that is a finding, which tells the step.
        layers: steps.map((_, index) => [{ path: `x/${String(index)}/bash`, mode: 0o4755 }]),
        history: steps.map((created_by) => ({ created_by })),
      }),
    );
  }
  for (const config of configurations) {
    built.push(await builtImage({ layers: [[{ path: "a" }]], config }));
  }
  workloads = built;
}, 60_000);

/** Sentinels that stand in an output, with what stands before them. */
function leaks(output: string): string[] {
  return [...new Set(output.match(/.{0,80}qz\d+xw\d{3}vjk.{0,10}/gi) ?? [])].slice(0, 20);
}

test.each(formatNames)("an image's documents show no secret as %s", async (name) => {
  const plain = report({ workloads, findings: checkWorkloads(workloads, rules) });
  const format = await loadFormat(name);
  for (const shown of [plain, redactReport(plain, { sources: [], environment: {} })]) {
    const text = wholeText(format(shown, { ...plainOptions, width: 400, posture: true }));
    expect(text.length).toBeGreaterThan(1000);
    expect(leaks(text)).toEqual([]);
  }
});

test("no line of an image's configuration shows a secret, framed or not", () => {
  const masker = createMasker(report({ workloads }), detectValues);
  for (const { source } of workloads) {
    const { file } = source;
    const shown = file.text
      .split("\n")
      .map((line, index) => replaceRanges(line, masker.rangesIn(file, index + 1)));
    expect(leaks(shown.join("\n"))).toEqual([]);
  }
});
