/** What is done with the contents of a layer's members while they pass by. */

import { SMALL_BYTES } from "../stream/inflate-at-once.ts";
import { createPipe } from "../stream/pipe.ts";
import { scanCompressedAtOnce } from "./scan-compressed.ts";
import { scanContent } from "./scan-content.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import type { Tap } from "./taps.ts";
import { createWholeBytes } from "./whole-bytes.ts";
import type { WholeFile } from "./whole-files.ts";

/** Gathers a small file of a known form. */
export function wholeTap(file: Omit<WholeFile, "bytes">, tools: ScanTools): Tap {
  const whole = createWholeBytes();
  return {
    write: (piece) => {
      whole.add(piece);
      return undefined;
    },
    end: (complete) => {
      if (complete) tools.events.onWholeFile({ ...file, bytes: whole.bytes() });
      return undefined;
    },
  };
}

/**
 * Looks into a compressed file. Layers have thousands of little ones, which are gathered and read without a stream
 * if they hold nothing but a plain file.
 */
export function compressedTap(content: Content, tools: ScanTools): Tap {
  if ((content.bytes ?? Infinity) > SMALL_BYTES) return archiveTap(content, tools);
  const whole = createWholeBytes();
  return {
    write: (piece) => {
      whole.add(piece);
      return undefined;
    },
    end: (complete) => {
      const bytes = whole.bytes();
      if (complete && scanCompressedAtOnce(bytes, content, tools)) return undefined;
      const tap = archiveTap(content, tools);
      return (tap.write(bytes) ?? Promise.resolve()).then(() => tap.end(complete));
    },
  };
}

/** Looks into an archive. */
export function archiveTap(content: Content, tools: ScanTools): Tap {
  const pipe = createPipe();
  const scanned = async (): Promise<void> => {
    const problem = await scanContent(pipe.stream, content, tools).catch(
      (error: unknown) =>
        `reading it failed (${error instanceof Error ? error.name : "unknown error"})`,
    );
    if (problem !== undefined) tools.events.onProblem(content.path, problem);
    // Whoever writes must not wait for a reader that is gone.
    pipe.stream.close();
  };
  const done = scanned();
  return {
    write: (piece) => pipe.write(piece),
    end: async (complete) => {
      pipe.end(complete ? undefined : "it ends too early");
      await done;
    },
  };
}
