/** Advice in the words of the file that the user has open. */

import type { Origin } from "../model/fact.ts";
import type { Workload, WorkloadKind } from "../model/workload.ts";

/** One advice in every form. A form that is left out takes the nearest one. */
export interface Forms {
  /** What to write in a Dockerfile; only for what an image decides. */
  readonly dockerfile?: string;
  readonly compose: string;
  readonly kubernetes: string;
  /** Options of `docker run`, `podman run` and their kin. */
  readonly run: string;
  /** What to write for the container of a job in a GitHub workflow; else the flags go into its `options:`. */
  readonly workflow?: string;
  /** What to write in a .gitlab-ci.yml; else the flags, for the runner's configuration. */
  readonly gitlab?: string;
  /** What to write in a devcontainer.json; else the flags go into its `runArgs`. */
  readonly devcontainer?: string;
  /** What to write in an OCI runtime `config.json`. */
  readonly oci: string;
  /** For a running container; else the flags with which to create it again. */
  readonly container?: string;
}

/**
 * The advice for this workload's form. A fact that a Dockerfile decided for a service that is built from
 * it (`at` stands in another file) is corrected in the Dockerfile, where there is a way to.
 */
export function inForm(workload: Workload, forms: Forms, at?: Origin): string {
  const { kind, build, source } = workload;
  const file = at?.span?.file.path;
  const elsewhere = build !== undefined && file !== undefined && file !== source.file.path;
  if (elsewhere && forms.dockerfile !== undefined) return forms.dockerfile;
  const run = forms.run.replace(/\.$/, "");
  const advice: Readonly<Record<WorkloadKind, string>> = {
    "compose-service": forms.compose,
    "kubernetes-container": forms.kubernetes,
    "oci-config": forms.oci,
    "dockerfile-stage": forms.dockerfile ?? run,
    image: forms.dockerfile ?? run,
    "run-line": runAdvice(workload, forms, run),
    container: forms.container ?? `${run}, then create the container again`,
  };
  return advice[kind];
}

/** The advice for a run line, with the place of flags in files that only configure one. */
function runAdvice({ configuredBy }: Workload, forms: Forms, run: string): string {
  if (configuredBy === undefined) return run;
  const own = forms[configuredBy];
  if (own !== undefined || configuredBy === "gitlab" || !run.includes("`--")) return own ?? run;
  return configuredBy === "workflow"
    ? `${run} (such flags stand in the container's \`options:\`)`
    : `${run} (such flags stand in \`runArgs\`, users in \`containerUser\`)`;
}

/** A list for people: `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
