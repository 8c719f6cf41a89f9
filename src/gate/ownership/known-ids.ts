/** Full ids whose owner was seen. Labels of containers, networks and execs never change, so neither does this. */

import type { EngineAsk } from "../judge/contract.ts";

const MOST = 16_384;
const FULL_ID = /^[0-9a-f]{64}$/;

export type KnownKind = "container" | "network" | "exec";

export class KnownIds {
  readonly #owners = new Map<string, string>();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** Only full ids are kept: names and their beginnings can come to mean another object. */
  learn(kind: KnownKind, id: string, owner: string): void {
    if (!FULL_ID.test(id)) return;
    const key = `${kind}:${id}`;
    this.#owners.delete(key);
    this.#owners.set(key, owner);
    if (this.#owners.size <= this.#most) return;
    const [oldest] = this.#owners.keys();
    if (oldest !== undefined) this.#owners.delete(oldest);
  }

  ownerOf(kind: KnownKind, id: string): string | undefined {
    if (id.length !== 64) return undefined;
    const key = `${kind}:${id}`;
    const owner = this.#owners.get(key);
    if (owner === undefined) return undefined;
    this.#owners.delete(key);
    this.#owners.set(key, owner);
    return owner;
  }

  get size(): number {
    return this.#owners.size;
  }
}

const byEngine = new WeakMap<EngineAsk, KnownIds>();

/** Those of one engine. */
export function knownIds(engine: EngineAsk): KnownIds {
  const known = byEngine.get(engine) ?? new KnownIds();
  byEngine.set(engine, known);
  return known;
}

/** Whether the id was seen to be the owner's; of one that was not, nothing is known. */
export function isKnownAsOwn(engine: EngineAsk, owner: string, id: string): boolean {
  const known = knownIds(engine);
  return (["container", "network", "exec"] as const).some(
    (kind) => known.ownerOf(kind, id) === owner,
  );
}
