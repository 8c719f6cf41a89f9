/** JSON from an engine, bounded in depth and number of values. */

import type { EngineProblem } from "./problem.ts";

/** The API's documents nest some ten deep. */
const MAX_DEPTH = 100;
/** Inspecting a container gives some hundred values, listing ten thousand of them a million. */
const MAX_VALUES = 2_000_000;
const SETTLE = "look whether this is a Docker or Podman engine";

export function parseJsonDocument(bytes: Uint8Array): { readonly value: unknown } | EngineProblem {
  const excess = excessOf(bytes);
  if (excess !== undefined) return { problem: `the engine's answer ${excess}`, settle: SETTLE };
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return { value };
  } catch {
    // What the parser says quotes the answer.
    return { problem: "the engine's answer is no valid JSON", settle: SETTLE };
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** `[` and `{` are the same but for this bit, and so are `]` and `}`. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** What is too much in it, found before anything is made of it: a value of two bytes takes dozens in memory. */
function excessOf(bytes: Uint8Array): string | undefined {
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === COMMA) values++;
    else if ((byte | CURLY) === OPENING) {
      values++;
      depth++;
      if (depth > MAX_DEPTH) return "nests too deep";
    } else if ((byte | CURLY) === CLOSING) depth--;
  }
  return values > MAX_VALUES ? `holds more than ${String(MAX_VALUES)} values` : undefined;
}
