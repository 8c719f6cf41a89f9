/** A secret in the steps that an image's history tells. */

import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import type { SecretGroup } from "../image-secrets.ts";
import { documentGroups, evidenceOf, nameOf, spansOf, subjectOf } from "../image-secrets.ts";
import { cisDocker, nist } from "../references.ts";
import { imageSecretHelp } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-in-history",
  title: "Secret in the history of an image",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => {
    const contents = workload.imageContents;
    if (contents === undefined) return [];
    // What the configuration holds too is told there, with its place in the history.
    const configured = new Set(
      documentGroups(contents, "config").flatMap(({ all }) =>
        all.map(({ keyedHash }) => keyedHash),
      ),
    );
    return documentGroups(contents, "history")
      .filter(({ all }) =>
        all.some(({ keyedHash }) => keyedHash === undefined || !configured.has(keyedHash)),
      )
      .map((group) => finding(group, workload));
  },
};

function finding(group: SecretGroup, workload: Workload): FindingDraft {
  const { first, all, severity } = group;
  const { name, title, place, span, state, confidence } = first;
  const others = all.filter((sighting) => sighting !== first);
  return {
    severity,
    confidence,
    message:
      name === undefined
        ? `a step of the image's history holds a secret in clear (${title})`
        : `${nameOf(name)} stands with its value in the image's history`,
    detail:
      "`docker history --no-trunc` shows the steps of a build with the build arguments that they were given, to everybody who can pull the image. No later step takes that back.",
    help: imageSecretHelp(name === undefined ? undefined : { name: nameOf(name) }),
    at: span ?? workload.source,
    label: "a secret",
    place,
    state,
    evidence: evidenceOf(group),
    related: spansOf(others, () => "and here"),
    subject: subjectOf(first),
  };
}
