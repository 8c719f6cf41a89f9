/**
 * A BuildKit session: the engine calls services of the client. HTTP/2 is spoken anew on both sides, and only services
 * that a build needs are called.
 */

import {
  connect,
  performServerHandshake,
  type ClientHttp2Session,
  type ServerHttp2Session,
} from "node:http2";
import type { Duplex } from "node:stream";
import { serviceOf, sessionServices } from "./control-methods.ts";
import { UNAVAILABLE, UNIMPLEMENTED, refuseStream } from "./grpc-status.ts";
import { passedHeaders, relayAnswer } from "./relay.ts";

/** Bytes on their way in one session and one stream: a build context of many files goes through here. */
export const SESSION_WINDOW = 4 * 1024 * 1024;
const STREAM_WINDOW = 1024 * 1024;
const MOST_STREAMS = 256;

export const HTTP2_SETTINGS = {
  initialWindowSize: STREAM_WINDOW,
  maxConcurrentStreams: MOST_STREAMS,
  enablePush: false,
  maxHeaderListSize: 64 * 1024,
} as const;

export interface Mediated {
  /** Settles when both sides are closed. Never rejects. */
  readonly done: Promise<void>;
  readonly destroy: () => void;
}

export function mediateSession(client: Duplex, engine: Duplex): Mediated {
  const called = performServerHandshake(engine, { settings: HTTP2_SETTINGS });
  const calling = connect("http://localhost", {
    createConnection: () => client,
    settings: HTTP2_SETTINGS,
  });
  called.setLocalWindowSize(SESSION_WINDOW);
  called.on("stream", (stream, headers, _flags, raw) => {
    const path = headers[":path"] ?? "";
    const service = serviceOf(path);
    if (headers[":method"] !== "POST" || service === undefined || !sessionServices.has(service)) {
      refuseStream(stream, UNIMPLEMENTED, "plimsoll: the gate does not know this service");
      return;
    }
    if (calling.destroyed || calling.closed) {
      refuseStream(stream, UNAVAILABLE, "plimsoll: the client has left");
      return;
    }
    const onward = calling.request({
      ":method": "POST",
      ":path": path,
      ":scheme": "http",
      ":authority": "localhost",
      ...passedHeaders(raw),
    });
    relayAnswer(stream, onward);
    stream.pipe(onward);
  });
  return joinSessions(called, calling, [client, engine]);
}

/** The end of one session is the end of the other. */
export function joinSessions(
  called: ServerHttp2Session,
  calling: ClientHttp2Session,
  streams: readonly Duplex[],
): Mediated {
  let open = 2;
  let settle = (): void => undefined;
  const done = new Promise<void>((resolve) => (settle = resolve));
  const destroy = (): void => {
    called.destroy();
    calling.destroy();
    for (const stream of streams) stream.destroy();
  };
  for (const session of [called, calling]) {
    session.on("error", destroy);
    session.on("close", () => {
      open -= 1;
      if (open === 0) settle();
      else destroy();
    });
  }
  // The connections may be half open, HTTP/2 is not: whoever ends has left.
  for (const stream of streams) stream.once("end", destroy);
  return { done, destroy };
}
