/**
 * Scans a stream of bytes for secrets: as it is, or as the archive that it is, down to a bounded depth.
 * Nothing is held but the scanner's window and small files of known forms.
 */

import type { ByteScanner, Sighting } from "../../../detect/scan/scanner.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { copyOf, isEnd, peek } from "../stream/byte-stream.ts";
import { decompress, decompressedAtOnce, SMALL_BYTES } from "../stream/decompress.ts";
import { createPipe } from "../stream/pipe.ts";
import type { TarMember } from "../tar/member.ts";
import { createTarReader, cut } from "../tar/reader.ts";
import { readZip } from "../zip/reader.ts";
import { contentKind } from "./content-kind.ts";
import type { WholeFile } from "./whole-files.ts";
import { isConfiguration, wantsWhole } from "./whole-files.ts";
import type { Tap } from "./taps.ts";
import { createTaps, HEAD_BYTES } from "./taps.ts";
import type { Region } from "./window-scan.ts";
import { createWindowScan } from "./window-scan.ts";

export interface ScanEvents {
  /** A secret in a file; its places are the file's, the offset is the layer's. */
  readonly onSighting: (path: string, layerOffset: number | undefined, sighting: Sighting) => void;
  /** A small file of a known form, complete. Its bytes hold until this returns. */
  readonly onWholeFile: (file: WholeFile) => void;
  readonly onProblem: (path: string, problem: string) => void;
}

export interface ScanTools {
  /** A scanner of its own for each depth: an archive is scanned while the one around it waits. */
  readonly scanner: (depth: number) => ByteScanner;
  readonly events: ScanEvents;
  readonly budget: Budget;
}

/** What archives within files expand to, over a whole layer. */
export interface Budget {
  nestedBytes: number;
  nestedMembers: number;
  /** How many bytes they may expand to by now. */
  readonly allowed: () => number;
}

/** Archives in archives; each may be compressed, which counts for nothing. */
export const MAX_DEPTH = 4;
const MAX_NESTED_MEMBERS = 500_000;
const TOO_DEEP = "it is nested too deep to look into";
const TOO_MUCH = "the archives in this layer expand to too much; the rest of them was not read";

/** Where bytes are called that belong to no member of a nested archive. */
const NO_MEMBER = "(outside of the archive's files)";

/** A content that is looked into by what it is. */
export interface Content {
  readonly path: string;
  /** Archives around it. */
  readonly depth: number;
  /** Where it begins in the uncompressed layer; absent when something around it is compressed. */
  readonly layerOffset?: number;
  /** Its length, when it is known. */
  readonly bytes?: number;
}

/** What a tar archive is called, and where it begins in the layer. */
export interface TarPlace {
  readonly depth: number;
  /** Tells the path of a member. */
  readonly nameOf: (member: TarMember) => string;
  /** Path of what belongs to no member; its places count from the archive's beginning. */
  readonly gapPath: string;
  readonly layerOffset?: number;
}

/** Scans a tar archive. */
export async function scanTar(
  stream: ByteStream,
  place: TarPlace,
  tools: ScanTools,
): Promise<string | undefined> {
  const { events } = tools;
  const { depth, nameOf, gapPath } = place;
  const scan = createWindowScan(
    tools.scanner(depth),
    (sighting, { path, start, origin }) => {
      events.onSighting(
        path,
        moved(place.layerOffset, (origin ?? start) + sighting.start),
        sighting,
      );
    },
    ({ path }) => events.onProblem(path, CROWDED),
  );
  const taps = createTaps((member, region, head) => {
    const kind = contentKind(head);
    const layerOffset = moved(place.layerOffset, member.dataOffset);
    const from = layerOffset === undefined ? {} : { layerOffset };
    if (kind === "plain") {
      return wantsWhole(region.path, member.dataBytes)
        ? wholeTap({ path: region.path, member, ...from }, tools)
        : undefined;
    }
    if (depth >= MAX_DEPTH) {
      events.onProblem(region.path, TOO_DEEP);
      return undefined;
    }
    // What looks compressed may be no such thing after all; the members of others are scanned by themselves.
    region.scanned = kind === "compressed";
    const content = { path: region.path, depth: depth + 1, bytes: member.dataBytes, ...from };
    return kind === "compressed" && member.dataBytes <= SMALL_BYTES
      ? smallTap(content, tools)
      : nestedTap(content, tools);
  });
  // What belongs to no member is scanned too, headers and padding: it is in the layer for everybody who has it.
  let gap: Region = {
    start: 0,
    origin: 0,
    end: Infinity,
    path: gapPath,
    scanned: true,
    named: false,
  };
  scan.region(gap);
  const arrived: TarMember[] = [];
  const reader = createTarReader({
    onMember: (member) => arrived.push(member),
    onGap: () => undefined,
    onProblem: (problem) => {
      events.onProblem(gapPath, problem);
    },
  });
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) {
      // Why the stream ended early says more than where.
      if (piece.problem === undefined) reader.end();
      await taps.end();
      scan.end();
      return piece.problem;
    }
    reader.push(piece);
    for (const member of arrived) {
      const path = nameOf(member);
      const { dataOffset, dataBytes } = member;
      gap.end = dataOffset;
      const end = dataOffset + dataBytes;
      const region: Region = {
        start: dataOffset,
        end,
        path,
        scanned: true,
        named: isConfiguration(path),
      };
      scan.region(region);
      taps.expect(member, region);
      gap = { start: end, origin: 0, end: Infinity, path: gapPath, scanned: true, named: false };
      scan.region(gap);
    }
    arrived.length = 0;
    await taps.pass(piece, scan.offset());
    scan.push(piece);
  }
}

