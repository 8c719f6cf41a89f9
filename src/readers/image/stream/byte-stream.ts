/** Bytes that arrive piece by piece: from a file, a socket, a decompressor. */

/** The end of a stream. With a problem, what came before it is not all that there should have been. */
export interface StreamEnd {
  readonly ended: true;
  /** Why it ended early, as a clause: "the gzip data ends too early". */
  readonly problem?: string;
}

export interface ByteStream {
  /** The next piece, never empty, which holds until the next call; or the end. It never throws. */
  readonly next: () => Promise<Uint8Array | StreamEnd>;
  /** Frees what stands behind it. May be called at any time and more than once. */
  readonly close: () => void;
}

/** A copy that outlives the piece. `slice` makes none of a Node buffer. */
export function copyOf(piece: Uint8Array): Uint8Array {
  return new Uint8Array(piece);
}

export function isEnd(piece: Uint8Array | StreamEnd): piece is StreamEnd {
  return "ended" in piece;
}

/** A stream over bytes that are at hand, in pieces of at most `pieceBytes`. */
export function streamOfBytes(bytes: Uint8Array, pieceBytes = 262_144): ByteStream {
  let at = 0;
  return {
    next: () => {
      if (at >= bytes.length) return Promise.resolve({ ended: true });
      const piece = bytes.subarray(at, at + pieceBytes);
      at += piece.length;
      return Promise.resolve(piece);
    },
    close: () => {
      at = bytes.length;
    },
  };
}

/** A stream that gives back pieces that were already taken from it. */
export function withHead(head: Uint8Array, rest: ByteStream): ByteStream {
  let pending: Uint8Array | undefined = head.length > 0 ? head : undefined;
  const next = (): Promise<Uint8Array | StreamEnd> => {
    if (pending === undefined) return rest.next();
    const piece = pending;
    pending = undefined;
    return Promise.resolve(piece);
  };
  return { next, close: rest.close };
}

/**
 * The first bytes of a stream, `wanted` of them where there are so many, and a stream that still
 * begins with them.
 */
export async function peek(
  stream: ByteStream,
  wanted: number,
): Promise<{ readonly head: Uint8Array; readonly stream: ByteStream }> {
  const first = await stream.next();
  if (isEnd(first)) return { head: new Uint8Array(0), stream: ended(first, stream) };
  if (first.length >= wanted) {
    return { head: copyOf(first.subarray(0, wanted)), stream: withHead(first, stream) };
  }
  let head = copyOf(first);
  while (head.length < wanted) {
    const piece = await stream.next();
    if (isEnd(piece)) return { head, stream: withHead(head, ended(piece, stream)) };
    const joined = new Uint8Array(head.length + piece.length);
    joined.set(head);
    joined.set(piece, head.length);
    head = joined;
  }
  return { head: head.slice(0, wanted), stream: withHead(head, stream) };
}

function ended(end: StreamEnd, { close }: ByteStream): ByteStream {
  return { next: () => Promise.resolve(end), close };
}

/** All bytes of a stream, or the problem; a stream of more than `limit` bytes is a problem too. */
export async function readAll(
  stream: ByteStream,
  limit: number,
): Promise<Uint8Array | { readonly problem: string }> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) {
      if (piece.problem !== undefined) return { problem: piece.problem };
      break;
    }
    size += piece.length;
    if (size > limit) {
      stream.close();
      return { problem: `it is longer than ${String(limit)} bytes` };
    }
    pieces.push(copyOf(piece));
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
