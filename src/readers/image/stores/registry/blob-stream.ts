/** A blob as a stream: bounded by its size, verified by its digest, resumed where the connection breaks. */

import { createHash } from "node:crypto";
import type { ByteStream, StreamEnd } from "../../stream/byte-stream.ts";
import { isEnd } from "../../stream/byte-stream.ts";
import { bodyStream } from "./body-stream.ts";
import type { RegistryClient } from "./client.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, TRY_AGAIN, isProblem, problem } from "./problem.ts";
import { NOT_THERE } from "../../manifest/resolve-images.ts";
import type { Patience, Timing } from "./timing.ts";

export interface BlobOptions {
  readonly client: RegistryClient;
  readonly timing: Timing;
  readonly patience: Patience;
  /** Below `/v2/`. */
  readonly path: string;
  readonly digest: string;
  readonly size?: number;
}

export interface BlobStream extends ByteStream {
  /** Why not even its first byte could be had; known after the first call of `next`. */
  readonly refusal: () => RegistryProblem | undefined;
}

/** A descriptor without a size is against the specification; this much is read of such a blob. */
const MAX_UNSTATED = 16 * 1024 ** 3;
/** How often a broken blob is asked for from where it broke. */
const MAX_RESUMES = 2;

/** Asks for nothing before it is read. */
export function blobStream({
  client,
  timing,
  patience,
  path,
  digest,
  size,
}: BlobOptions): BlobStream {
  const algorithm = digest.startsWith("sha512:") ? "sha512" : "sha256";
  const hash = createHash(algorithm);
  const most = size ?? MAX_UNSTATED;
  let at = 0;
  let resumes = 0;
  let body: ByteStream | undefined;
  /** Bytes that are had already, from a registry that starts from the beginning again. */
  let passOver = 0;
  let refusal: RegistryProblem | undefined;
  let end: StreamEnd | undefined;

  const finish = (why?: string): StreamEnd => {
    end ??= why === undefined ? { ended: true } : { ended: true, problem: why };
    body?.close();
    return end;
  };
  const open = async (): Promise<ByteStream | RegistryProblem> => {
    const answer = await client.get(path, at === 0 ? {} : { range: `bytes=${String(at)}-` });
    if (isProblem(answer)) return answer;
    const { status, headers, message, host } = answer;
    const wrong = (text: string, settle: string): RegistryProblem => {
      discard(message);
      return problem(text, settle);
    };
    if (status === 404) return { ...wrong(NOT_THERE, "push the image whole"), missing: true };
    if (status !== 200 && status !== 206 && status !== 416) {
      return wrong(`${host} answers with status ${String(status)}`, TRY_AGAIN);
    }
    const from =
      status === 206 ? /^bytes (\d{1,16})-/.exec(headers["content-range"] ?? "")?.[1] : "0";
    if (status === 416 || from === undefined || (Number(from) !== at && Number(from) !== 0)) {
      return wrong(`${host} does not give the part of it that was asked for`, TRY_AGAIN);
    }
    const stated = Number(headers["content-length"] ?? Number.NaN);
    if (size !== undefined && stated + Number(from) > size) {
      return wrong(
        `${host} has more of it than the ${String(size)} bytes that are stated`,
        NOT_TRUSTED,
      );
    }
    passOver = at - Number(from);
    return bodyStream(message, timing, patience);
  };
  /** The next piece of what is there, or that there is none. */
  const pull = async (): Promise<Uint8Array | StreamEnd> => {
    if (body === undefined) {
      const opened = await open();
      if (isProblem(opened)) {
        if (at === 0) refusal = opened;
        return finish(opened.problem);
      }
      body = opened;
      if (end !== undefined) body.close();
    }
    return body.next();
  };
  const verified = (): StreamEnd => {
    const found = `${algorithm}:${hash.digest("hex")}`;
    return finish(found === digest ? undefined : `its content has the digest ${found}`);
  };
  /** The end of what was sent, which is not that of the blob where bytes are missing. */
  const ended = (why: string | undefined): StreamEnd | undefined => {
    if (why === undefined && size === undefined) return verified();
    if (resumes >= MAX_RESUMES || patience.isLost()) {
      return finish(why ?? `it has ${String(at)} bytes where ${String(size)} are stated`);
    }
    resumes += 1;
    body?.close();
    body = undefined;
    return undefined;
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    for (;;) {
      if (end !== undefined) return end;
      // What a registry does after the last byte, stalling or breaking off, is of no interest.
      if (at === size) return verified();
      const piece = await pull();
      // Closed in the meantime, or refused.
      if (end !== undefined) return end;
      if (isEnd(piece)) {
        const last = ended(piece.problem);
        if (last !== undefined) return last;
        continue;
      }
      const fresh = piece.subarray(Math.min(passOver, piece.length));
      passOver -= piece.length - fresh.length;
      if (fresh.length === 0) continue;
      if (at + fresh.length > most)
        return finish(`it has more than the ${String(most)} bytes that are stated`);
      at += fresh.length;
      hash.update(fresh);
      return fresh;
    }
  };
  return { next, close: () => void finish(), refusal: () => refusal };
}
