/** Scans a tar archive, such as a layer: its members, and every byte between them. */

import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";
import type { TarMember } from "../tar/member.ts";
import { createTarReader } from "../tar/reader.ts";
import { carrierOf } from "./carried-archive.ts";
import { carrierTap } from "./carrier-tap.ts";
import { contentKind } from "./content-kind.ts";
import { archiveTap, compressedTap, wholeTap } from "./content-taps.ts";
import type { ScanTools } from "./scan-tools.ts";
import { CROWDED, MAX_DEPTH, moved, TOO_DEEP } from "./scan-tools.ts";
import { createTaps } from "./taps.ts";
import { isConfiguration, wantsWhole } from "./whole-files.ts";
import type { Region } from "./window-scan.ts";
import { createWindowScan } from "./window-scan.ts";

/** What a tar archive is called, and where it begins in the layer. */
export interface TarPlace {
  readonly depth: number;
  /** Tells the path of a member. */
  readonly nameOf: (member: TarMember) => string;
  /** Path of what belongs to no member; its places count from the archive's beginning. */
  readonly gapPath: string;
  readonly layerOffset?: number;
}

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
      if (wantsWhole(region.path, member.dataBytes, head))
        return wholeTap({ path: region.path, member, ...from }, tools);
      const carrier = depth >= MAX_DEPTH ? undefined : carrierOf(head);
      if (carrier === undefined) return undefined;
      const carried = { path: region.path, depth: depth + 1, bytes: member.dataBytes, ...from };
      return carrierTap(carried, carrier, region, tools);
    }
    if (depth >= MAX_DEPTH) {
      events.onProblem(region.path, TOO_DEEP);
      return undefined;
    }
    // What looks compressed may be no such thing after all; the members of others are scanned by themselves.
    region.scanned = kind === "compressed";
    const content = { path: region.path, depth: depth + 1, bytes: member.dataBytes, ...from };
    return kind === "compressed" ? compressedTap(content, tools) : archiveTap(content, tools);
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
