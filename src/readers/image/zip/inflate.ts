/** Inflates data that ends by itself: what was read beyond its end is given back. */

import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";
import { copyOf, isEnd } from "../stream/byte-stream.ts";
import type { Inflater } from "../stream/inflater.ts";
import { lendInflater, takeBack } from "../stream/inflater.ts";
import type { AmountReader } from "../stream/reader.ts";

/** What the inflater is given at a time; what is too much of it is copied once more. */
const FEED_BYTES = 65_536;

export function inflate(reader: AmountReader): ByteStream {
  const source = reader.rest();
  let inflater: Inflater | undefined = lendInflater();
  inflater.start();
  let final = false;
  let failed = false;
  let end: StreamEnd | undefined;
  const finish = (how: StreamEnd): StreamEnd => {
    end ??= how;
    if (inflater !== undefined) {
      reader.giveBack(copyOf(inflater.rest()));
      takeBack(inflater);
    }
    inflater = undefined;
    return end;
  };
  const feed = async (into: Inflater): Promise<void> => {
    const piece = await source.next();
    if (isEnd(piece)) final = true;
    else if (inflater !== into) reader.giveBack(piece);
    else reader.giveBack(piece.subarray(into.give(piece.subarray(0, FEED_BYTES))));
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    for (;;) {
      if (end !== undefined || inflater === undefined) return end ?? { ended: true };
      if (failed) {
        const problem = reader.problem() ?? "the deflated data is corrupt or ends too early";
        return finish({ ended: true, problem });
      }
      const stop = inflater.run(final);
      const piece = stop === "input" ? NOTHING : inflater.output();
      failed = stop === "corrupt" || stop === "early";
      if (piece.length > 0) return piece;
      if (stop === "end") return finish({ ended: true });
      if (stop === "input") await feed(inflater);
    }
  };
  return { next, close: () => void finish({ ended: true }) };
}

const NOTHING = new Uint8Array(0);