const CROWDED = "it holds so many secrets that the rest of it was not searched";

function moved(base: number | undefined, by: number): number | undefined {
  return base === undefined ? undefined : base + by;
}

/** Scans any content by what it is. Gives the problem that kept it from being read whole. */
export async function scanContent(
  source: ByteStream,
  content: Content,
  tools: ScanTools,
): Promise<string | undefined> {
  const { path, depth, layerOffset } = content;
  const { head, stream } = await peek(source, HEAD_BYTES);
  const kind = contentKind(head);
  if (kind === "plain") return scanPlain(stream, content, 0, tools);
  if (depth > MAX_DEPTH) {
    tools.events.onProblem(path, TOO_DEEP);
    return scanPlain(stream, content, 0, tools);
  }
  if (kind === "compressed") return scanCompressed(stream, content, tools);
  if (kind === "tar") {
    const nameOf = ({ path: name }: TarMember): string => memberPath(path, name);
    const gapPath = memberPath(path, NO_MEMBER);
    return scanTar(
      stream,
      { depth, nameOf, gapPath, ...(layerOffset === undefined ? {} : { layerOffset }) },
      tools,
    );
  }
  return readZip(stream, {
    onMember: async ({ path: name, storedAt, bytes }, member) => {
      const { budget, events } = tools;
      budget.nestedMembers += 1;
      if (budget.nestedMembers > MAX_NESTED_MEMBERS) {
        if (budget.nestedMembers === MAX_NESTED_MEMBERS + 1) events.onProblem(path, TOO_MUCH);
        return false;
      }
      const inner = memberPath(path, name);
      const at = storedAt === undefined ? undefined : moved(layerOffset, storedAt);
      const limited = bounded(member, budget);
      const problem = await scanContent(
        limited,
        {
          path: inner,
          depth: depth + 1,
          ...(at === undefined ? {} : { layerOffset: at }),
          ...(bytes === undefined ? {} : { bytes }),
        },
        tools,
      );
      if (problem !== undefined) events.onProblem(inner, problem);
      return !limited.exceeded();
    },
    onRest: async (rest, offset) => {
      await scanPlain(rest, { ...content, path: memberPath(path, NO_MEMBER) }, offset, tools);
    },
  });
}

async function scanCompressed(
  stream: ByteStream,
  { path, depth, bytes }: Content,
  tools: ScanTools,
): Promise<string | undefined> {
  const { stream: plain } = await decompress(stream, bytes, NESTED_WINDOW_LOG);
  const inner = await peek(bounded(plain, tools.budget), HEAD_BYTES);
  const kind = contentKind(inner.head);
  // `dump.sql.gz` holds `dump.sql`; an archive's members say enough.
  const innerPath = kind === "plain" ? memberPath(path, withoutSuffix(path)) : path;
  const innerDepth = kind === "compressed" ? depth + 1 : depth;
  const problem = await scanContent(inner.stream, { path: innerPath, depth: innerDepth }, tools);
  inner.stream.close();
  return problem;
}

/** Archives in layers are not given more memory than this many bits of window: 16 MiB. */
const NESTED_WINDOW_LOG = 24;

function withoutSuffix(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.(?:gz|zst|zstd)$/i, "");
}

const MAX_PATH = 4096;

/** The path of a member in the archive at a path. */
function memberPath(archive: string, member: string): string {
  return cut(`${archive}!/${member.replace(/^(?:\.?\/)+/, "")}`, MAX_PATH);
}

function bounded(
  stream: ByteStream,
  budget: Budget,
): ByteStream & { readonly exceeded: () => boolean } {
  let exceeded = false;
  return {
    exceeded: () => exceeded,
    next: async () => {
      if (budget.nestedBytes > budget.allowed()) {
        exceeded = true;
        return { ended: true, problem: TOO_MUCH };
      }
      const piece = await stream.next();
      if (!isEnd(piece)) budget.nestedBytes += piece.length;
      return piece;
    },
    close: stream.close,
  };
}

