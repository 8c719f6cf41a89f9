/** What a shadow would have refused, counted. */

import type { Decided } from "../server/observer.ts";

export interface ShadowRow {
  readonly client: string;
  readonly rule: string;
  readonly operation: string;
  readonly count: number;
  /** Of the first such request. */
  readonly field: string;
  readonly message: string;
}

export interface ShadowSummary {
  readonly requests: number;
  /** Requests that would have been refused. */
  readonly refused: number;
  /** Most frequent first. A request with several reasons counts in several. */
  readonly rows: readonly ShadowRow[];
  /** Reasons beyond the most kinds that are kept apart. */
  readonly others: number;
}

const MOST_ROWS = 500;

export class ShadowTally {
  readonly #rows = new Map<string, { -readonly [Key in keyof ShadowRow]: ShadowRow[Key] }>();
  #requests = 0;
  #refused = 0;
  #others = 0;

  add({ client, asked, denials }: Pick<Decided, "client" | "asked" | "denials">): void {
    this.#requests += 1;
    if (denials.length > 0) this.#refused += 1;
    const operation = asked?.operation.id ?? "unknown";
    const counted = new Set<string>();
    for (const { rule, at, message } of denials) {
      const key = `${client.name} ${rule} ${operation}`;
      if (counted.has(key)) continue;
      counted.add(key);
      const row = this.#rows.get(key);
      if (row !== undefined) row.count += 1;
      else if (this.#rows.size >= MOST_ROWS) this.#others += 1;
      else {
        this.#rows.set(key, { client: client.name, rule, operation, count: 1, field: at, message });
      }
    }
  }

  summary(): ShadowSummary {
    return {
      requests: this.#requests,
      refused: this.#refused,
      rows: [...this.#rows.values()].toSorted((left, right) => right.count - left.count),
      others: this.#others,
    };
  }
}
