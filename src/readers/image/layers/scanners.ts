/** Scans layers beside each other: each in a thread of its own, as many as there are cores. */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { FileRange } from "../stores/file-range.ts";
import { streamOfRange } from "../stores/file-range.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { copyOf, isEnd } from "../stream/byte-stream.ts";
import type { LayerReport } from "./layer-report.ts";
import { nothingRead } from "./nothing-read.ts";
import { pathSetOf } from "./path-set.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";
import type { FromWorker, PlainReport, ToWorker } from "./worker-messages.ts";

/** Where a layer's bytes come from. A worker opens a file itself; a stream is handed on to it. */
export type LayerSource = FileRange | ByteStream;

export interface LayerScanners {
  readonly scan: (source: LayerSource) => Promise<LayerReport>;
  /** Ends the threads. Scans that still run give a problem. */
  readonly close: () => Promise<void>;
}

/** Pieces of a stream that are on their way to a worker at once. */
const PIECES_UNDER_WAY = 4;

/** Each takes some forty megabytes. */
const MAX_THREADS = 3;
/** What is alive is little; more room only lets what is not pile up. */
const YOUNG_MEGABYTES = 8;

export interface ScannersOptions {
  /** The key of the hashes that tell values apart. */
  readonly key: Uint8Array;
  /** Threads; 0 scans in this one. As many as there are cores when absent, within bounds. */
  readonly threads?: number;
}

export function createScanners({
  key,
  threads = Math.min(availableParallelism(), MAX_THREADS),
}: ScannersOptions): LayerScanners {
  const script = workerScript();
  if (threads <= 0 || script === undefined) {
    return {
      scan: (source) => scanLayerWithKey(streamOf(source), key),
      close: () => Promise.resolve(),
    };
  }
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  const acquire = (): Promise<Worker> => {
    const free = idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (all.size < threads) {
      const worker = new Worker(script, {
        workerData: { key },
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      });
      // A worker that waits keeps no process alive.
      worker.unref();
      all.add(worker);
      return Promise.resolve(worker);
    }
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  };
  const release = (worker: Worker): void => {
    worker.unref();
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  /** Another thread takes the place of one that died. */
  const drop = async (worker: Worker): Promise<void> => {
    all.delete(worker);
    const next = waiting.shift();
    if (next !== undefined) next(await acquire());
  };
  return {
    scan: async (source) => {
      const worker = await acquire();
      worker.ref();
      const outcome = await scanIn(worker, source);
      if ("died" in outcome) {
        await drop(worker);
        return nothingRead([outcome.died]);
      }
      release(worker);
      return outcome;
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function streamOf(source: LayerSource): ByteStream {
  return "next" in source ? source : streamOfRange(source);
}

function scanIn(
  worker: Worker,
  source: LayerSource,
): Promise<LayerReport | { readonly died: string }> {
  return new Promise((resolve) => {
    const send = (message: ToWorker, transfer: readonly ArrayBuffer[] = []): void => {
      worker.postMessage(message, transfer);
    };
    let credits = PIECES_UNDER_WAY;
    let pumping = false;
    const stream = "next" in source ? source : undefined;
    const pump = async (): Promise<void> => {
      if (stream === undefined || pumping) return;
      pumping = true;
      while (credits > 0) {
        const piece = await stream.next();
        if (isEnd(piece)) {
          send({ kind: "end", ...(piece.problem === undefined ? {} : { problem: piece.problem }) });
          return;
        }
        credits -= 1;
        const copy = copyOf(piece);
        send({ kind: "piece", bytes: copy }, [copy.buffer as ArrayBuffer]);
      }
      pumping = false;
    };
    const onMessage = (message: FromWorker): void => {
      if (message.kind === "taken") {
        credits += 1;
        void pump();
      } else if (message.kind === "closed") stream?.close();
      else finish(revived(message.report));
    };
    const onExit = (): void => {
      finish({ died: "the thread that scanned it ended" });
    };
    const onError = (error: Error & { readonly code?: string }): void => {
      finish({
        died:
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? "scanning it takes more memory than is given to it"
            : `scanning it failed (${error.name})`,
      });
    };
    const finish = (outcome: LayerReport | { readonly died: string }): void => {
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      worker.off("error", onError);
      stream?.close();
      resolve(outcome);
    };
    worker.on("message", onMessage);
    worker.on("exit", onExit);
    worker.on("error", onError);
    if (stream === undefined) send({ kind: "range", range: source as FileRange });
    else {
      send({ kind: "stream" });
      void pump();
    }
  });
}

/** A report as it crosses threads and stands in the cache: without functions. */
export function revived({ hashes, ...rest }: PlainReport): LayerReport {
  return { ...rest, paths: pathSetOf(hashes) };
}

/** In a checkout the source beside this one, in a package the bundle's own file. */
function workerScript(): URL | undefined {
  const places = ["./layer-worker.ts", "./layer-worker.cjs", "../layer-worker.cjs"];
  return places
    .map((place) => new URL(place, import.meta.url))
    .find((url) => existsSync(fileURLToPath(url)));
}
