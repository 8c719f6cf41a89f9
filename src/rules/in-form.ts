/** Advice in the words of the file that the user has open. */

import type { Workload } from "../model/workload.ts";

/** One advice in every form. A form that is left out takes the nearest one. */
export interface Forms {
  /** What to write in a Dockerfile; only for what an image decides. */
  readonly dockerfile?: string;
  readonly compose: string;
  readonly kubernetes: string;
  /** Options of `docker run`, `podman run` and their kin. */
  readonly run: string;
  /** What to write in an OCI runtime `config.json`. */
  readonly oci: string;
}

/** The advice for this workload's form. */
export function inForm(workload: Workload, forms: Forms): string {
  switch (workload.kind) {
    case "compose-service":
      return forms.compose;
    case "kubernetes-container":
      return forms.kubernetes;
    case "oci-config":
      return forms.oci;
    case "dockerfile-stage":
    case "image":
      return forms.dockerfile ?? forms.run;
    case "run-line":
      return forms.run;
    case "container":
      return `${forms.run}, then create the container again`;
  }
}

/** A list for people: `a`, `a and b`, `a, b and c`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}
