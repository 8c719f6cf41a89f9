/** The layers of an image by itself: what it decides, what it holds, and the engine's default for the rest. */

import type {
  CapableFile,
  ImageContents,
  PrivilegedFile,
  SecretSighting,
} from "../../model/image-contents.ts";
import type { Workload } from "../../model/workload.ts";
import { shownName } from "../../detect/shown-name.ts";
import { judgeCapable, judgeSetuid } from "../../rules/setuid-binaries/judge.ts";
import { defaultRuntime } from "../../readers/default-runtime.ts";
import { capabilityRows } from "./capabilities.ts";
import { userRows } from "./image-side.ts";
import type { Layer, LayerRow } from "./layer.ts";
import { joinParts } from "./layer.ts";
import { describeOrigin } from "./origin.ts";

/** Names that are listed of one kind. */
const MAX_NAMES = 8;

const LATER: readonly LayerRow[] = [
  { value: "the engine's default, unless it is started otherwise", origin: "", mark: "later" },
];

export function imageLayers(workload: Workload, contents: ImageContents): Layer[] {
  const later = (name: string, question: string): Layer => ({ name, question, rows: LATER });
  return [
    later("namespaces", "what it can see"),
    later("cgroups", "how much it can use"),
    { name: "user", question: "who it is", rows: userRows(workload) },
    {
      name: "capabilities",
      question: "which of root's powers",
      rows: capabilityRows(workload, defaultRuntime(workload.engine, workload.source)),
    },
    {
      name: "setuid",
      question: "which programs give more",
      rows: privilegedRows(workload, contents),
    },
    later("seccomp", "which system calls"),
    later("LSM", "AppArmor, SELinux"),
    later("mounts", "what of the host it has"),
    later("devices", "which hardware"),
    { name: "exposed", question: "where it listens", rows: portRows(workload) },
    { name: "secrets", question: "by name only", rows: secretRows(contents) },
  ];
}

function portRows({ exposedPorts = [] }: Workload): LayerRow[] {
  if (exposedPorts.length === 0) return [{ value: "no port", origin: "", mark: "default" }];
  const parts = exposedPorts.slice(0, MAX_NAMES).map(({ text, origin }) => ({
    text,
    origin: describeOrigin(origin),
    mark: "default" as const,
  }));
  const rest = exposedPorts.length - parts.length;
  const rows = joinParts(parts, ", ");
  return rest === 0
    ? rows
    : [...rows, { value: `and ${String(rest)} more`, origin: "", mark: "default" }];
}

function privilegedRows({ engine }: Workload, { setuid, capable }: ImageContents): LayerRow[] {
  const rows: LayerRow[] = [];
  if (setuid.length > 0) {
    rows.push({
      value: `${String(setuid.length)} setuid or setgid: ${namesOf(setuid.map(fileName))}`,
      origin: layersOf(setuid),
      // What every distribution brings is no looser than usual.
      mark: setuid.some((file) => judgeSetuid(file) !== undefined) ? "looser" : "default",
    });
  }
  const giving = capable.filter(({ permitted }) => permitted.length > 0);
  if (giving.length > 0) {
    rows.push({
      value: `${String(giving.length)} with capabilities: ${namesOf(giving.map(capabilityText))}`,
      origin: layersOf(giving),
      mark: giving.some((file) => judgeCapable(file, engine) !== undefined) ? "looser" : "default",
    });
  }
  return rows.length > 0 ? rows : [{ value: "none", origin: "", mark: "tighter" }];
}

function fileName({ path }: PrivilegedFile): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function capabilityText(file: CapableFile): string {
  const { permitted } = file;
  const more = permitted.length > 3 ? " …" : "";
  return `${fileName(file)} (${permitted.slice(0, 3).join(" ")}${more})`;
}

/** What the image holds, whether containers see it or not. */
function secretRows({ secrets }: ImageContents): LayerRow[] {
  const sure = secrets.filter(({ confidence }) => confidence !== "low");
  const inLayers = sure.filter(({ place }) => "layer" in place);
  const inField = (test: RegExp): SecretSighting[] =>
    sure.filter(({ place }) => "field" in place && test.test(place.field));
  const unsure = secrets.length - sure.length;
  const rows = [
    ...secretRow(
      inLayers.filter(({ state }) => state.is === "live"),
      "in files",
    ),
    ...secretRow(
      inLayers.filter(({ state }) => state.is !== "live"),
      "in files that are gone from sight, recoverable",
    ),
    ...secretRow(inField(/^(?:config|container_config)\b/), "in the configuration"),
    ...secretRow(inField(/^history/), "in the history"),
    ...secretRow(inField(/^attestation/), "in attestations"),
    ...(unsure === 0
      ? []
      : [{ value: `${String(unsure)} that may be none`, origin: "", mark: "default" as const }]),
  ];
  return rows.length > 0 ? rows : [{ value: "none found", origin: "", mark: "default" }];
}

function secretRow(sightings: readonly SecretSighting[], where: string): LayerRow[] {
  if (sightings.length === 0) return [];
  const names = sightings.map(({ name, title, place }) =>
    "layer" in place ? place.path : name === undefined ? title : shownName(name, "a name"),
  );
  const layers = sightings.flatMap(({ place }) =>
    "layer" in place ? [{ layer: place.layer }] : [],
  );
  return [
    {
      value: `${String(sightings.length)} ${where}: ${namesOf(names)}`,
      origin: layersOf(layers),
      mark: "looser",
    },
  ];
}

/** Different names, the first of many. */
function namesOf(names: readonly string[]): string {
  const different = [...new Set(names)];
  const more = different.length - MAX_NAMES;
  return `${different.slice(0, MAX_NAMES).join(", ")}${more > 0 ? `, ${String(more)} more` : ""}`;
}

/** `layer 4`, `layers 0, 4` */
function layersOf(files: readonly Pick<PrivilegedFile, "layer">[]): string {
  const numbers = [...new Set(files.map(({ layer }) => layer.index))].sort((a, b) => a - b);
  if (numbers.length === 0) return "";
  return `layer${numbers.length === 1 ? "" : "s"} ${namesOf(numbers.map(String))}`;
}
