/** Two HTTP/2 streams joined: bytes with backpressure both ways, ends, trailers, and the end of one ends the other. */

import {
  constants,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";

/** Headers of one hop, and those that each side writes itself. */
const OWN = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "host",
  "http2-settings",
  "proxy-connection",
  "date",
]);

/**
 * What goes on of headers and trailers. From the raw list: gRPC's metadata has names that stand several times, which
 * Node's object of headers would join into one value.
 */
export function passedHeaders(raw: readonly string[]): OutgoingHttpHeaders {
  const passed: Record<string, string[]> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (name.startsWith(":") || OWN.has(name)) continue;
    (passed[name] ??= []).push(raw[index + 1] ?? "");
  }
  return Object.fromEntries(
    Object.entries(passed).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  );
}

const MOST_SEEN = 16 * 1024 * 1024;

function watch(stream: ClientHttp2Stream, seen: (answer: Uint8Array) => void): void {
  let pieces: Uint8Array[] = [];
  let size = 0;
  stream.on("response", () => {
    stream.on("data", (piece: Uint8Array) => {
      size += piece.byteLength;
      if (size > MOST_SEEN) pieces = [];
      else pieces.push(piece);
    });
    stream.on("end", () => {
      if (size <= MOST_SEEN) seen(Buffer.concat(pieces));
    });
  });
}

/**
 * `called` is the request that came in, `calling` the one that the gate made of it. `seen` gets the whole answer
 * before the client can know that it is whole; not one that is longer than `MOST_SEEN` bytes.
 */
export function relayAnswer(
  called: ServerHttp2Stream,
  calling: ClientHttp2Stream,
  seen?: (answer: Uint8Array) => void,
): void {
  let trailers: OutgoingHttpHeaders = {};
  if (seen !== undefined) watch(calling, seen);
  calling.on("response", (headers, flags, raw) => {
    if (called.destroyed || called.closed) return;
    const status = headers[":status"] ?? 502;
    const ends = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    called.respond(
      { ":status": status, ...passedHeaders(raw) },
      { endStream: ends, waitForTrailers: !ends },
    );
    if (ends) return;
    called.on("wantTrailers", () => {
      if (!called.destroyed) called.sendTrailers(trailers);
    });
    calling.pipe(called);
  });
  calling.on("trailers", (_headers, _flags, raw) => {
    trailers = passedHeaders(raw);
  });
  const cancel = (stream: ServerHttp2Stream | ClientHttp2Stream): void => {
    if (!stream.destroyed && !stream.closed) stream.close(constants.NGHTTP2_CANCEL);
  };
  // A stream that broke must not look like one that ended.
  calling.on("error", () => cancel(called));
  called.on("error", () => cancel(calling));
  calling.on("close", () => {
    if (calling.rstCode !== constants.NGHTTP2_NO_ERROR || !called.headersSent) cancel(called);
  });
  called.on("close", () => cancel(calling));
}
