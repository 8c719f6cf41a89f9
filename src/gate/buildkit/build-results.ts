/**
 * What the engine's Dockerfile frontend gave to a build that the client drives. Only that can be the build's
 * result: a client's own words would be an image's configuration, without its owner's label, and its provenance.
 */

import { createHash } from "node:crypto";
import type { Denial } from "../judge/contract.ts";
import { ProtoMessage, decodeProto, encodeProto, type ProtoValue } from "./proto/codec.ts";
import { Attestations, BridgeSolveResponse } from "./proto/messages.ts";
import { readUnary } from "./grpc-message.ts";

/** Builds of one connection, oldest forgotten first, and entries of one build. */
const MOST_BUILDS = 64;
const MOST_ENTRIES = 1024;

export class BuildResults {
  /** Builds by reference: hashes of the entries that were given. */
  readonly #given = new Map<string, Set<string>>();

  /** The engine's answer to a Solve of the build; one that cannot be read gives nothing. */
  given(build: string, answer: Uint8Array): void {
    const unary = readUnary(answer);
    const read = unary.ok ? decodeProto(unary.value, BridgeSolveResponse) : unary;
    if (!read.ok) return;
    const entries = this.#given.get(build) ?? new Set<string>();
    this.#given.delete(build);
    this.#given.set(build, entries);
    for (const entry of entriesOf(read.value.message("result"))) {
      if (entries.size < MOST_ENTRIES) entries.add(entry);
    }
    const [oldest] = this.#given.keys();
    if (this.#given.size > MOST_BUILDS && oldest !== undefined) this.#given.delete(oldest);
  }

  /** Of `LLBBridge/Return`: undefined when everything in it was given. */
  judgeReturn(build: string, message: ProtoMessage): Denial | undefined {
    const given = this.#given.get(build);
    const entries = entriesOf(message.message("result"));
    return entries.every((entry) => given?.has(entry) === true)
      ? undefined
      : {
          status: 403,
          rule: "build-result-refused",
          at: "result",
          message: "the result says more of itself than the engine's Dockerfile frontend did",
          help: "Use `docker build` or `docker buildx build` with a Dockerfile",
        };
  }
}

function entriesOf(result: ProtoMessage | undefined): readonly string[] {
  if (result === undefined) return [];
  const metadata = result.list("metadata").map((entry) => {
    const value = entry instanceof ProtoMessage ? entry.fields.get("value") : undefined;
    return hashOf("metadata", keyOf(entry), value instanceof Uint8Array ? value : NOTHING);
  });
  const attestations = Array.from(result.map("attestations"), ([key, value]) =>
    hashOf(
      "attestations",
      key,
      value instanceof ProtoMessage ? encodeProto(value, Attestations) : NOTHING,
    ),
  );
  return [...metadata, ...attestations];
}

const NOTHING = new Uint8Array();

const keyOf = (entry: ProtoValue): string =>
  entry instanceof ProtoMessage ? entry.text("key") : "";

function hashOf(kind: string, key: string, value: Uint8Array): string {
  return createHash("sha256")
    .update(`${kind} ${String(Buffer.byteLength(key))} ${key}`)
    .update(value)
    .digest("base64");
}
