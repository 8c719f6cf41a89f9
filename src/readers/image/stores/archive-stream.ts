/**
 * An archive of images that can only be read front to back: compressed as a whole, or sent by an
 * engine. Its layers are scanned as they pass, before it is known whose they are; its documents are kept.
 */

import { contentKind, isDocument } from "../layers/content-kind.ts";
import type { LayerReport } from "../layers/layer-report.ts";
import type { Tap } from "../layers/taps.ts";
import { createTaps } from "../layers/taps.ts";
import type { Descriptor } from "../manifest/descriptor.ts";
import { scatteredImages } from "../manifest/scattered.ts";
import { NOT_THERE } from "../manifest/resolve-images.ts";
import { blobPath, readRoots } from "../manifest/roots.ts";
import type { ImageStore, Problem } from "../manifest/store.ts";
import { MAX_DOCUMENT_BYTES, verified } from "../manifest/store.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd, peek } from "../stream/byte-stream.ts";
import { createPipe } from "../stream/pipe.ts";
import type { TarMember } from "../tar/member.ts";
import { BLOCK_BYTES } from "../tar/fields.ts";
import { createTarReader } from "../tar/reader.ts";
import { cleanPath, followLinks, NO_ARCHIVE, TOO_MANY } from "./archive-members.ts";

/** All documents of an archive together. */
const MAX_DOCUMENTS_BYTES = 128 * 1024 * 1024;
const MAX_MEMBERS = 100_000;

export interface ArchiveStore {
  readonly store: ImageStore;
  /** What is wrong with the archive as a whole. */
  readonly problems: readonly string[];
}

/** Reads the archive whole, and gives a store of what passed. */
export async function archiveStream(
  name: string,
  source: ByteStream,
  scan: (layer: ByteStream) => Promise<LayerReport>,
): Promise<ArchiveStore> {
  const members = new Map<string, TarMember>();
  const documents = new Map<string, Uint8Array>();
  const layers = new Map<string, LayerReport>();
  /** What is a layer by its first bytes. */
  const sureLayers: string[] = [];
  const problems: string[] = [];
  let documentBytes = 0;

  const layerTap = (path: string, isSurely: boolean): Tap => {
    if (isSurely) sureLayers.push(path);
    const pipe = createPipe();
    const scanned = async (): Promise<void> => {
      try {
        layers.set(path, await scan(pipe.stream));
      } catch (error) {
        problems.push(
          `${path}: scanning it failed (${error instanceof Error ? error.name : "unknown error"})`,
        );
      }
      // Whoever writes must not wait for a reader that is gone.
      pipe.stream.close();
    };
    const done = scanned();
    return {
      write: (piece) => pipe.write(piece),
      end: async (complete) => {
        pipe.end(complete ? undefined : "the archive ends too early");
        await done;
      },
    };
  };
  const documentTap = (path: string, size: number): Tap | undefined => {
    if (size > MAX_DOCUMENT_BYTES || documentBytes + size > MAX_DOCUMENTS_BYTES) {
      problems.push(`${path}: a document of ${String(size)} bytes is not read`);
      return undefined;
    }
    documentBytes += size;
    const bytes = new Uint8Array(size);
    let at = 0;
    return {
      write: (piece) => {
        bytes.set(piece, at);
        at += piece.length;
        return undefined;
      },
      end: (complete) => {
        if (complete) documents.set(path, bytes);
        return undefined;
      },
    };
  };
  const taps = createTaps((member, { path }, head) =>
    // An empty layer is an archive of zeros, and an encrypted one is like nothing: all but documents may be layers.
    isDocument(head)
      ? documentTap(path, member.dataBytes)
      : layerTap(path, contentKind(head) !== "plain"),
  );
  const arrived: TarMember[] = [];
  let count = 0;
  const reader = createTarReader({
    onMember: (member) => {
      count += 1;
      if (count <= MAX_MEMBERS) arrived.push(member);
    },
    onGap: () => undefined,
    onProblem: (problem) => problems.push(problem),
  });
  const begin = await peek(source, BLOCK_BYTES);
  if (contentKind(begin.head) !== "tar") {
    const first = begin.head.length === 0 ? await begin.stream.next() : undefined;
    source.close();
    return noStore(
      name,
      first !== undefined && isEnd(first) ? (first.problem ?? NO_ARCHIVE) : NO_ARCHIVE,
    );
  }
  const { stream } = begin;
  for (let offset = 0; ;) {
    const piece = reader.ended() ? { ended: true as const } : await stream.next();
    if (isEnd(piece)) {
      if (piece.problem === undefined) reader.end();
      await taps.end();
      if (piece.problem !== undefined) problems.push(piece.problem);
      break;
    }
    reader.push(piece);
    for (const member of arrived) {
      const path = cleanPath(member.path);
      members.set(path, member);
      const { dataOffset, dataBytes } = member;
      taps.expect(member, {
        start: dataOffset,
        end: dataOffset + dataBytes,
        path,
        scanned: false,
        named: false,
      });
    }
    arrived.length = 0;
    await taps.pass(piece, offset);
    offset += piece.length;
  }
  stream.close();
  if (count > MAX_MEMBERS) problems.push(TOO_MANY);

  const partOf = <T>(parts: ReadonlyMap<string, T>, path: string | undefined): T | undefined => {
    const member = path === undefined ? undefined : followLinks(members, path);
    return member === undefined ? undefined : parts.get(cleanPath(member.path));
  };
  const readDocument = (path: string): Promise<Uint8Array | undefined> =>
    Promise.resolve(partOf(documents, path));
  const locate = ({ path, digest }: Descriptor): string | undefined => path ?? blobPath(digest);
  return {
    problems,
    store: {
      name,
      roots: () => readRoots(readDocument),
      scattered: () =>
        scatteredImages(
          { documents: [...documents.keys()], layers: sureLayers, more: false },
          readDocument,
        ),
      document: (at) => {
        const bytes = partOf(documents, locate(at));
        return Promise.resolve(bytes === undefined ? { problem: NOT_THERE } : verified(at, bytes));
      },
      layer: (at) => Promise.resolve(partOf(layers, locate(at)) ?? { problem: NOT_THERE }),
      close: () => undefined,
    },
  };
}

/** In the place of an archive that is none. */
function noStore(name: string, problem: string): ArchiveStore {
  const none = (): Promise<Problem> => Promise.resolve({ problem });
  return {
    problems: [],
    store: { name, roots: none, document: none, layer: none, close: () => undefined },
  };
}
