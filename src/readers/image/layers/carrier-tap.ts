/** Looks through a script or a program for the archive that it carries, and into that. */

import type { CarriedArchive, Carrier } from "./carried-archive.ts";
import { findCarriedArchive, HEADER_BYTES } from "./carried-archive.ts";
import { archiveTap } from "./content-taps.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import { moved } from "./scan-tools.ts";
import type { Tap } from "./taps.ts";
import type { Region } from "./window-scan.ts";

/** `content` is the file; the region is its, and ends where an archive begins that is scanned by itself. */
export function carrierTap(
  content: Content,
  carrier: Carrier,
  region: Region,
  tools: ScanTools,
): Tap {
  /** The last bytes that came, which may begin a header. */
  let last = new Uint8Array(0);
  let passed = 0;
  let into: Tap | undefined;

  const open = ({ at, kind }: CarriedArchive): Tap => {
    // What only looks compressed is scanned as it is too.
    if (kind === "zip") region.end = Math.min(region.end, region.start + at);
    const { path, depth, bytes } = content;
    const layerOffset = moved(content.layerOffset, at);
    return archiveTap(
      {
        path,
        depth,
        ...(bytes === undefined ? {} : { bytes: bytes - at }),
        ...(layerOffset === undefined ? {} : { layerOffset }),
      },
      tools,
    );
  };
  return {
    write: (piece) => {
      if (into !== undefined) return into.write(piece);
      const start = passed - last.length;
      const edge = joined(last, piece.subarray(0, HEADER_BYTES));
      const atEdge = findCarriedArchive(edge, carrier);
      const within = atEdge === undefined ? findCarriedArchive(piece, carrier) : undefined;
      const used = edge.length - last.length;
      const from = passed;
      last = joined(last, piece.subarray(-HEADER_BYTES)).slice(-HEADER_BYTES);
      passed += piece.length;
      if (atEdge !== undefined) {
        const tap = (into = open({ ...atEdge, at: start + atEdge.at }));
        const written = tap.write(edge.subarray(atEdge.at)) ?? Promise.resolve();
        return written.then(() => tap.write(piece.subarray(used)));
      }
      if (within === undefined) return undefined;
      into = open({ ...within, at: from + within.at });
      return into.write(piece.subarray(within.at));
    },
    end: (complete) => into?.end(complete),
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
