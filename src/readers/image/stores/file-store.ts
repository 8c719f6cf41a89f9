/** Images whose parts lie in files that can be read anywhere: an OCI directory, or a plain archive. */

import { stat } from "node:fs/promises";
import type { Descriptor } from "../manifest/descriptor.ts";
import { NOT_THERE } from "../manifest/resolve-images.ts";
import { blobPath, readRoots } from "../manifest/roots.ts";
import type { Document, ImageStore, Problem } from "../manifest/store.ts";
import { MAX_DOCUMENT_BYTES, verified } from "../manifest/store.ts";
import { contentKind, isDocument } from "../layers/content-kind.ts";
import type { Parts } from "../manifest/scattered.ts";
import { scatteredImages } from "../manifest/scattered.ts";
import { BLOCK_BYTES } from "../tar/fields.ts";
import type { LayerReport } from "../layers/layer-report.ts";
import { isEnd, peek, readAll } from "../stream/byte-stream.ts";
import { decompress } from "../stream/decompress.ts";
import type { FileRange } from "./file-range.ts";
import { streamOfRange } from "./file-range.ts";

export interface FileStoreOptions {
  readonly name: string;
  /** Where a part lies by its path in the layout; undefined when it is not there. */
  readonly find: (path: string) => FileRange | undefined | Promise<FileRange | undefined>;
  /** All files of the layout, for one whose lists are missing. */
  readonly paths: () => readonly string[] | Promise<readonly string[]>;
  /** `claimed`: the digests that the image gives to what lies there. */
  readonly scan: (range: FileRange, claimed: readonly string[]) => Promise<LayerReport>;
}

export function fileStore({ name, find, paths, scan }: FileStoreOptions): ImageStore {
  const read = async (path: string): Promise<Uint8Array | Problem | undefined> => {
    const range = await find(path);
    return range === undefined ? undefined : readAll(streamOfRange(range), MAX_DOCUMENT_BYTES);
  };
  const locate = (at: Descriptor): FileRange | undefined | Promise<FileRange | undefined> => {
    const path = at.path ?? blobPath(at.digest);
    return path === undefined ? undefined : find(path);
  };
  return {
    name,
    roots: () => readRoots(read),
    scattered: async () => scatteredImages(await partsOf(await paths(), find), read),
    document: async (at): Promise<Document | Problem> => {
      const range = await locate(at);
      if (range === undefined) return { problem: NOT_THERE };
      const bytes = await readAll(streamOfRange(range), MAX_DOCUMENT_BYTES);
      if ("problem" in bytes) return bytes;
      return verified(at, bytes);
    },
    layer: async (at, diffId) => {
      const range = await locate(at);
      if (range === undefined) return { problem: NOT_THERE };
      return scan(range, diffId === undefined ? [at.digest] : [at.digest, diffId]);
    },
    close: () => undefined,
  };
}

/** An image has some hundred parts. */
const MAX_PARTS = 10_000;

/** Tells documents from layers by their first bytes. */
async function partsOf(paths: readonly string[], find: FileStoreOptions["find"]): Promise<Parts> {
  const documents: string[] = [];
  const layers: string[] = [];
  for (const path of paths.slice(0, MAX_PARTS)) {
    const range = await find(path);
    if (range === undefined) continue;
    const length = Math.min(range.length ?? BLOCK_BYTES, BLOCK_BYTES);
    const source = streamOfRange({ ...range, length });
    const { head, stream } = await peek(source, BLOCK_BYTES);
    if (isDocument(head)) documents.push(path);
    else if (contentKind(head) !== "plain") layers.push(path);
    stream.close();
  }
  return { documents, layers, more: paths.length > MAX_PARTS };
}

/** Whether a file is compressed as a whole, and so cannot be read anywhere but front to back. */
export async function isCompressed(file: string): Promise<boolean | Problem> {
  try {
    const status = await stat(file);
    if (status.isDirectory()) return { problem: "it is a directory; oci: reads those" };
    // A pipe can be read once only, and may never end.
    if (!status.isFile()) return { problem: "it is no regular file" };
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return { problem: code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})` };
  }
  const source = streamOfRange({ file, offset: 0 });
  const { head, stream } = await peek(source, 512);
  if (head.length === 0) {
    const end = await stream.next();
    return { problem: (isEnd(end) ? end.problem : undefined) ?? "the file is empty" };
  }
  const { compression, stream: plain } = await decompress(stream);
  plain.close();
  source.close();
  return compression !== "none";
}
