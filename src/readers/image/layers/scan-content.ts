/**
 * Scans a stream of bytes for secrets: as it is, or as the archive that it is, down to a bounded depth.
 * Nothing is held but the scanner's window and small files of known forms.
 */

import type { ByteScanner, Sighting } from "../../../detect/scan/scanner.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { copyOf, isEnd, peek } from "../stream/byte-stream.ts";
import { decompress } from "../stream/decompress.ts";
import { createPipe } from "../stream/pipe.ts";
import type { TarMember } from "../tar/member.ts";
import { BLOCK_BYTES } from "../tar/fields.ts";
import { createTarReader } from "../tar/reader.ts";
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

/** What archives within files may expand to, over a whole layer. */
export interface Budget {
  nestedBytes: number;
}

export const MAX_DEPTH = 4;
export const MAX_NESTED_BYTES = 32 * 1024 * 1024 * 1024;

/** Members of the outermost archive, which is the layer itself. */
export type OnMember = (member: TarMember) => string;

/** Scans a tar archive. `nameOf` tells the path of a member; `depth` is 0 for a layer. */
export async function scanTar(
  stream: ByteStream,
  depth: number,
  nameOf: OnMember,
  tools: ScanTools,
  gapPath: string,
): Promise<string | undefined> {
  const { events } = tools;
  const layerOffset = (offset: number): number | undefined => (depth === 0 ? offset : undefined);
  const scan = createWindowScan(tools.scanner(depth), (sighting, { path, start }) => {
    events.onSighting(path, layerOffset(start + sighting.start), sighting);
  });
  const taps = createTaps((member, region, head) => {
    const kind = contentKind(head);
    if (kind !== "plain") {
      if (depth >= MAX_DEPTH) {
        events.onProblem(region.path, "it is nested too deep to look into");
        return undefined;
      }
      region.scanned = false;
      return nestedTap(region.path, member.dataBytes, depth + 1, tools);
    }
    return wantsWhole(region.path, member.dataBytes) ? wholeTap(member, region, tools) : undefined;
  });
  /** What belongs to no member is scanned too: it is in the layer for everybody who has it. */
  let gap: Region | undefined;
  const pending: (() => void)[] = [];
  const reader = createTarReader({
    onMember: (member) => {
      const path = nameOf(member);
      const { dataOffset, dataBytes } = member;
      pending.push(() => {
        if (gap !== undefined) gap.end = dataOffset - BLOCK_BYTES;
        gap = undefined;
        const region: Region = { start: dataOffset, end: dataOffset + dataBytes, path, scanned: true, named: isConfiguration(path) };
        scan.region(region);
        taps.expect(member, region);
      });
    },
    onGap: (offset) => {
      pending.push(() => {
        if (gap !== undefined) return;
        gap = { start: offset, end: Infinity, path: gapPath, scanned: true, named: false };
        scan.region(gap);
      });
    },
    onProblem: (problem) => {
      events.onProblem(gapPath, problem);
    },
  });
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) {
      reader.end();
      await taps.end();
      scan.end();
      return piece.problem;
    }
    reader.push(piece);
    for (const act of pending) act();
    pending.length = 0;
    await taps.pass(piece, scan.offset());
    scan.push(piece);
  }
}

/** Scans any content by what it is. Gives the problem that kept it from being read whole. */
export async function scanContent(
  source: ByteStream,
  path: string,
  depth: number,
  tools: ScanTools,
  bytes?: number,
): Promise<string | undefined> {
  const { head, stream } = await peek(source, HEAD_BYTES);
  const kind = contentKind(head);
  if (kind !== "plain" && depth > MAX_DEPTH) {
    tools.events.onProblem(path, "it is nested too deep to look into");
    return undefined;
  }
  switch (kind) {
    case "tar":
      return scanTar(stream, depth, ({ path: name }) => `${path}!/${name.replace(/^(?:\.?\/)+/, "")}`, tools, path);
    case "zip":
      return readZip(stream, async (name, content) => {
        const member = `${path}!/${name.replace(/^(?:\.?\/)+/, "")}`;
        const problem = await scanContent(content, member, depth + 1, tools);
        if (problem !== undefined) tools.events.onProblem(member, problem);
      });
    case "compressed": {
      const { stream: plain } = await decompress(stream, bytes);
      const inner = await peek(bounded(plain, tools.budget), HEAD_BYTES);
      const isArchive = contentKind(inner.head) !== "plain";
      return scanContent(inner.stream, isArchive ? path : withoutSuffix(path), depth + 1, tools);
    }
    case "plain":
      return scanPlain(stream, path, depth, tools);
  }
}

/** `dump.sql.gz` holds `dump.sql`. */
function withoutSuffix(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `${path}!/${name.replace(/\.(?:gz|zst|zstd)$/i, "")}`;
}

function bounded(stream: ByteStream, budget: Budget): ByteStream {
  return {
    next: async () => {
      if (budget.nestedBytes > MAX_NESTED_BYTES) {
        return { ended: true, problem: "the archives in this layer expand to too much" };
      }
      const piece = await stream.next();
      if (!isEnd(piece)) budget.nestedBytes += piece.length;
      return piece;
    },
    close: stream.close,
  };
}

async function scanPlain(
  stream: ByteStream,
  path: string,
  depth: number,
  tools: ScanTools,
): Promise<string | undefined> {
  const { events } = tools;
  const region: Region = { start: 0, end: Infinity, path, scanned: true, named: isConfiguration(path) };
  const scan = createWindowScan(tools.scanner(depth), (sighting) => {
    events.onSighting(path, undefined, sighting);
  });
  scan.region(region);
  const whole = createWhole();
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) {
      scan.end();
      if (piece.problem === undefined && wantsWhole(path, whole.size())) {
        events.onWholeFile({ path, bytes: whole.bytes() });
      }
      return piece.problem;
    }
    scan.push(piece);
    if (wantsWhole(path, whole.size() + piece.length)) whole.add(piece);
    else whole.drop();
  }
}

function nestedTap(path: string, bytes: number, depth: number, tools: ScanTools): Tap {
  const pipe = createPipe();
  const done = scanContent(pipe.stream, path, depth, tools, bytes).then((problem) => {
    if (problem !== undefined) tools.events.onProblem(path, problem);
    pipe.stream.close();
  });
  return {
    write: (piece) => pipe.write(piece),
    end: async (complete) => {
      pipe.end(complete ? undefined : "it ends too early");
      await done;
    },
  };
}

function wholeTap(member: TarMember, { path }: Region, tools: ScanTools): Tap {
  const whole = createWhole();
  return {
    write: (piece) => {
      whole.add(piece);
      return undefined;
    },
    end: (complete) => {
      if (complete) tools.events.onWholeFile({ path, bytes: whole.bytes(), member });
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
