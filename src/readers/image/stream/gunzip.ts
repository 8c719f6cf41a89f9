/**
 * Unpacks gzip: members that follow each other. Source: RFC 1952. It does so in the thread that asks: other threads
 * of a decompressor wait for that one after every piece, and scan layers of their own instead.
 */

import { crc32 } from "node:zlib";
import type { ByteStream, StreamEnd } from "./byte-stream.ts";
import { isEnd } from "./byte-stream.ts";
import { createGzipHeader, isTrailer, TRAILER_BYTES } from "./gzip-header.ts";
import type { Inflater } from "./inflater.ts";
import { lendInflater, takeBack } from "./inflater.ts";

const EARLY = "the gzip data ends too early";

export function gunzipped(source: ByteStream): ByteStream {
  let inflater: Inflater | undefined = lendInflater();
  let header = createGzipHeader();
  let part: "header" | "data" | "trailer" | "after" | "broken" = "header";
  let problem = "";
  let checksum = 0;
  let length = 0;
  /** What the source gave and was not taken yet. */
  let piece: Uint8Array = NOTHING;
  let sourceEnd: StreamEnd | undefined;
  let end: StreamEnd | undefined;

  const finish = (found?: string): StreamEnd => {
    const why = sourceEnd?.problem ?? found;
    end ??= why === undefined ? { ended: true } : { ended: true, problem: why };
    if (inflater !== undefined) takeBack(inflater);
    inflater = undefined;
    return end;
  };
  /** Gets more input. */
  const feed = async (from: Inflater): Promise<void> => {
    if (piece.length === 0) {
      const given = await source.next();
      if (isEnd(given)) sourceEnd = given;
      else piece = given;
    }
    // It may have been closed meanwhile.
    if (inflater === from) piece = piece.subarray(from.give(piece));
  };
  /** What comes out next, or how it ended; undefined when it takes more input. */
  const step = (from: Inflater, final: boolean): Uint8Array | StreamEnd | undefined => {
    switch (part) {
      case "header": {
        from.skip(header.read(from.rest()));
        if (header.state() === "wrong") return finish(corrupt("its header is none"));
        if (header.state() === "reading") return final ? finish(EARLY) : undefined;
        from.start();
        [part, checksum, length] = ["data", 0, 0];
        return step(from, final);
      }
      case "data": {
        const stop = from.run(final);
        if (stop === "input") return undefined;
        if (stop === "end") part = "trailer";
        if (stop === "corrupt" || stop === "early") {
          part = "broken";
          problem = stop === "early" ? EARLY : corrupt("it is no deflated data");
        }
        const plain = from.output();
        checksum = crc32(plain, checksum);
        length += plain.length;
        return plain.length > 0 ? plain : step(from, final);
      }
      case "broken":
        return finish(problem);
      case "trailer": {
        const rest = from.rest();
        if (rest.length < TRAILER_BYTES) return final ? finish(EARLY) : undefined;
        if (!isTrailer(rest, checksum, length)) return finish(corrupt("its checksum is another"));
        from.skip(TRAILER_BYTES);
        part = "after";
        return step(from, final);
      }
      case "after": {
        const [first] = from.rest();
        // Zeros fill up what is written in blocks.
        if (first === 0 || (first === undefined && final)) return finish();
        if (first === undefined) return undefined;
        header = createGzipHeader();
        part = "header";
        return step(from, final);
      }
    }
  };
  return {
    next: async () => {
      for (;;) {
        if (end !== undefined || inflater === undefined) return end ?? { ended: true };
        const stepped = step(inflater, sourceEnd !== undefined && piece.length === 0);
        if (stepped !== undefined) return stepped;
        await feed(inflater);
      }
    },
    close: () => {
      source.close();
      end ??= { ended: true };
      // The piece that is out is read no more, so that another stream may have the memory.
      finish();
    },
  };
}

const NOTHING = new Uint8Array(0);

function corrupt(why: string): string {
  return `the gzip data is corrupt (${why})`;
}
