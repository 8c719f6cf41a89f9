/** A thread that scans one layer after the other. */

import { parentPort, workerData } from "node:worker_threads";
import { streamOfRange } from "../stores/file-range.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { createPipe } from "../stream/pipe.ts";
import type { Pipe } from "../stream/pipe.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

const port = parentPort;
const { key } = workerData as { readonly key: Uint8Array };
let pipe: Pipe | undefined;
let feeding: Promise<void> = Promise.resolve();

function say(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

async function scan(stream: ByteStream): Promise<void> {
  const { paths, ...report } = await scanLayerWithKey(stream, key);
  pipe = undefined;
  const { hashes } = paths;
  say({ kind: "report", report: { ...report, hashes } }, [hashes.buffer as ArrayBuffer]);
}

port?.on("message", (message: ToWorker) => {
  switch (message.kind) {
    case "range":
      void scan(streamOfRange(message.range));
      break;
    case "stream": {
      pipe = createPipe();
      feeding = Promise.resolve();
      const { stream } = pipe;
      void scan({
        next: stream.next,
        close: () => {
          stream.close();
          say({ kind: "closed" });
        },
      });
      break;
    }
    case "piece": {
      const to = pipe;
      const before = feeding;
      feeding = (async () => {
        await before;
        await to?.write(message.bytes);
        say({ kind: "taken" });
      })();
      break;
    }
    case "end": {
      const to = pipe;
      const before = feeding;
      feeding = (async () => {
        await before;
        to?.end(message.problem);
      })();
      break;
    }
  }
});
