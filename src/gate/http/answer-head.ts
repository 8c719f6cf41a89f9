/** The head of an engine's answer. */

import type { AnswerFraming, RawHeaders } from "./contract.ts";
import { CHUNKED, isHopHeader, readFields, readHopFields } from "./fields.ts";

export interface AnswerHead {
  readonly status: number;
  /** Without those that frame the message or are for one connection. */
  readonly headers: RawHeaders;
  readonly framing: AnswerFraming | { readonly kind: "none" };
  readonly announced: number | undefined;
  /** Whether the connection can carry another exchange once this answer has ended. */
  readonly keepAlive: boolean;
}

const MOST_HEADERS = 256;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9][0-9])(?: |$)/;
const NONE = { kind: "none" } as const;
const UNTIL_CLOSE = { kind: "until-close" } as const;

/** The head, or what is wrong with it, as a clause. */
export function readAnswerHead(text: string, toHead: boolean): AnswerHead | string {
  const lineEnd = text.indexOf("\r\n");
  const line = STATUS_LINE.exec(text.slice(0, lineEnd));
  if (line === null) return "no status line of HTTP/1.1";
  const status = Number(line[2]);
  const fields = readFields(text, lineEnd + 2, MOST_HEADERS);
  if (typeof fields === "string") return fields;
  const hop = readHopFields(fields);
  if (hop.wrong !== undefined) return "the answer's framing is not clear";
  const framing = framingOf(status, toHead, hop.chunked, hop.length);
  return {
    status,
    headers: fields.filter(([name]) => !isHopHeader(name)),
    framing,
    announced: hop.length,
    keepAlive: line[1] === "1" && !hop.close && framing.kind !== "until-close",
  };
}

function framingOf(
  status: number,
  toHead: boolean,
  chunked: boolean,
  length: number | undefined,
): AnswerHead["framing"] {
  if (toHead || status < 200 || status === 204 || status === 304) return NONE;
  if (chunked) return CHUNKED;
  return length === undefined ? UNTIL_CLOSE : { kind: "length", length };
}

/** What the engine streams raw after a 200 when nobody asked for an upgrade. */
const RAW = /^application\/vnd\.docker\.(?:raw|multiplexed)-stream$/;

export function isRawStream(head: AnswerHead): boolean {
  return (
    head.framing.kind === "until-close" &&
    head.headers.some(([name, value]) => name.toLowerCase() === "content-type" && RAW.test(value))
  );
}
