/** Secrets that a running container shows: in arguments of its processes, its log, its health checks. */

import { shownName } from "../../detect/shown-name.ts";
import type { Severity } from "../../model/finding.ts";
import type { SecretSighting } from "../../model/image-contents.ts";
import type { ObservedSecret, Workload } from "../../model/workload.ts";
import { OBSERVED_READERS } from "../container-readers.ts";
import type { FindingDraft } from "../contract.ts";
import { evidenceOf, groupSightings } from "../image-secrets.ts";
import { runtimeSecretHelp } from "../secret-advice.ts";

type Surface = ObservedSecret["surface"];

/** One finding for each secret and surface, however many lines show it. */
export function observedSecrets(workload: Workload): FindingDraft[] {
  const { observed = [] } = workload;
  return (Object.keys(HOLDERS) as Surface[]).flatMap((surface) => {
    const sightings = observed
      .filter((seen) => seen.surface === surface)
      .map(({ sighting }) => sighting);
    const groups = groupSightings(sightings, ({ detector, name, keyedHash }) =>
      JSON.stringify([detector, name, keyedHash]),
    );
    return groups.map((group) => {
      const { first, all } = group;
      const { place, span, state, confidence, title } = first;
      const field = "field" in place ? place.field : "";
      const more = all.length > 1 ? ` It is there ${String(all.length)} times.` : "";
      return {
        severity: severityOf(first),
        confidence,
        message: `${HOLDERS[surface]} ${surface === "process" ? "are given" : "shows"} a secret in clear (${named(first)})`,
        detail: `${capitalised(title)} stands in ${field} of the container.${more} ${OBSERVED_READERS[surface]}`,
        help:
          surface === "process"
            ? runtimeSecretHelp("secret", workload)
            : "Replace the value, keep the program from printing it (its log level, its trace of commands and requests), and delete the logs that hold it",
        at: span ?? workload.source,
        label: "a secret that is shown",
        place,
        state,
        evidence: evidenceOf(group),
        subject: `${surface} ${first.name ?? first.detector}`,
      };
    });
  });
}

const HOLDERS: Readonly<Record<Surface, string>> = {
  process: "arguments of a process",
  log: "the container's log",
  "health-check": "the output of a health check",
};

function severityOf({ confidence }: SecretSighting): Severity {
  return confidence === "high" ? "high" : confidence === "medium" ? "medium" : "low";
}

function named({ name, title }: SecretSighting): string {
  return name === undefined ? title : shownName(name, title);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
