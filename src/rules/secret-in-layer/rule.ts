/** A secret in a file of an image's layer, whether containers still see the file or not. */

import { clip } from "../../model/clip.ts";
import type { LayerPlace, SecretSighting } from "../../model/image-contents.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import type { SecretGroup } from "../image-secrets.ts";
import { evidenceOf, groupSightings, isPackagedExample, stepOf } from "../image-secrets.ts";
import { listWords } from "../in-form.ts";
import { cisDocker, nist } from "../references.ts";
import { imageSecretHelp } from "../secret-advice.ts";

export const rule: Rule = {
  id: "secret-in-layer",
  title: "Secret in a layer of an image",
  layer: "secrets",
  severity: "high",
  references: [...cisDocker("4.10"), ...nist("3.1.4", "4.1.4")],
  check: (workload) => {
    const inLayers = (workload.imageContents?.secrets ?? []).filter(isInLayer);
    return groupSightings(inLayers, ({ place, detector }) =>
      "layer" in place ? `${String(place.layer.index)}\0${place.path}\0${detector}` : "",
    ).flatMap((group) => finding(group, workload));
  },
};

const HALF =
  "Look for the secret that belongs to it, and replace both where that was in an image or a repository";

function isInLayer({ place }: SecretSighting): boolean {
  return "layer" in place;
}

function finding(group: SecretGroup, workload: Workload): FindingDraft[] {
  const { first, all, severity } = group;
  const { place, state, detector, confidence } = first;
  if (!("layer" in place)) return [];
  return [
    {
      severity,
      confidence: isPackagedExample(place) ? "low" : confidence,
      message: `${whatIn(first, all)}${whatBecame(first, place)}`,
      detail: [
        READABLE[state.is](place, state.is === "live" ? 0 : state.byLayer),
        ...notesOn(group, place),
      ].join(" "),
      help: severity === "info" ? HALF : imageSecretHelp({ path: place.path }, stepOf(place.layer)),
      at: workload.source,
      label: "the image",
      place,
      state,
      evidence: evidenceOf(group),
      subject: `${place.path} ${detector}`,
    },
  ];
}

/** `GitHub token in /app/.npmrc`, `3 secrets in /app/.env (value for A, value for B)`. */
function whatIn(
  { detector, title, place }: SecretSighting,
  all: readonly SecretSighting[],
): string {
  const path = "layer" in place ? place.path : "";
  if (detector === "credential-file") return `${path} is named as a credential file is (${title})`;
  if (all.length === 1) return `${title} in ${path}`;
  const titles = [...new Set(all.map((sighting) => clip(sighting.title, 60)))];
  if (titles.length === 1) return `${title} in ${path}, ${String(all.length)} of them`;
  const more = titles.length > MAX_TITLES ? [`${String(titles.length - MAX_TITLES)} more`] : [];
  return `${String(all.length)} secrets in ${path} (${listWords([...titles.slice(0, MAX_TITLES), ...more])})`;
}

const MAX_TITLES = 4;

function whatBecame({ state }: SecretSighting, { layer }: LayerPlace): string {
  if (state.is === "live") return "";
  return `, ${state.is} in layer ${String(state.byLayer)}, still recoverable from layer ${String(layer.index)}`;
}

const READABLE: Readonly<
  Record<SecretSighting["state"]["is"], (place: LayerPlace, by: number) => string>
> = {
  live: () =>
    "Whoever can pull the image reads it, and so does every process in a container of it that may read the file.",
  deleted: ({ layer }, by) =>
    `Layer ${String(by)} deletes the file, which hides it from containers and from nobody else: layer ${String(layer.index)} is pulled with the image, and whoever unpacks it has the value.`,
  overwritten: ({ layer }, by) =>
    `Layer ${String(by)} puts something else in the file's place, which hides this version from containers and from nobody else: layer ${String(layer.index)} is pulled with the image, and whoever unpacks it has the value.`,
  hidden: ({ layer }, by) =>
    `Layer ${String(by)} empties the directory above, which hides the file from containers and from nobody else: layer ${String(layer.index)} is pulled with the image, and whoever unpacks it has the value.`,
};

function notesOn({ first, severity }: SecretGroup, place: LayerPlace): string[] {
  const { detector, checksum, encoding, aliases } = first;
  const notes: string[] = [];
  if (aliases !== undefined && aliases.length > 0) {
    const shown = aliases.slice(0, MAX_ALIASES).map((path) => clip(path, 200));
    const more =
      aliases.length > MAX_ALIASES ? [`${String(aliases.length - MAX_ALIASES)} more`] : [];
    notes.push(`The same file is also ${listWords([...shown, ...more])} by hard link.`);
  }
  if (encoding !== "plain") notes.push(`It stands there as ${encoding.toUpperCase()}.`);
  if (checksum === "invalid") {
    notes.push("Its checksum is wrong: it may be made up, or cut.");
  }
  if (detector.endsWith("-encrypted")) {
    notes.push("It is encrypted, so that it is worth as much as its passphrase.");
  }
  if (severity === "info")
    notes.push("It is the public half: it names an account and opens nothing alone.");
  if (isPackagedExample(place)) {
    notes.push(
      "It stands among the tests, examples or manuals of a published package, where such secrets are known to all and open nothing.",
    );
  }
  if (detector === "credential-file") {
    notes.push("Nothing in it was recognised as a secret; its name says that it may hold one.");
  }
  return notes;
}

const MAX_ALIASES = 8;
