/** Answer plans applied: to one document, and to a stream of values piece by piece. */

import { parseJsonBytes, type JsonBounds } from "../wire/json/parse.ts";
import type { JsonValue } from "../wire/json/value.ts";
import { writeJsonBytes } from "../wire/json/write.ts";
import type { AnswerPlan } from "./contract.ts";
import { PASS } from "./contract.ts";
import { JsonStreamSplitter } from "./json-stream.ts";

/** Lists of some ten thousand containers are some 40 MB. */
export const ANSWER_BOUNDS: JsonBounds = { bytes: 64 << 20, depth: 128, nodes: 8_000_000 };

/** Several plans as one, in their order. A document's plan and a stream's do not meet: steps know the operation. */
export function combinePlans(plans: readonly AnswerPlan[]): AnswerPlan {
  const active = plans.filter((plan) => plan.kind !== "pass");
  const [first] = active;
  if (first === undefined) return PASS;
  if (active.length === 1) return first;
  if (first.kind === "json-stream") {
    const rewrites = active.map(({ rewrite }) => rewrite);
    return {
      kind: "json-stream",
      rewrite: (value) => {
        let current: JsonValue | undefined = value;
        for (const rewrite of rewrites) {
          if (current === undefined) return undefined;
          current = rewrite(current);
        }
        return current;
      },
    };
  }
  const documents = active.filter((plan) => plan.kind === "json");
  if (documents.length < active.length) throw new Error("a document's and a stream's plan meet");
  return {
    kind: "json",
    rewrite: (value) => documents.reduce((current, { rewrite }) => rewrite(current), value),
  };
}

/** The document to send; undefined when the engine sent none that can be read, which then does not pass. */
export function rewriteDocument(
  bytes: Uint8Array,
  rewrite: (value: JsonValue) => JsonValue,
): Uint8Array | undefined {
  const parsed = parseJsonBytes(bytes, ANSWER_BOUNDS);
  if (!parsed.ok) return undefined;
  const rewritten = rewrite(parsed.value);
  if (rewritten === parsed.value) return bytes;
  // dockerd ends its documents with a line feed, and some clients read by lines.
  const text = writeJsonBytes(rewritten);
  const whole = new Uint8Array(text.byteLength + 1);
  whole.set(text);
  whole[text.byteLength] = 0x0a;
  return whole;
}

export interface StreamRewriter {
  /** What of the piece goes on; undefined when the stream cannot be read and must end here. */
  readonly push: (piece: Uint8Array) => Uint8Array | undefined;
}

const NOTHING = new Uint8Array();

/** For streams of JSON values, with line feeds or record separators (RFC 7464) between them. */
export function streamRewriter(
  rewrite: (value: JsonValue) => JsonValue | undefined,
): StreamRewriter {
  const splitter = new JsonStreamSplitter();
  return {
    push: (piece) => {
      const values = splitter.push(piece);
      if (values === undefined) return undefined;
      const kept: Uint8Array[] = [];
      for (const { before, bytes } of values) {
        const parsed = parseJsonBytes(bytes, ANSWER_BOUNDS);
        if (!parsed.ok) return undefined;
        const value = rewrite(parsed.value);
        if (value === undefined) continue;
        const written = value === parsed.value ? bytes : writeJsonBytes(value);
        kept.push(before, written, LINE_FEED);
      }
      return kept.length === 0 ? NOTHING : Buffer.concat(kept);
    },
  };
}

const LINE_FEED = new Uint8Array([0x0a]);
