/** Bytes in which two readers could see different requests. None of them may reach the engine. */

export interface Smuggled {
  readonly why: string;
  readonly bytes: string;
}

const HIDDEN = "GET /v1.51/hidden HTTP/1.1\r\nHost: x\r\n\r\n";
const START = "POST /v1.51/seen HTTP/1.1\r\nHost: x\r\n";

const framed = (why: string, fields: string, body: string = HIDDEN): Smuggled => ({
  why,
  bytes: `${START}${fields}\r\n\r\n${body}`,
});

const line = (why: string, first: string): Smuggled => ({
  why,
  bytes: `${first}\r\nHost: x\r\n\r\n${HIDDEN}`,
});

const chunk = (why: string, body: string): Smuggled =>
  framed(why, "Transfer-Encoding: chunked", `${body}${HIDDEN}`);

/** Refused with their head. */
export const REFUSED_HEADS: readonly Smuggled[] = [
  framed("length and chunks", `Content-Length: ${HIDDEN.length}\r\nTransfer-Encoding: chunked`),
  framed("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
  framed("two lengths", `Content-Length: 0\r\nContent-Length: ${HIDDEN.length}`),
  framed("two equal lengths", "Content-Length: 0\r\nContent-Length: 0"),
  framed("a list of lengths", `Content-Length: 0, ${HIDDEN.length}`),
  framed("an unknown coding", "Transfer-Encoding: xchunked"),
  framed("a coding in capitals", "Transfer-Encoding: CHUNKED"),
  framed("a coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
  framed("a list of codings", "Transfer-Encoding: chunked, identity"),
  framed("chunked is not the last", "Transfer-Encoding: chunked, gzip"),
  framed("identity", "Transfer-Encoding: identity\r\nContent-Length: 0"),
  framed("no coding", "Transfer-Encoding:"),
  framed("a vertical tab before the coding", "Transfer-Encoding: \u000bchunked"),
  framed("a null byte in the coding", "Transfer-Encoding: chunked\0"),
  framed("a quoted coding", 'Transfer-Encoding: "chunked"'),
  framed("a parameter of the coding", "Transfer-Encoding: chunked;a=b"),
  framed("a comma behind the coding", "Transfer-Encoding: chunked,"),
  framed("a bare LF before the coding", "X: a\nTransfer-Encoding: chunked"),
  framed("a bare CR before the coding", "X: a\rTransfer-Encoding: chunked"),
  framed("a folded coding", "Transfer-Encoding:\r\n chunked"),
  framed("a folded header", "X: a\r\n Transfer-Encoding: chunked"),
  framed("a space before the colon", "Transfer-Encoding : chunked"),
  framed("a tab before the colon", "Content-Length\t: 5"),
  framed("a space before the name", " Content-Length: 5"),
  framed("a control character in the name", "Content-\u0001Length: 5"),
  framed("a null byte in the name", "Content-Length\0: 5"),
  framed("an NBSP behind the name", "Content-Length\u00a0: 5"),
  framed("a name of nothing", ": 5"),
  framed("a line without a colon", "Content-Length"),
  framed("a signed length", `Content-Length: +${HIDDEN.length}`),
  framed("a negative length", "Content-Length: -1"),
  framed("a hexadecimal length", "Content-Length: 0x10"),
  framed("an octal-looking length", `Content-Length: 0${HIDDEN.length}`),
  framed("a length with an exponent", "Content-Length: 1e1"),
  framed("a length with a fraction", "Content-Length: 1.0"),
  framed("a length of blanks between digits", "Content-Length: 1 0"),
  framed("an empty length", "Content-Length: "),
  framed("a length beyond every number", "Content-Length: 18446744073709551616"),
  framed("full-width digits", "Content-Length: \u00ef\u00bc\u0091"),
  framed("two hosts", "Host: y"),
  framed("an expectation of another kind", "Expect: a-miracle"),
  line("an absolute target", "GET http://x/v1.51/seen HTTP/1.1"),
  line("an authority", "CONNECT x:80 HTTP/1.1"),
  line("an asterisk", "OPTIONS * HTTP/1.1"),
  line("two spaces", "GET  /v1.51/seen HTTP/1.1"),
  line("a space in the target", "GET /v1.51/se en HTTP/1.1"),
  line("a tab between", "GET\t/v1.51/seen\tHTTP/1.1"),
  line("no version", "GET /v1.51/seen"),
  line("HTTP/0.9", "GET /v1.51/seen HTTP/0.9"),
  line("HTTP/2 by prior knowledge", "PRI * HTTP/2.0"),
  line("an empty line first", ""),
  line("a space first", " GET /v1.51/seen HTTP/1.1"),
  line("a bare LF behind the request line", "GET /v1.51/seen HTTP/1.1\nX: y"),
  line("raw bytes above ASCII in the target", "GET /v1.51/\u00e9 HTTP/1.1"),
  { why: "no host", bytes: `GET /v1.51/seen HTTP/1.1\r\n\r\n${HIDDEN}` },
  {
    why: "chunks in HTTP/1.0",
    bytes: `POST /v1.51/seen HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  },
  { why: "a TLS hello", bytes: "\u0016\u0003\u0001\u0002\0\u0001\0" },
  { why: "bare LF everywhere", bytes: HIDDEN.replaceAll("\r\n", "\n") },
];

/** Their head passes; what comes then breaks them, and nothing behind it is a request. */
export const BROKEN_BODIES: readonly Smuggled[] = [
  chunk("a chunk extension", "3;a=b\r\nabc\r\n0\r\n\r\n"),
  chunk("a chunk extension that hides a line end", "3;a\nb\r\nabc\r\n0\r\n\r\n"),
  chunk("a chunk longer than its size", "3\r\nabcd\r\n0\r\n\r\n"),
  chunk("a chunk shorter than its size", "5\r\nabc\r\n0\r\n\r\n"),
  chunk("a size with a sign", "+3\r\nabc\r\n0\r\n\r\n"),
  chunk("a size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"),
  chunk("a size with blanks", "3 \r\nabc\r\n0\r\n\r\n"),
  chunk("a size with a bare LF", "3\nabc\r\n0\r\n\r\n"),
  chunk("a size that wraps around", "10000000000000003\r\nabc\r\n0\r\n\r\n"),
  chunk("no size", "\r\nabc\r\n0\r\n\r\n"),
  chunk("data that ends with a bare LF", "3\r\nabc\n0\r\n\r\n"),
  chunk("trailers with a bare LF", "0\r\nX: y\n\r\n"),
];
