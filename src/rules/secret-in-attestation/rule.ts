/** A secret in what is attested of an image: its provenance, its bill of materials. */

import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import type { SecretGroup } from "../image-secrets.ts";
import { documentGroups, evidenceOf, nameOf, subjectOf } from "../image-secrets.ts";
import { cisDocker, nist } from "../references.ts";
import { imageSecretHelp } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-in-attestation",
  title: "Secret in an attestation of an image",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => {
    const contents = workload.imageContents;
    if (contents === undefined) return [];
    return documentGroups(contents, "attestation").map((group) => finding(group, workload));
  },
};

function finding(group: SecretGroup, workload: Workload): FindingDraft {
  const { first, severity } = group;
  const { name, title, place, state, confidence } = first;
  return {
    severity,
    confidence,
    message:
      name === undefined
        ? `an attestation of the image holds a secret in clear (${title})`
        : `${nameOf(name)} stands with its value in an attestation of the image`,
    detail:
      "Provenance in the mode `max` tells every build argument, the steps' environment and the build's own sources. It is published beside the image, to everybody who can pull it, and configuration and history need not show any of it.",
    help: `${imageSecretHelp(name === undefined ? undefined : { name: nameOf(name) })}. \`--provenance=mode=min\` leaves build arguments out of the attestation, but not out of the history`,
    at: workload.source,
    label: "the image",
    place,
    state,
    evidence: evidenceOf(group),
    subject: subjectOf(first),
  };
}
