/** JSON from an engine, bounded in depth: what comes after walks it. */

import type { EngineProblem } from "./problem.ts";

/** The API's documents nest some ten deep. */
const MAX_DEPTH = 100;
const SETTLE = "look whether this is a Docker or Podman engine";

export function parseJsonDocument(bytes: Uint8Array): { readonly value: unknown } | EngineProblem {
  if (nestsTooDeep(bytes)) return { problem: "the engine's answer nests too deep", settle: SETTLE };
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return { value };
  } catch {
    // What the parser says quotes the answer.
    return { problem: "the engine's answer is no valid JSON", settle: SETTLE };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

function nestsTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (OPENING.includes(byte)) {
      depth++;
      if (depth > MAX_DEPTH) return true;
    } else if (CLOSING.includes(byte)) depth--;
  }
  return false;
}
