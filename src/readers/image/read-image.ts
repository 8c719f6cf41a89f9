/** Reads one image of a store: configuration, history, layers, attestations. */

import type { Unknown } from "../../model/fact.ts";
import type {
  CapableFile,
  ImageContents,
  LayerIdentity,
  LayerPlace,
  PrivilegedFile,
  SecretSighting,
} from "../../model/image-contents.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { judgedAt } from "../../detect/token-expiry.ts";
import { readFileCapability } from "../../linux/file-capability.ts";
import { asText, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { DocumentContext } from "./documents/config-secrets.ts";
import { configSecrets, historySecrets } from "./documents/config-secrets.ts";
import { attestationSecrets, bytesSecrets } from "./documents/attestation-secrets.ts";
import { readConfig } from "./documents/image-config.ts";
import type { KeyedHash } from "./documents/secrets-in-text.ts";
import { imageWorkload, layerIdentities } from "./image-workload.ts";
import type { LayerFile, LayerReport } from "./layers/layer-report.ts";
import { nothingRead } from "./layers/nothing-read.ts";
import type { StateOf } from "./layers/whole-image.ts";
import { layerStates } from "./layers/whole-image.ts";
import type { Descriptor } from "./manifest/descriptor.ts";
import { platformText } from "./manifest/descriptor.ts";
import { isJson, isText } from "./manifest/statements.ts";
import type { ResolvedImage } from "./manifest/resolve-images.ts";
import type { ImageStore, Problem } from "./manifest/store.ts";

export interface ImageReading {
  readonly workload: Workload;
  /** The configuration as it is shown. */
  readonly file: SourceFile;
  readonly unknowns: readonly Unknown[];
}

/** An image whose every layer is broken tells it as well with fewer. */
const MAX_UNKNOWNS = 500;
const MAX_SECRETS = 20_000;
const MAX_ALIASES = 20;
/** Threads take as many of them as there are; the others wait without being opened. */
const LAYERS_AT_ONCE = 16;
/** Attestations of an image that are read, together. */
const MAX_ATTESTED_BYTES = 128 * 1024 * 1024;

export async function readImage(
  store: ImageStore,
  image: ResolvedImage,
  options: { readonly keyedHash: KeyedHash; readonly several: boolean; readonly now?: number },
): Promise<ImageReading> {
  const title = titleOf(image, store.name);
  const path = pathOf(store.name, image, options.several);
  const unknowns: Unknown[] = [];
  const note = (what: string, why: string, settle: string): void => {
    if (unknowns.length < MAX_UNKNOWNS) unknowns.push({ path, workload: path, what, why, settle });
    else beyond += 1;
  };
  let beyond = 0;
  const config = await readConfig(store, image.config);
  for (const { problem, settle } of config.problems)
    note(`configuration of ${title}`, problem, settle ?? "build or pull the image anew");
  const file: SourceFile = { path, text: config.text };
  const { documents } = parseYaml(file);
  const root = documents[0]?.root ?? emptyMap(file);
  const context: DocumentContext = { image: store.name, keyedHash: options.keyedHash };
  const history = historySecrets(root, context);
  const diffIds = itemsOf(get(get(root, "rootfs"), "diff_ids")).map((node) => asText(node) ?? "");
  const layers = layerIdentities(image.layers, diffIds, history.createdBy);
  const { ordered = image.layers.length } = image;
  if (diffIds.length !== ordered) {
    note(
      "layers",
      `the configuration tells ${String(diffIds.length)} layers, the manifest ${String(image.layers.length)}`,
      "build or pull the image anew",
    );
  }
  const reports = await inTurns(image.layers, LAYERS_AT_ONCE, (descriptor, index) =>
    readLayer(store, descriptor, layers[index]?.diffId),
  );
  for (const [index, report] of reports.entries()) {
    const layer = layers[index];
    if (layer === undefined) continue;
    for (const { why, settle } of problemsOf(report, layer))
      note(`layer ${String(index)} (${layer.digest})`, why, settle);
  }
  const known = reports.map((report) => ("problem" in report ? nothingRead() : report));
  const attested: SecretSighting[] = [];
  let attestedBytes = 0;
  for (const [index, descriptor] of image.attestations.entries()) {
    if (attestedBytes > MAX_ATTESTED_BYTES) {
      note("attestations", "they hold too much; the rest was not read", "build the image anew");
      break;
    }
    const read = await store.document(descriptor);
    if (!("problem" in read)) attestedBytes += read.bytes.length;
    const found =
      "problem" in read
        ? read
        : statementSecrets(descriptor, read.bytes, `attestation[${String(index)}]`, context);
    if ("problem" in found)
      note(
        `attestation ${descriptor.digest}`,
        found.problem,
        found.settle ?? "build the image anew",
      );
    else attested.push(...found);
  }
  // A layer whose place is not known deletes nothing.
  const states = layerStates(
    known.map((report, index) => (index < ordered ? report : nothingRead())),
  );
  const sightings = known.reduce((sum, report) => sum + report.sightings.length, 0);
  if (sightings > MAX_SECRETS) {
    note(
      "secrets",
      `there are ${String(sightings)}, of which ${String(MAX_SECRETS)} are listed`,
      "remove those that are listed, and check the image again",
    );
  }
  const now = options.now ?? Date.now();
  const contents = contentsOf({ layers, reports: known, states, image: store.name, now }, [
    ...configSecrets(root, context),
    ...history.sightings,
    ...config.unshown(context),
    ...attested,
  ]);
  if (beyond > 0) {
    const why = `${String(beyond)} more of its parts could not be read`;
    unknowns.push({
      path,
      workload: path,
      what: "image",
      why,
      settle: "build or pull the image anew",
    });
  }
  const workload = imageWorkload({
    title,
    root,
    ...(config.unread === undefined ? {} : { unread: config.unread }),
    file,
    contents,
    layers: known,
    states,
    unknowns,
  });
  return { workload, file, unknowns };
}

function statementSecrets(
  { mediaType }: Descriptor,
  bytes: Uint8Array,
  field: string,
  context: DocumentContext,
): readonly SecretSighting[] | Problem {
  return isText(mediaType) && !isJson(mediaType)
    ? bytesSecrets(bytes, field, context)
    : attestationSecrets(bytes, field, context);
}

function titleOf({ names, manifest, config }: ResolvedImage, store: string): string {
  return names[0] ?? manifest?.digest ?? (config.digest.includes(":") ? config.digest : store);
}

/** What stands where a file's path stands: the target, and which of several images in it. */
function pathOf(
  store: string,
  { names, platform, config }: ResolvedImage,
  several: boolean,
): string {
  if (!several) return store;
  const which = [
    names[0] ?? config.digest.slice(0, 19),
    platform === undefined ? undefined : platformText(platform),
  ];
  return `${store}#${which.filter((part) => part !== undefined).join("@")}`;
}

async function readLayer(
  store: ImageStore,
  descriptor: ResolvedImage["layers"][number],
  diffId: string | undefined,
): Promise<LayerReport | Problem> {
  if (descriptor.mediaType.endsWith("+encrypted")) {
    return {
      problem: "it is encrypted, so nothing in it was read",
      settle: "decrypt it by whoever has the key (`skopeo copy --decryption-key`), and check that",
    };
  }
  const report = await store.layer(descriptor, diffId);
  if ("problem" in report && descriptor.urls.length > 0) {
    return {
      problem: "it is a foreign layer that is not distributed with the image, and was not read",
      settle: "check it where it is to be had; it is no part of what is pulled from this registry",
    };
  }
  return report;
}

function problemsOf(
  report: LayerReport | Problem,
  { digest, diffId }: LayerIdentity,
): { readonly why: string; readonly settle: string }[] {
  if ("problem" in report)
    return [
      { why: report.problem, settle: report.settle ?? "pull the image whole, and check it again" },
    ];
  const problems = report.problems.map((why) => ({
    why,
    settle: "build or pull the image anew, and check it again",
  }));
  const forged = "pull the image anew: its content is not what was promised";
  const isDigest = digest.startsWith("sha256:");
  if (
    isDigest &&
    report.digest !== undefined &&
    report.digest !== digest &&
    report.diffId !== digest
  ) {
    problems.push({
      why: `its content has the digest ${report.digest}, not ${digest}`,
      settle: forged,
    });
    // Of other bytes all other digests differ too.
  } else if (
    diffId !== undefined &&
    diffId !== "" &&
    report.diffId !== undefined &&
    report.diffId !== diffId
  ) {
    problems.push({
      why: `its uncompressed content has the digest ${report.diffId}, not ${diffId}`,
      settle: forged,
    });
  }
  return problems;
}

interface ReadLayers {
  readonly layers: readonly LayerIdentity[];
  readonly reports: readonly LayerReport[];
  readonly states: StateOf;
  /** The target as the user named it. */
  readonly image: string;
  /** The time of the report, in milliseconds of Unix time: reports of layers may be old. */
  readonly now: number;
}

function contentsOf(
  { layers, reports, states, image, now }: ReadLayers,
  documents: readonly SecretSighting[],
): ImageContents {
  let left = MAX_SECRETS;
  const inLayers = reports.flatMap((report, index): SecretSighting[] => {
    const layer = layers[index];
    if (layer === undefined) return [];
    const links = Map.groupBy(report.links, ({ to }) => to);
    const listed = report.sightings.slice(0, left);
    left -= listed.length;
    return listed.map(({ path, offset, length, layerOffset, ...sighting }): SecretSighting => {
      const file = path.split("!/")[0] ?? path;
      const aliases = (links.get(file) ?? []).slice(0, MAX_ALIASES).map((link) => link.path);
      const place: LayerPlace = {
        image,
        layer,
        path,
        offset,
        length,
        ...(layerOffset === undefined ? {} : { layerOffset }),
      };
      const own = states(index, file);
      // A file lives as long as one of its names does.
      const lives =
        own.is !== "live" && aliases.some((alias) => states(index, alias).is === "live");
      return {
        ...judgedAt(sighting, now),
        place,
        state: lives ? { is: "live" } : own,
        ...(aliases.length === 0 ? {} : { aliases }),
      };
    });
  });
  const live = <T extends LayerFile>(
    pick: (report: LayerReport) => readonly T[],
  ): (T & { readonly layer: LayerIdentity })[] =>
    reports.flatMap((report, index) => {
      const layer = layers[index];
      if (layer === undefined) return [];
      return pick(report)
        .filter(({ path }) => states(index, path).is === "live")
        .map((file) => ({ ...file, layer }));
    });
  return {
    image,
    layers,
    secrets: [...documents.map((sighting) => judgedAt(sighting, now)), ...inLayers],
    setuid: live(({ setuid }) => setuid) satisfies PrivilegedFile[],
    capable: live(({ capable }) => capable).flatMap(
      ({ capability = "", ...file }): CapableFile[] => {
        const bytes = Uint8Array.from(capability.match(/../g) ?? [], (byte) => parseInt(byte, 16));
        const read = readFileCapability(bytes);
        if (read === undefined) return [];
        const { permitted, inheritable, effective } = read;
        return [{ ...file, permitted, inheritable, effective }];
      },
    ),
    writableCode: live(({ writableCode }) => writableCode) satisfies PrivilegedFile[],
  };
}

function emptyMap(file: SourceFile): YamlNode {
  return { kind: "map", entries: new Map(), span: { file, start: 0, end: file.text.length } };
}

/** Maps with at most so many under way at once. */
async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await map(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
