/** Images for tests and for the examples of rule pages: described in JSON, made, and read as any image is. */

import type { Workload } from "../model/workload.ts";
import { readImage } from "../readers/image/read-image.ts";
import { keyedHashWith, scanLayerWithKey } from "../readers/image/layers/scan-with-key.ts";
import { resolveImages } from "../readers/image/manifest/resolve-images.ts";
import { streamOfRange } from "../readers/image/stores/file-range.ts";
import { ociDirectory } from "../readers/image/stores/oci-directory.ts";
import type { TestImage } from "../readers/image/testing.ts";
import { ociLayout } from "../readers/image/testing.ts";
import type { Entry } from "../readers/image/tar/testing.ts";

/** An image as the pages describe one: what it is configured to, and what each build step did. */
export interface DescribedImage {
  /** `config` of the image's configuration: `User`, `Env`, `Labels`… */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Build steps, in order. One without `files` and `deletes` makes no layer. */
  readonly steps: readonly DescribedStep[];
  /** Statements in attestations. */
  readonly attestations?: readonly unknown[];
}

export interface DescribedStep {
  /** As the history tells it. */
  readonly step: string;
  /** Path to content, or to content with permissions. */
  readonly files?: Readonly<Record<string, string | DescribedFile>>;
  readonly deletes?: readonly string[];
}

export interface DescribedFile {
  readonly content?: string;
  /** Octal, as `chmod` takes it: `4755`. */
  readonly mode?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Makes it a hard link to this path. */
  readonly linkTo?: string;
  /** Capabilities in the permitted and effective sets, by number. */
  readonly capabilities?: readonly number[];
}

/** The image that a description tells of, read through an OCI layout. */
export async function describedImage(description: DescribedImage): Promise<Workload> {
  const { steps, config, attestations } = description;
  return builtImage({
    layers: steps.filter(makesLayer).map(entriesOf),
    history: steps.map((step) => ({
      created_by: step.step,
      ...(makesLayer(step) ? {} : { empty_layer: true }),
    })),
    ...(config === undefined ? {} : { config }),
    ...(attestations === undefined ? {} : { attestations }),
  });
}

const KEY = new TextEncoder().encode("a key for tests");

/** Makes an image, reads it under a target's name, and removes it. */
export async function builtImage(image: TestImage, name = "oci:app"): Promise<Workload> {
  const layout = ociLayout(image);
  try {
    const store = ociDirectory(layout.directory, name, (range) =>
      scanLayerWithKey(streamOfRange(range), KEY),
    );
    const { images, problems } = await resolveImages(store);
    const [first] = images;
    if (first === undefined) throw new Error(`no image: ${JSON.stringify(problems)}`);
    const reading = await readImage(store, first, {
      keyedHash: keyedHashWith(KEY),
      several: false,
    });
    return reading.workload;
  } finally {
    layout.remove();
  }
}

function makesLayer({ files, deletes }: DescribedStep): boolean {
  return files !== undefined || deletes !== undefined;
}

function entriesOf({ files = {}, deletes = [] }: DescribedStep): Entry[] {
  const removed = deletes.map((path): Entry => {
    const at = path.lastIndexOf("/") + 1;
    return { path: `${path.slice(1, at)}.wh.${path.slice(at)}` };
  });
  return [...Object.entries(files).map(([path, file]) => entryOf(path, file)), ...removed];
}

function entryOf(path: string, file: string | DescribedFile): Entry {
  const member = path.replace(/^\//, "");
  if (typeof file === "string") return { path: member, content: file };
  const { content = "", mode, uid, gid, linkTo, capabilities } = file;
  return {
    path: member,
    ...(linkTo === undefined ? { content } : { flag: "1", link: linkTo.replace(/^\//, "") }),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(capabilities === undefined
      ? {}
      : { pax: { "SCHILY.xattr.security.capability": capabilityBytes(capabilities) } }),
  };
}

/** `struct vfs_cap_data` of version 2, with the effective bit. Source: linux/capability.h. */
function capabilityBytes(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint32(0, 0x02000001, true);
  const set = (from: number): number =>
    numbers
      .filter((number) => number >= from && number < from + 32)
      .reduce((bits, number) => bits | (1 << (number - from)), 0);
  view.setUint32(4, set(0), true);
  view.setUint32(12, set(32), true);
  return new Uint8Array(view.buffer);
}
