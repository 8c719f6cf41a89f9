/** The last lines that a container wrote. */

import type { Engine } from "../engine.ts";
import type { EngineProblem } from "../problem.ts";
import { isProblem } from "../problem.ts";
import type { Body } from "../transport/body.ts";
import { isBodyEnd } from "../transport/body.ts";
import { containerPath } from "./names.ts";

export interface ContainerLog {
  /** With a terminal, everything. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Why it is not all that was asked for, as a clause. */
  readonly problem?: string;
}

export interface LogOptions {
  readonly lines: number;
  /** Whether the container has a terminal, as its inspection tells: then the log is not in frames. */
  readonly tty: boolean;
  readonly maxBytes?: number;
}

/** Some ten thousand lines. */
const MAX_BYTES = 16 * 1024 * 1024;
const TOTAL_MS = 120_000;

export async function containerLog(
  engine: Engine,
  name: string,
  { lines, tty, maxBytes = MAX_BYTES }: LogOptions,
): Promise<ContainerLog | EngineProblem> {
  const path = containerPath(name);
  if (typeof path !== "string") return path;
  const streamed = await engine.stream(
    `${path}/logs`,
    [
      ["stdout", "1"],
      ["stderr", "1"],
      ["tail", String(lines)],
    ],
    // Frames of single bytes are nine times as long as what they hold.
    { bytes: 16 * maxBytes, totalMs: TOTAL_MS },
  );
  if (isProblem(streamed)) return streamed;
  const { body, contentType } = streamed;
  // Engines since API 1.42 tell which it is.
  const framed =
    contentType.includes("multiplexed-stream") || (!contentType.includes("raw-stream") && !tty);
  const log = await (framed ? readFrames(body, maxBytes) : readRaw(body, maxBytes));
  body.close();
  return log;
}

const CUT = "it is longer than is read";

async function readRaw(body: Body, maxBytes: number): Promise<ContainerLog> {
  const stdout = createBuffer(maxBytes);
  let problem: string | undefined;
  for (;;) {
    const piece = await body.next();
    if (isBodyEnd(piece)) {
      ({ problem } = piece);
      break;
    }
    if (stdout.add(piece) < piece.length) {
      problem = CUT;
      break;
    }
  }
  return logOf(stdout.bytes(), new Uint8Array(0), problem);
}

/** A frame begins with its stream (1 or 2; 0 and 3 are none of a log's), three zeros, and four bytes of length. */
const HEADER_BYTES = 8;

async function readFrames(body: Body, maxBytes: number): Promise<ContainerLog> {
  const outputs = [createBuffer(maxBytes), createBuffer(maxBytes)] as const;
  const header = new Uint8Array(HEADER_BYTES);
  let headerBytes = 0;
  let left = 0;
  let output: LogBuffer | undefined;
  const finish = (problem?: string): ContainerLog =>
    logOf(outputs[0].bytes(), outputs[1].bytes(), problem);
  for (;;) {
    const piece = await body.next();
    if (isBodyEnd(piece)) {
      const within = left > 0 || headerBytes > 0;
      return finish(piece.problem ?? (within ? "it ends within a frame" : undefined));
    }
    for (let at = 0; at < piece.length;) {
      if (left > 0) {
        const data = piece.subarray(at, at + left);
        if (output !== undefined && output.add(data) < data.length) return finish(CUT);
        at += data.length;
        left -= data.length;
        continue;
      }
      header[headerBytes++] = piece[at++] ?? 0;
      if (headerBytes < HEADER_BYTES) continue;
      headerBytes = 0;
      const [stream = 0, ...zeros] = header.subarray(0, 4);
      if (stream > 3 || zeros.some((zero) => zero !== 0))
        return finish("it is not in the frames that the API promises");
      output = stream === 2 ? outputs[1] : stream === 1 ? outputs[0] : undefined;
      left = new DataView(header.buffer).getUint32(4);
    }
  }
}

interface LogBuffer {
  /** Takes as much as still fits and tells how much that was. */
  readonly add: (piece: Uint8Array) => number;
  readonly bytes: () => Uint8Array;
}

function createBuffer(maxBytes: number): LogBuffer {
  let held = new Uint8Array(0);
  let size = 0;
  return {
    add: (piece) => {
      const taken = piece.subarray(0, maxBytes - size);
      if (size + taken.length > held.length) {
        const larger = new Uint8Array(
          Math.min(maxBytes, Math.max(65_536, 2 * (size + taken.length))),
        );
        larger.set(held.subarray(0, size));
        held = larger;
      }
      held.set(taken, size);
      size += taken.length;
      return taken.length;
    },
    bytes: () => held.subarray(0, size),
  };
}

function logOf(stdout: Uint8Array, stderr: Uint8Array, problem: string | undefined): ContainerLog {
  return { stdout, stderr, ...(problem === undefined ? {} : { problem }) };
}
