/** Runs the module of `inflate.wat`: inflates data that are given to it by and by, in memory of its own. */

import { inflateModule } from "./inflate.generated.ts";

/** Not among the types of the language; Node.js has it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Global {
  value: number;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly in: Global;
  readonly inEnd: Global;
  readonly out: Global;
  readonly start: () => void;
  readonly run: (final: number, low: number, outEnd: number) => number;
}

/** What stopped it: it wants more input, its output is full, the data ended, are corrupt, or end too early. */
export type InflateStop = "input" | "output" | "end" | "corrupt" | "early";

const STOPS: readonly InflateStop[] = ["input", "output", "end", "corrupt", "early"];

/** A match copies from at most so far before. */
const HISTORY = 32_768;
/** Bytes that may be read behind the input and written behind the output. */
const MARGIN = 64;
const PAGE = 65_536;
/** As `inflate.wat` lays out its memory. */
const TEMPLATES = 0;
const ORDER = 1360;
const INPUT = 32_768;

export interface Inflater {
  /** How much input it holds at most. */
  readonly room: number;
  /** Begins with other data. What is left of the input stays, what was put out is forgotten. */
  readonly start: () => void;
  /** Adds as much input as there is room for; tells how much. */
  readonly give: (bytes: Uint8Array) => number;
  /** The input that is not used yet; it holds until more is given. */
  readonly rest: () => Uint8Array;
  /** Passes over input. */
  readonly skip: (bytes: number) => void;
  /** Goes on until it stops. `final` says that all input was given. */
  readonly run: (final: boolean) => InflateStop;
  /** What was put out since it was last asked; it holds until the next run. */
  readonly output: () => Uint8Array;
}

const INPUT_BYTES = 131_072;
/** What comes out at a time: whoever reads it finds it in the processor's cache. */
const PIECE_BYTES = 262_144;

/** Those that no stream uses now. An archive in an archive takes one more. */
const idle: Inflater[] = [];

/** An inflater for a stream, without input. */
export function lendInflater(): Inflater {
  const inflater = idle.pop() ?? createInflater(INPUT_BYTES, PIECE_BYTES);
  inflater.skip(inflater.rest().length);
  return inflater;
}

export function takeBack(inflater: Inflater): void {
  idle.push(inflater);
}

let compiled: object | undefined;

/** Holds at most so much input, and puts out about so much at a time. */
export function createInflater(inputBytes: number, outputBytes: number): Inflater {
  compiled ??= new WebAssembly.Module(Buffer.from(inflateModule, "base64"));
  const { exports } = new WebAssembly.Instance(compiled);
  const { memory, run, start, in: at, inEnd: end, out } = exports as Exports;
  const firstOut = INPUT + inputBytes + MARGIN;
  const lastOut = firstOut + HISTORY + outputBytes;
  memory.grow(Math.ceil((lastOut + MARGIN) / PAGE) - 1);
  const bytes = new Uint8Array(memory.buffer);
  writeTemplates(new DataView(memory.buffer));
  at.value = INPUT;
  end.value = INPUT;
  /** What was put out and is still there begins here; what nobody asked for yet, there. */
  let low = firstOut;
  let fresh = firstOut;
  out.value = firstOut;
  return {
    room: inputBytes,
    start: () => {
      start();
      out.value = firstOut;
      low = firstOut;
      fresh = firstOut;
    },
    give: (given) => {
      if (at.value > INPUT) {
        bytes.copyWithin(INPUT, at.value, end.value);
        end.value -= at.value - INPUT;
        at.value = INPUT;
      }
      const taken = Math.min(given.length, INPUT + inputBytes - end.value);
      bytes.set(taken === given.length ? given : given.subarray(0, taken), end.value);
      end.value += taken;
      return taken;
    },
    rest: () => bytes.subarray(at.value, end.value),
    skip: (count) => {
      at.value += count;
    },
    run: (final) => {
      if (fresh === out.value && out.value > firstOut + HISTORY) {
        const kept = Math.min(HISTORY, out.value - low);
        bytes.copyWithin(firstOut, out.value - kept, out.value);
        low = firstOut;
        out.value = firstOut + kept;
        fresh = out.value;
      }
      return STOPS[run(final ? 1 : 0, low, lastOut)] ?? "corrupt";
    },
    output: () => {
      const piece = bytes.subarray(fresh, out.value);
      fresh = out.value;
      return piece;
    },
  };
}

/** RFC 1951, section 3.2.5: the least length or distance of each symbol follows from how many bits follow it. */
function writeTemplates(view: DataView): void {
  const put = (index: number, entry: number): void => {
    view.setUint32(TEMPLATES + 4 * index, entry, true);
  };
  for (let literal = 0; literal < 256; literal++) put(literal, 0x8000_0000 + literal * 0x1_0000);
  put(256, 0xa000);
  let length = 3;
  for (let symbol = 257; symbol < 285; symbol++) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
    put(symbol, length * 0x1_0000 + extra);
    length += 1 << extra;
  }
  put(285, 258 * 0x1_0000);
  put(286, NO_CODE);
  put(287, NO_CODE);
  let distance = 1;
  for (let symbol = 0; symbol < 30; symbol++) {
    const extra = symbol < 4 ? 0 : (symbol - 2) >> 1;
    put(288 + symbol, distance * 0x1_0000 + extra);
    distance += 1 << extra;
  }
  put(318, NO_CODE);
  put(319, NO_CODE);
  // Lengths of codes, and how often the last one or zero is repeated.
  const extras = [2, 3, 7];
  for (let symbol = 0; symbol < 19; symbol++)
    put(320 + symbol, symbol * 0x1_0000 + (extras[symbol - 16] ?? 0));
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  for (const [index, symbol] of order.entries()) view.setUint8(ORDER + index, symbol);
}

const NO_CODE = 0x9000;
