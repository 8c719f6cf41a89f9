/** gRPC's way to say no. Source: grpc/grpc doc/PROTOCOL-HTTP2.md, doc/statuscodes.md. */

import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { denialText } from "../judge/denial.ts";
import type { Denial } from "../judge/contract.ts";

export const INVALID_ARGUMENT = 3;
export const PERMISSION_DENIED = 7;
export const RESOURCE_EXHAUSTED = 8;
export const UNIMPLEMENTED = 12;
export const UNAVAILABLE = 14;

/** An answer without a message: headers that are trailers too. */
export function statusOnly(code: number, message: string): OutgoingHttpHeaders {
  return {
    ":status": 200,
    "content-type": "application/grpc",
    "grpc-status": String(code),
    "grpc-message": percentEncoded(message),
  };
}

export function refuseStream(stream: ServerHttp2Stream, code: number, message: string): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond(statusOnly(code, message), { endStream: true });
  // What else it sends is not read.
  stream.resume();
}

export function denyStream(stream: ServerHttp2Stream, denial: Denial): void {
  const code = denial.status === 400 ? INVALID_ARGUMENT : PERMISSION_DENIED;
  refuseStream(stream, code, denialText([denial]));
}

function percentEncoded(message: string): string {
  let out = "";
  for (const byte of Buffer.from(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    out += plain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}
