/**
 * One message of a unary gRPC request: a flag, four bytes of length, the message.
 * Source: grpc/grpc doc/PROTOCOL-HTTP2.md.
 */

import { type Outcome, accept, refuse } from "../wire/refusal.ts";

const HEAD = 5;

export function readUnary(body: Uint8Array): Outcome<Uint8Array> {
  const broken = () => refuse("bad-value", "", "the request holds no gRPC message");
  if (body.byteLength < HEAD) return broken();
  if (body[0] !== 0) return refuse("bad-value", "", "compressed messages are not read");
  const length = new DataView(body.buffer, body.byteOffset + 1, 4).getUint32(0);
  if (length !== body.byteLength - HEAD) return broken();
  return accept(body.subarray(HEAD));
}

export function writeUnary(message: Uint8Array): Uint8Array {
  const framed = new Uint8Array(HEAD + message.byteLength);
  new DataView(framed.buffer).setUint32(1, message.byteLength);
  framed.set(message, HEAD);
  return framed;
}
