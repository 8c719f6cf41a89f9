/** The examples, broken in a thousand ways: always a result, and every place inside its file. */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import type { Unknown } from "../../src/model/fact.ts";
import type { Span } from "../../src/model/source.ts";
import { readText } from "../../src/readers/read-text.ts";
import { formatNames, loadFormat, wholeText } from "../../src/report/index.ts";
import { summarise } from "../../src/report/summarise.ts";
import { checkWorkloads } from "../../src/rules/check-workload.ts";
import { rules } from "../../src/rules/registry.ts";
import { mutate, randomness } from "./mutate.ts";

/** PLIMSOLL_FUZZ=20000 for a long run. */
const ROUNDS = Number(process.env["PLIMSOLL_FUZZ"] ?? 25);

const root = join(import.meta.dirname, "../../examples");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (name) => statSync(join(root, name)).isFile() && !name.endsWith("lock.json"),
);
const extra: Readonly<Record<string, string>> = {
  "x/config.json": JSON.stringify({
    ociVersion: "1.0.2",
    process: {
      user: { uid: 0, gid: 0 },
      args: ["sh"],
      env: ["A=b"],
      capabilities: { bounding: ["CAP_SYS_ADMIN"], effective: [] },
    },
    root: { path: "rootfs" },
    mounts: [{ destination: "/x", source: "/", type: "bind", options: ["rbind"] }],
    linux: { namespaces: [{ type: "pid" }], seccomp: { defaultAction: "SCMP_ACT_ALLOW" } },
  }),
  "x/.devcontainer/devcontainer.json":
    '{"image":"x", "runArgs":["--privileged","-v","/:/h"], // comment\n"mounts":["source=/,target=/h,type=bind"]}',
  "x/app.service": "[Service]\nExecStart=/usr/bin/docker run --rm --privileged \\\n  -v /:/h x\n",
  "x/.gitlab-ci.yml":
    "image: docker:27\nservices: [docker:dind]\na:\n  script:\n    - docker run --privileged x\n",
  "x/a.md": "# a\n\n```sh\n$ docker run --privileged \\\n    -v /:/host x\n```\n",
};
const inputs = [
  ...files.map((name) => [name, readFileSync(join(root, name), "utf8")] as const),
  ...Object.entries(extra),
];
const texts = inputs.map(([, text]) => text);

function outside({ file, start, end }: Span): boolean {
  return start < 0 || end < start || end > file.text.length;
}

function spansOf(findings: readonly Finding[], unknowns: readonly Unknown[]): Span[] {
  return [
    ...findings.flatMap(({ primary, related }) => [primary, ...related.map(({ span }) => span)]),
    ...unknowns.flatMap(({ span }) => span ?? []),
  ];
}

test.each(inputs)("%s", async (path, text) => {
  const random = randomness(path);
  for (let round = 0; round < ROUNDS; round++) {
    const broken = mutate(text, texts, random);
    try {
      const outcome = readText({ [path]: broken });
      const findings = checkWorkloads(outcome.workloads, rules);
      expect(spansOf(findings, outcome.unknowns).filter(outside)).toEqual([]);
      const name = formatNames[round % formatNames.length] ?? "json";
      const summary = summarise(findings, outcome.unknowns);
      const format = await loadFormat(name);
      wholeText(
        format(
          {
            ...outcome,
            findings,
            summary,
            standards: [],
            tool: { name: "plimsoll", version: "0" },
          },
          { width: 80, color: false, showSuppressed: true, posture: true, links: false },
        ),
      );
    } catch (error) {
      throw new Error(`round ${round} of ${path}: ${JSON.stringify(broken)}`, { cause: error });
    }
  }
});
