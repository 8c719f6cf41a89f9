/** A secret in a build argument. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import type { VariableVerdict } from "../../detect/classify-variable.ts";
import { judgeValue } from "../../detect/judge-value.ts";
import { shownName } from "../../detect/shown-name.ts";
import type { Severity } from "../../model/finding.ts";
import type { BuildArgument } from "../../model/build.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { cisDocker, nist } from "../references.ts";
import { buildSecretHelp } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-in-build-arg",
  title: "Secret in a build argument",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => [
    ...(workload.build?.args ?? []).flatMap((argument) => buildArgument(argument, workload)),
    ...[...workload.env, ...(workload.build?.env ?? [])].flatMap((variable) =>
      keptInEnv(variable, workload),
    ),
  ],
};

function buildArgument(argument: BuildArgument, workload: Workload): FindingDraft[] {
  const name = shownName(argument.name, "SECRET");
  const literal = literalOf(argument);
  const verdict = classifyVariable(argument.name, literal);
  if (verdict.kind === "not-secret") return [];
  const passed = argument.from === "passed";
  const what = passed ? `build argument ${name}` : `ARG ${name}`;
  return [
    {
      severity: severityOf(verdict, passed || literal !== undefined),
      confidence: verdict.confidence,
      message:
        literal === undefined
          ? `${what} ${verdict.kind === "maybe" ? "may hold" : "is made for"} a secret`
          : `${what} holds a secret in clear`,
      detail: `${
        passed
          ? "The value that is passed stays"
          : literal === undefined
            ? "The value that a build passes stays"
            : "The value stands in the source, and it stays"
      } in the image's history, in the builder's records and cache, and in provenance of mode max, which the GitHub build action attaches by default for public repositories. Everybody who can pull the image reads it.`,
      help: buildSecretHelp(name, workload),
      at: argument.origin,
      label: passed ? "passed as a build argument" : "a build argument is no secret",
      subject: name,
    },
  ];
}

/** The value where it says something: an empty one, a variable and a placeholder leave it to the name. */
function literalOf(argument: BuildArgument): string | undefined {
  if (argument.value === undefined || argument.reference === true) return undefined;
  const look = judgeValue(argument.value);
  return look === "empty" || look === "reference" || look === "placeholder"
    ? undefined
    : argument.value;
}

function severityOf(verdict: VariableVerdict, given: boolean): Severity {
  if (verdict.kind === "maybe" || verdict.confidence === "low") {
    return verdict.defaultCredential === true ? "medium" : "low";
  }
  return given ? "high" : "medium";
}

/** `ENV TOKEN=$TOKEN`: the argument's value is kept in the image's configuration. */
function keptInEnv(variable: EnvironmentVariable, workload: Workload): FindingDraft[] {
  const image = variable.surface === "image-env" || variable.surface === "build-env";
  if (!image || variable.from !== "unresolved") return [];
  if (classifyVariable(variable.name, undefined).kind !== "secret") return [];
  const final = variable.surface === "image-env";
  const name = shownName(variable.name, "SECRET");
  return [
    {
      severity: final ? "high" : "medium",
      confidence: "medium",
      message: `ENV ${name} keeps a build argument`,
      detail: final
        ? "The value of the build argument becomes part of the image's configuration, where everybody who can pull the image and every process of the container reads it."
        : "The stage is not part of the image, but the value stays in the builder's cache, in an exported cache and in the build's provenance.",
      help: buildSecretHelp(name, workload),
      at: variable.origin,
      label: "filled from a build argument",
      subject: `ENV ${name}`,
    },
  ];
}
