/**
 * A strict JSON reader: one value and nothing after it, no key twice, no lone surrogate, bounded depth
 * and count. What Go's encoding/json would quietly accept beyond that is refused.
 */

import { type Outcome, type RefusalCode, accept, refuse, shownKey } from "../refusal.ts";
import { JsonDecimal, type JsonValue } from "./value.ts";

export interface JsonBounds {
  readonly bytes: number;
  readonly depth: number;
  /** Values and keys in all. */
  readonly nodes: number;
}

/** Far above real bodies: a swarm config holds 1 MB, and no request type nests deeper than a dozen. */
export const DEFAULT_BOUNDS: JsonBounds = { bytes: 4 << 20, depth: 64, nodes: 200_000 };

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function parseJsonBytes(bytes: Uint8Array, bounds = DEFAULT_BOUNDS): Outcome<JsonValue> {
  if (bytes.byteLength > bounds.bytes) {
    return refuse("too-large", "", `the body is over ${bounds.bytes} bytes`);
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return refuse("invalid-utf8", "", "the body is not UTF-8");
  }
  return parseJsonText(text, bounds);
}

/** `text` must have come from well-formed UTF-8; the byte bound is the caller's here. */
export function parseJsonText(text: string, bounds = DEFAULT_BOUNDS): Outcome<JsonValue> {
  if (text.charCodeAt(0) === 0xfe_ff) {
    return refuse("byte-order-mark", "", "the JSON begins with a byte order mark");
  }
  return new Parser(text, bounds).parse();
}

interface Failure {
  readonly code: RefusalCode;
  readonly message: string;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const HEX = /^[0-9a-fA-F]{4}$/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

class Parser {
  readonly #text: string;
  readonly #bounds: JsonBounds;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #nodes = 0;
  #failure: Failure | undefined;

  constructor(text: string, bounds: JsonBounds) {
    this.#text = text;
    this.#bounds = bounds;
  }

  parse(): Outcome<JsonValue> {
    this.#space();
    if (this.#at === this.#text.length) return refuse("empty-body", "", "there is no JSON value");
    const value = this.#value(0);
    if (value === undefined) return this.#refusal();
    this.#space();
    if (this.#at < this.#text.length) {
      return refuse("trailing-data", "", "there is something after the JSON value");
    }
    return accept(value);
  }

  #refusal(): Outcome<never> {
    const { code, message } = this.#failure ?? { code: "bad-json", message: "not JSON" };
    return refuse(code, shownPath(this.#path), message);
  }

  #fail(code: RefusalCode, message: string): undefined {
    this.#failure ??= { code, message };
    return undefined;
  }

  #broken(what: string): undefined {
    return this.#fail("bad-json", `the body is not JSON: ${what} at offset ${this.#at}`);
  }

  #space(): void {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #value(depth: number): JsonValue | undefined {
    this.#nodes += 1;
    if (this.#nodes > this.#bounds.nodes) {
      return this.#fail("too-many", `the body has over ${this.#bounds.nodes} values`);
    }
    if (depth > this.#bounds.depth) {
      return this.#fail("too-deep", `the body nests deeper than ${this.#bounds.depth}`);
    }
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#list(depth);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word<T extends JsonValue>(word: string, value: T): T | undefined {
    if (!this.#text.startsWith(word, this.#at)) return this.#broken("a strange word");
    this.#at += word.length;
    return value;
  }

  #number(): JsonDecimal | undefined {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) return this.#broken("no value");
    this.#at += match[0].length;
    return new JsonDecimal(match[0]);
  }

  /** Past the comma, true; past the closing bracket, false. */
  #more(close: string): boolean | undefined {
    this.#space();
    const character = this.#text[this.#at];
    if (character !== "," && character !== close) return this.#broken(`no comma or ${close}`);
    this.#at += 1;
    return character === ",";
  }

  #closedAtOnce(close: string): boolean {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  #list(depth: number): JsonValue | undefined {
    const items: JsonValue[] = [];
    if (this.#closedAtOnce("]")) return items;
    for (;;) {
      this.#path.push(items.length);
      this.#space();
      const item = this.#value(depth + 1);
      if (item === undefined) return undefined;
      this.#path.pop();
      items.push(item);
      const more = this.#more("]");
      if (more === undefined) return undefined;
      if (!more) return items;
    }
  }

  #object(depth: number): JsonValue | undefined {
    const entries = new Map<string, JsonValue>();
    if (this.#closedAtOnce("}")) return entries;
    for (;;) {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) return this.#broken("no key");
      const key = this.#string();
      if (key === undefined) return undefined;
      this.#path.push(key);
      if (entries.has(key)) return this.#fail("duplicate-key", "the key stands twice");
      this.#space();
      if (this.#text[this.#at] !== ":") return this.#broken("no colon");
      this.#at += 1;
      this.#space();
      const value = this.#value(depth + 1);
      if (value === undefined) return undefined;
      this.#path.pop();
      entries.set(key, value);
      const more = this.#more("}");
      if (more === undefined) return undefined;
      if (!more) return entries;
    }
  }

  #string(): string | undefined {
    let from = this.#at + 1;
    let escaped = false;
    const parts: string[] = [];
    for (let at = from; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        parts.push(this.#text.slice(from, at));
        this.#at = at + 1;
        const value = parts.length === 1 ? (parts[0] ?? "") : parts.join("");
        // Raw text is well-formed already; only escapes can make a lone surrogate.
        if (escaped && !value.isWellFormed()) {
          return this.#fail("lone-surrogate", "a string holds half of a surrogate pair");
        }
        return value;
      }
      if (code < 0x20) {
        this.#at = at;
        return this.#broken("a control character in a string");
      }
      if (code !== BACKSLASH) continue;
      escaped = true;
      parts.push(this.#text.slice(from, at));
      this.#at = at;
      const escape = this.#escape(at + 1);
      if (escape === undefined) return undefined;
      parts.push(escape);
      at += this.#text[at + 1] === "u" ? 5 : 1;
      from = at + 1;
    }
    this.#at = this.#text.length;
    return this.#broken("a string without an end");
  }

  #escape(at: number): string | undefined {
    const letter = this.#text[at] ?? "";
    if (letter !== "u") {
      const plain = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined;
      return plain ?? this.#broken("a strange escape");
    }
    const digits = this.#text.slice(at + 1, at + 5);
    if (!HEX.test(digits)) return this.#broken("a strange escape");
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
}

/** `HostConfig.Mounts[0].Type`; a key that is no plain word in brackets and quotes. */
export function shownPath(path: readonly (string | number)[]): string {
  let shown = "";
  for (const step of path.slice(0, 16)) {
    if (typeof step === "number") shown += `[${step}]`;
    else if (/^[A-Za-z_][\w-]{0,63}$/.test(step)) shown += shown === "" ? step : `.${step}`;
    else shown += `["${shownKey(step)}"]`;
  }
  return path.length > 16 ? `${shown}…` : shown;
}
