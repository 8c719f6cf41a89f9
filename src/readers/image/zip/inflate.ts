/** Inflates data that ends by itself: what was read beyond its end is given back. */

import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";
import { copyOf, isEnd } from "../stream/byte-stream.ts";
import type { Inflater } from "../stream/inflater.ts";
import { lendInflater, takeBack } from "../stream/inflater.ts";
import type { AmountReader } from "../stream/reader.ts";

/** What the inflater is given at a time. */
const FEED_BYTES = 65_536;

export function inflate(reader: AmountReader): ByteStream {
  const source = reader.rest();
  let inflater: Inflater | undefined = lendInflater();
  inflater.start();
  /** What came last, and how much of it was given. */
  let piece: Uint8Array = NOTHING;
  let given = 0;
  let final = false;
  let failed = false;
  let end: StreamEnd | undefined;
  const finish = (how: StreamEnd): StreamEnd => {
    end ??= how;
    if (inflater !== undefined) {
      const rest = inflater.rest();
      // Members that follow are read faster from the piece itself than from copies.
      reader.giveBack(piece.subarray(Math.max(0, given - rest.length)));
      if (rest.length > given) reader.giveBack(copyOf(rest.subarray(0, rest.length - given)));
      takeBack(inflater);
    }
    inflater = undefined;
    return end;
  };
  const feed = async (into: Inflater): Promise<void> => {
    if (given === piece.length) {
      const arrived = await source.next();
      if (isEnd(arrived)) final = true;
      // It may have been closed meanwhile.
      else if (inflater !== into) reader.giveBack(arrived);
      else [piece, given] = [arrived, 0];
    }
    if (inflater === into) given += into.give(piece.subarray(given, given + FEED_BYTES));
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    for (;;) {
      if (end !== undefined || inflater === undefined) return end ?? { ended: true };
      if (failed) {
        const problem = reader.problem() ?? "the deflated data is corrupt or ends too early";
        return finish({ ended: true, problem });
      }
      const stop = inflater.run(final);
      const plain = stop === "input" ? NOTHING : inflater.output();
      failed = stop === "corrupt" || stop === "early";
      if (plain.length > 0) return plain;
      if (stop === "end") return finish({ ended: true });
      if (stop === "input") await feed(inflater);
    }
  };
  return { next, close: () => void finish({ ended: true }) };
}

const NOTHING = new Uint8Array(0);
