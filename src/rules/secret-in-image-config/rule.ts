/** A secret in an image's configuration: its environment, labels and commands. */

import type { ImageContents, SecretSighting } from "../../model/image-contents.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import type { SecretGroup } from "../image-secrets.ts";
import {
  documentGroups,
  documentOf,
  evidenceOf,
  nameOf,
  spansOf,
  subjectOf,
} from "../image-secrets.ts";
import { cisDocker, nist } from "../references.ts";
import { imageSecretHelp } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-in-image-config",
  title: "Secret in the configuration of an image",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => {
    const contents = workload.imageContents;
    if (contents === undefined) return [];
    return documentGroups(contents, "config").map((group) => finding(group, contents, workload));
  },
};

function finding(group: SecretGroup, contents: ImageContents, workload: Workload): FindingDraft {
  const { first, all, severity } = group;
  const { name, title, place, span, state, confidence, detector } = first;
  const field = "field" in place ? place.field : "";
  const held =
    detector === "default-credential"
      ? "holds a well-known default credential"
      : name === undefined
        ? `holds a secret in clear (${title})`
        : "holds a secret in clear";
  const others = all.filter((sighting) => sighting !== first);
  const inHistory = contents.secrets.filter(
    (sighting) =>
      documentOf(sighting) === "history" &&
      all.some(({ keyedHash }) => keyedHash !== undefined && keyedHash === sighting.keyedHash),
  );
  return {
    severity,
    confidence,
    message: `${holderOf(field, name)} ${held}`,
    detail: `${whoReads(field)}${inHistory.length === 0 ? "" : " It stands in the image's history too."}`,
    help: imageSecretHelp(name === undefined ? undefined : { name: nameOf(name) }),
    at: span ?? workload.source,
    label: detector === "default-credential" ? "a default credential" : "a secret",
    place,
    state,
    evidence: evidenceOf(group),
    related: [
      ...spansOf(others, () => "and here"),
      ...spansOf(inHistory, () => "and in the history"),
    ],
    subject: subjectOf(first),
  };
}

const HOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\.Env\[/, "variable"],
  [/\.Labels\[/, "label"],
  [/\.Entrypoint\[/, "the image's entrypoint"],
  [/\.Cmd\[/, "the image's command"],
  [/\.Healthcheck/, "the image's health check"],
  [/\.OnBuild\[/, "the image's trigger for builds on it"],
  [/^config\["moby\.buildkit/, "the build cache in the image"],
];

/** `variable NPM_TOKEN`, `the image's command` */
function holderOf(field: string, name: SecretSighting["name"]): string {
  const holder = HOLDERS.find(([pattern]) => pattern.test(field))?.[1] ?? "the configuration";
  if (name === undefined)
    return holder === "variable" || holder === "label" ? `a ${holder}` : holder;
  return holder === "variable" || holder === "label" ? `${holder} ${nameOf(name)}` : holder;
}

function whoReads(field: string): string {
  if (/\.(?:Env|Cmd|Entrypoint|Healthcheck)/.test(field)) {
    return "Everybody who can pull the image or inspect a container of it reads it, and every process of the container and its crash reports have it.";
  }
  return field.startsWith("config[")
    ? "The metadata that `--cache-to type=inline` puts into the image tells the build's steps with their arguments, to everybody who can pull the image."
    : "Everybody who can pull the image reads it, and registries and engines show it in lists.";
}