/** Scans what is no archive. Its places count from `origin` on, where its first byte stands. */
async function scanPlain(
  stream: ByteStream,
  content: Content,
  origin: number,
  tools: ScanTools,
): Promise<string | undefined> {
  const scan = plainScan(content, origin, tools);
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) {
      scan.end(piece.problem === undefined);
      return piece.problem;
    }
    scan.push(piece);
  }
}

interface PlainScan {
  readonly push: (piece: Uint8Array) => void;
  readonly end: (complete: boolean) => void;
}

function plainScan(
  { path, depth, layerOffset }: Content,
  origin: number,
  tools: ScanTools,
): PlainScan {
  const { events } = tools;
  const region: Region = {
    start: 0,
    origin: -origin,
    end: Infinity,
    path,
    scanned: true,
    named: isConfiguration(path),
  };
  const scan = createWindowScan(
    tools.scanner(depth),
    (sighting) => {
      events.onSighting(path, moved(layerOffset, sighting.start), sighting);
    },
    () => events.onProblem(path, CROWDED),
  );
  scan.region(region);
  const known = wantsWhole(path, 1);
  const whole = createWhole();
  return {
    push: (piece) => {
      scan.push(piece);
      if (!known) return;
      if (wantsWhole(path, whole.size() + piece.length)) whole.add(piece);
      else whole.drop();
    },
    end: (complete) => {
      scan.end();
      if (!known || !complete || !wantsWhole(path, whole.size())) return;
      events.onWholeFile({
        path,
        bytes: whole.bytes(),
        ...(layerOffset === undefined ? {} : { layerOffset: layerOffset + origin }),
      });
    },
  };
}

/**
 * A little compressed file, of which layers have thousands: it is gathered, and read without a stream if it is
 * nothing but a plain file that somebody compressed.
 */
function smallTap(content: Content, tools: ScanTools): Tap {
  const whole = createWhole();
  return {
    write: (piece) => {
      whole.add(piece);
      return undefined;
    },
    end: (complete) => {
      const bytes = whole.bytes();
      if (complete && scanSmall(bytes, content, tools)) return undefined;
      const tap = nestedTap(content, tools);
      return (tap.write(bytes) ?? Promise.resolve()).then(() => tap.end(complete));
    },
  };
}

/** False when it takes more than that. */
function scanSmall(bytes: Uint8Array, { path, depth }: Content, tools: ScanTools): boolean {
  const { budget } = tools;
  if (budget.nestedBytes > budget.allowed()) return false;
  const plain = decompressedAtOnce(bytes);
  if (plain === undefined || contentKind(plain.subarray(0, HEAD_BYTES)) !== "plain") return false;
  budget.nestedBytes += plain.length;
  const scan = plainScan({ path: memberPath(path, withoutSuffix(path)), depth }, 0, tools);
  scan.push(plain);
  scan.end(true);
  return true;
}

function nestedTap(content: Content, tools: ScanTools): Tap {
  const pipe = createPipe();
  const scanned = async (): Promise<void> => {
    const problem = await scanContent(pipe.stream, content, tools).catch(
      (error: unknown) =>
        `reading it failed (${error instanceof Error ? error.name : "unknown error"})`,
    );
    if (problem !== undefined) tools.events.onProblem(content.path, problem);
    // Whoever writes must not wait for a reader that is gone.
    pipe.stream.close();
  };
  const done = scanned();
  return {
    write: (piece) => pipe.write(piece),
    end: async (complete) => {
      pipe.end(complete ? undefined : "it ends too early");
      await done;
    },
  };
}

function wholeTap(file: Omit<WholeFile, "bytes">, tools: ScanTools): Tap {
  const whole = createWhole();
  return {
    write: (piece) => {
      whole.add(piece);
      return undefined;
    },
    end: (complete) => {
      if (complete) tools.events.onWholeFile({ ...file, bytes: whole.bytes() });
      return undefined;
    },
  };
}

interface Whole {
  readonly add: (piece: Uint8Array) => void;
  readonly drop: () => void;
  readonly size: () => number;
  readonly bytes: () => Uint8Array;
}

function createWhole(): Whole {
  let pieces: Uint8Array[] = [];
  let size = 0;
  return {
    add: (piece) => {
      pieces.push(copyOf(piece));
      size += piece.length;
    },
    drop: () => {
      pieces = [];
      size = Infinity;
    },
    size: () => size,
    bytes: () => {
      if (pieces[0]?.length === size) return pieces[0];
      const all = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
      }
      return all;
    },
  };
}
