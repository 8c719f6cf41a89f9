/** Judges a pod that a reader found by a level of the Pod Security Standards. */

import type { PodSource } from "../../readers/contract.ts";
import type { StandardResult } from "../contract.ts";
import { evaluatePod } from "./evaluate.ts";
import type { PodSecurityStandard } from "./parse-standard.ts";
import { fieldName } from "./wording.ts";

export function judgePod(pod: PodSource, standard: PodSecurityStandard): StandardResult {
  return {
    standard: standard.name,
    pod: pod.name,
    source: pod.source,
    failures: evaluatePod(pod, standard.level, standard.minor).map((failure) => ({
      check: failure.check,
      ...(failure.overrides === undefined ? {} : { overrides: failure.overrides }),
      reason: failure.reason,
      detail: failure.detail,
      fields: failure.fields.map((path) => ({ field: fieldName(path), span: pod.locate(path) })),
    })),
  };
}
