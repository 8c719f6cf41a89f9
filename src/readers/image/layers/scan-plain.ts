/** Scans what is no archive: byte by byte, and as a whole where its name tells a form. */

import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import { CROWDED, moved } from "./scan-tools.ts";
import { createWholeBytes } from "./whole-bytes.ts";
import { isConfiguration, isWholeSize, wantsWhole } from "./whole-files.ts";
import type { Region } from "./window-scan.ts";
import { createWindowScan } from "./window-scan.ts";

/** Its places count from `origin` on, where its first byte stands. Gives the problem that kept it from being read whole. */
export async function scanPlain(
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

/** Scans a content of which all bytes are at hand. */
export function scanPlainAtOnce(bytes: Uint8Array, content: Content, tools: ScanTools): void {
  const scan = plainScan(content, 0, tools);
  scan.push(bytes);
  scan.end(true);
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
  let known: boolean | undefined;
  const whole = createWholeBytes();
  return {
    push: (piece) => {
      scan.push(piece);
      known ??= wantsWhole(path, 1, piece);
      if (!known) return;
      if (isWholeSize(whole.size() + piece.length)) whole.add(piece);
      else whole.drop();
    },
    end: (complete) => {
      scan.end();
      if (known !== true || !complete || !isWholeSize(whole.size())) return;
      events.onWholeFile({
        path,
        bytes: whole.bytes(),
        ...(layerOffset === undefined ? {} : { layerOffset: layerOffset + origin }),
      });
    },
  };
}
