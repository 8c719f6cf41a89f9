/** A whole body from its pieces, bounded, in memory that grows with what came and not with what was announced. */

import type { BodyProblem, ByteSource, WholeBody } from "./contract.ts";

const FIRST_BYTES = 64 * 1024;

export function tooLarge(limit: number): BodyProblem {
  return {
    ok: false,
    problem: "too-large",
    status: 413,
    message: `the body is larger than ${limit} bytes`,
  };
}

export async function collect(source: ByteSource, limit: number): Promise<WholeBody> {
  if (source.length !== undefined && source.length > limit) return tooLarge(limit);
  let bytes = Buffer.allocUnsafeSlow(Math.min(source.length ?? FIRST_BYTES, FIRST_BYTES));
  let used = 0;
  for (;;) {
    const piece = await source.next();
    if (piece === undefined) return { ok: true, bytes: bytes.subarray(0, used) };
    if ("ok" in piece) return piece;
    const needed = used + piece.length;
    if (needed > limit) return tooLarge(limit);
    if (needed > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(needed, 2 * bytes.length)));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
    }
    bytes.set(piece, used);
    used = needed;
  }
}
