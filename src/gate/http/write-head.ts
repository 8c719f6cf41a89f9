/** Heads that the gate writes, and whole messages in one buffer. */

import type { AnswerFraming, RawHeaders } from "./contract.ts";

const REASONS: Readonly<Record<number, string>> = {
  101: "UPGRADED",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  301: "Moved Permanently",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  413: "Request Entity Too Large",
  417: "Expectation Failed",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};

const STATUS_LINES = new Map<number, string>();

/** With its CR LF. */
export function statusLine(status: number): string {
  let line = STATUS_LINES.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${REASONS[status] ?? "Unknown"}\r\n`;
    STATUS_LINES.set(status, line);
  }
  return line;
}

/** Header lines. A line break inside a value would be a hole, and a bug of the caller's: it is never written. */
export function fieldLines(headers: RawHeaders): string {
  let text = "";
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  let breaks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0d || code === 0x0a) breaks++;
    else if (code === 0 || code > 0xff) throw new Error("a header to write holds an odd character");
  }
  if (breaks !== 2 * headers.length) throw new Error("a header to write holds a line break");
  return text;
}

export function framingLine(framing: AnswerFraming): string {
  if (framing.kind === "length") return `Content-Length: ${framing.length}\r\n`;
  return framing.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : "";
}

/** Above this a copy costs more than a second write. */
const LARGEST_COPY = 32 * 1024;

export interface Writable {
  readonly cork: () => void;
  readonly uncork: () => void;
  readonly write: {
    (bytes: Uint8Array): boolean;
    (text: string, encoding: BufferEncoding): boolean;
  };
}

/** Head and body in one system call. False when the stream asks to wait. */
export function writeMessage(to: Writable, head: string, body: Uint8Array): boolean {
  if (body.length === 0) return to.write(head, "latin1");
  if (body.length <= LARGEST_COPY) {
    const bytes = Buffer.allocUnsafe(head.length + body.length);
    bytes.write(head, 0, "latin1");
    bytes.set(body, head.length);
    return to.write(bytes);
  }
  to.cork();
  to.write(head, "latin1");
  const more = to.write(body);
  to.uncork();
  return more;
}
