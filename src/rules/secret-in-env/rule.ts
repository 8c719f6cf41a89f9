/** A literal secret in an environment variable or label. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import type { VariableVerdict } from "../../detect/classify-variable.ts";
import { shownName } from "../../detect/shown-name.ts";
import type { Severity } from "../../model/finding.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Workload } from "../../model/workload.ts";
import { LABEL_READERS, environmentReaders } from "../container-readers.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { cisDocker, kubernetesHardening, nist } from "../references.ts";
import { runtimeSecretHelp } from "../secret-advice.ts";

type Surface = EnvironmentVariable["surface"] | "label";

export const rule: Rule = {
  id: "secret-in-env",
  title: "Secret in an environment variable",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), kubernetesHardening("Secrets"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => [
    ...[...ownVariables(workload), ...(workload.build?.env ?? [])].flatMap((variable) =>
      judge(variable, variable.surface, workload),
    ),
    ...[...(workload.build?.labels ?? []), ...(workload.labels ?? [])].flatMap((label) =>
      judge(label, "label", workload),
    ),
  ],
};

/** The variables of an image by itself are secret-in-image-config's, where its contents were read. */
function ownVariables({ kind, env, imageContents }: Workload): readonly EnvironmentVariable[] {
  return kind === "image" && imageContents !== undefined ? [] : env;
}

function judge(
  variable: EnvironmentVariable,
  surface: Surface,
  workload: Workload,
): FindingDraft[] {
  if (variable.from !== "literal" || variable.value === undefined) return [];
  const verdict = classifyVariable(variable.name, variable.value);
  if (verdict.kind === "not-secret") return [];
  const noun = surface === "label" ? "label" : "variable";
  const name = shownName(variable.name, "with a secret for a name");
  const known = verdict.defaultCredential === true;
  return [
    {
      severity: severityOf(verdict, surface),
      confidence: verdict.confidence,
      message: known
        ? `${noun} ${name} holds a well-known default credential`
        : `${noun} ${name} holds a secret in clear`,
      detail: `${known ? "Attackers try the defaults that everybody knows first. " : ""}${whereIs(surface, workload)} (Judged a secret because ${verdict.why}.)`,
      help:
        surface === "env-file"
          ? `Keep the file out of the repository and the image, or better: ${lowerFirst(runtimeSecretHelp(name, workload, variable.origin))}`
          : runtimeSecretHelp(name, workload, variable.origin),
      at:
        variable.valueSpan === undefined || variable.origin.kind !== "set"
          ? variable.origin
          : { ...variable.origin, span: variable.valueSpan },
      label: known ? "a default credential" : "a literal secret",
      subject: `${surface === "label" ? "label " : ""}${name}`,
    },
  ];
}

function severityOf(verdict: VariableVerdict, surface: Surface): Severity {
  if (verdict.kind === "maybe") return "low";
  if (verdict.defaultCredential === true) return "medium";
  if (verdict.confidence === "low") return "low";
  return surface === "env-file" || surface === "build-env" ? "medium" : "high";
}

function whereIs(surface: Surface, workload: Workload): string {
  // The labels of a service are its containers', those of its build the image's.
  const ofService = workload.kind === "compose-service" && workload.labels !== undefined;
  if (surface === "label" && ofService) return LABEL_READERS;
  if (workload.kind !== "container") return WHERE[surface];
  return surface === "label" ? LABEL_READERS : environmentReaders(workload);
}

/** Who can read it there. */
const WHERE: Readonly<Record<Surface, string>> = {
  "image-env":
    "It stands in the image's configuration and history: everybody who can pull the image reads it, and every process of the container and its crash reports have it.",
  environment:
    "It stands in the source and its version history; everybody who may inspect the container, and every process in it, reads it.",
  "env-file":
    "It stands in a file of the project and goes into the container's environment, where inspection and every process of the container see it.",
  "build-env":
    "The stage is not part of the image, but the value stays in the builder's cache, in an exported cache and in the build's provenance.",
  exec: "It stands in the source and its version history, and in the environment of the process.",
  label:
    "Labels stand in the image's configuration: everybody who can pull the image or list it reads them.",
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
