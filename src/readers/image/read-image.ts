/** Reads one image of a store: configuration, history, layers, attestations. */

import type { Unknown } from "../../model/fact.ts";
import type { SecretSighting } from "../../model/image-contents.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { asText, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { DocumentContext } from "./documents/config-secrets.ts";
import { configSecrets, historySecrets } from "./documents/config-secrets.ts";
import { attestationSecrets, bytesSecrets } from "./documents/attestation-secrets.ts";
import { readConfig } from "./documents/image-config.ts";
import type { KeyedHash } from "./documents/secrets-in-text.ts";
import { contentsOf, MAX_SECRETS } from "./contents.ts";
import { problemsOf, readLayer } from "./read-layer.ts";
import { imageWorkload, layerIdentities } from "./image-workload.ts";
import { nothingRead } from "./layers/nothing-read.ts";
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
