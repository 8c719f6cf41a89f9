/** Why a request does not pass: a value, never an exception. */

export type RefusalCode =
  // the body
  | "too-large"
  | "too-deep"
  | "too-many"
  | "empty-body"
  | "unexpected-body"
  | "content-type"
  | "bad-json"
  | "trailing-data"
  | "byte-order-mark"
  | "invalid-utf8"
  | "lone-surrogate"
  | "duplicate-key"
  | "wrong-case"
  | "unknown-field"
  | "wrong-type"
  | "out-of-range"
  | "bad-value"
  // the target
  | "bad-target"
  | "bad-path"
  | "bad-version"
  | "unsupported-version"
  | "unknown-route"
  | "bad-name"
  // the query
  | "bad-query"
  | "unknown-parameter"
  | "repeated-parameter"
  | "missing-parameter"
  // headers
  | "bad-header"
  | "upgrade";

export interface Refusal {
  readonly code: RefusalCode;
  /** Where: a JSON path such as `HostConfig.Mounts[0].Type`, a parameter or a header; "" for the whole. */
  readonly at: string;
  /** One sentence for the client. Never holds a value of the request, only names of keys. */
  readonly message: string;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export function accept<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function refuse(
  code: RefusalCode,
  at: string,
  message: string,
): {
  readonly ok: false;
  readonly refusal: Refusal;
} {
  return { ok: false, refusal: { code, at, message } };
}

const UNPRINTABLE = /[^\x20-\x7e]/gu;

/** A client's key, safe to print: short, and no control or look-alike character raw. */
export function shownKey(key: string): string {
  const short = key.length > 64 ? `${key.slice(0, 64)}…` : key;
  return short.replaceAll(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
