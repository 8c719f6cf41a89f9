/** Builds for tests, and the check that no finding holds a secret's value. */

import { known, setAt } from "../model/fact.ts";
import type { Span } from "../model/source.ts";
import { parseUser } from "../model/user.ts";
import { parseImageReference } from "../model/image-reference.ts";
import type { CopyStep, RunStep } from "../model/build-steps.ts";
import type { Build, ImageUse } from "../model/build.ts";
import type { EnvironmentVariable } from "../model/environment-variable.ts";
import type { Workload } from "../model/workload.ts";
import { parseShell } from "../readers/shell/parse.ts";
import { checkWorkloads } from "./check-workload.ts";
import type { Rule } from "./contract.ts";
import { minimalWorkload, somewhere, written } from "./testing.ts";

const root = known(parseUser("root"), written);

/** A `RUN` step with a script, as a Dockerfile reader gives it. */
export function runStep(script: string, rest: Partial<RunStep> = {}): RunStep {
  const file = { path: "Dockerfile", text: `RUN ${script}\n` };
  const spanOf = (start: number, end: number): Span => ({ file, start: start + 4, end: end + 4 });
  const span = spanOf(-4, script.length);
  return {
    stage: "final",
    inImage: true,
    user: root,
    mounts: [],
    devices: [],
    command: { words: [script], shell: true, span: spanOf(0, script.length) },
    commands: parseShell(script, spanOf),
    origin: setAt(span),
    ...rest,
  };
}

/** A `COPY` step of some sources. */
export function copyStep(sources: readonly string[], rest: Partial<CopyStep> = {}): CopyStep {
  const what = rest.what ?? "COPY";
  const file = { path: "Dockerfile", text: `${what} ${sources.join(" ")} /app/\n` };
  let at = what.length + 1;
  return {
    what,
    stage: "final",
    inImage: true,
    sources: sources.map((text) => {
      const span = { file, start: at, end: at + text.length };
      at += text.length + 1;
      return { text, span };
    }),
    target: "/app/",
    user: root,
    origin: setAt({ file, start: 0, end: file.text.length - 1 }),
    ...rest,
  };
}

/** An image that a build pulls. */
export function imageUse(text: string, what: ImageUse["what"] = "FROM"): ImageUse {
  const image = parseImageReference(text);
  if (image === undefined) throw new Error(`${text} is no image reference`);
  return { image: known(image, written), what, origin: written };
}

/** A stage with a build of which nothing is written but what is given. */
export function stage(build: Partial<Build>, rest: Partial<Workload> = {}): Workload {
  return minimalWorkload("dockerfile-stage", {}, { build: buildOf(build), ...rest });
}

export function buildOf(build: Partial<Build>): Build {
  return {
    target: "final",
    images: [],
    args: [],
    env: [],
    runs: [],
    copies: [],
    paths: [],
    labels: [],
    privileged: known(false, written),
    entitlements: [],
    hostNetwork: known(false, written),
    ...build,
  };
}

/** A literal variable. */
export function variable(
  name: string,
  value: string,
  rest: Partial<EnvironmentVariable> = {},
): EnvironmentVariable {
  return {
    name,
    value,
    from: "literal",
    surface: "environment",
    origin: setAt(somewhere),
    ...rest,
  };
}

/** A made-up secret that no other text holds: every slice of six characters is its own. */
export const sentinel = ["Zq7", "wX2", "vK9", "pL4", "mJ8", "tR5"].join("");

/** Slices of the sentinel that stand in any text of the rule's findings; there must be findings. */
export function leaks(rule: Rule, workload: Workload): { found: number; slices: string[] } {
  const findings = checkWorkloads([workload], [rule]);
  const texts = findings.flatMap((finding) => [
    finding.message,
    finding.detail,
    finding.help,
    finding.label,
    finding.subject,
    finding.fingerprint,
    ...finding.related.map(({ label }) => label),
    ...(finding.fix === undefined
      ? []
      : [finding.fix.title, ...finding.fix.edits.map(({ replacement }) => replacement)]),
  ]);
  const slices: string[] = [];
  for (let at = 0; at + 6 <= sentinel.length; at++) {
    const slice = sentinel.slice(at, at + 6);
    if (texts.some((text) => text.includes(slice))) slices.push(slice);
  }
  return { found: findings.length, slices };
}
