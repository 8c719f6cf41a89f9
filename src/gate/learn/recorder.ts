/**
 * Records what clients do and keeps two files: the policy that admits it, for people, and what was observed,
 * to go on from after a restart. Both are replaced whole (rename(2)), so that neither is ever half written; a
 * kill loses at most the last second.
 */

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { atLeast } from "../../model/finding.ts";
import type { CompiledGate } from "../policy/compiled.ts";
import { type Danger, dangersOf } from "../policy/dangers.ts";
import { writePolicy } from "../policy/write.ts";
import type { Decided } from "../server/observer.ts";
import { type LearnedClient, learnedClient } from "./learned-policy.ts";
import { ClientObserver, nothingObserved, observedSchema } from "./observed.ts";

export interface RecorderOptions {
  /** Of the policy that is written. What was observed stands beside it, with `.observed.json` at its end. */
  readonly path: string;
  /** Whose listeners and settings the policy gets. */
  readonly gate: CompiledGate;
  /** One line for standard error, without its newline. */
  readonly warn: (line: string) => void;
}

export interface GraveNeed extends Danger {
  readonly client: string;
}

const stateSchema = z.strictObject({
  version: z.literal(1),
  clients: z.record(z.string(), observedSchema),
});

/** ms after which everything is kept. */
const KEEP_AFTER = 1000;

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #clients: Map<string, ClientObserver>;
  readonly #warned = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;
  /** By the steady clock, in ms: keeping takes the gate's own time, a tenth of it at most. */
  #nextAt = 0;
  #isFailing = false;

  private constructor(options: RecorderOptions, clients: Map<string, ClientObserver>) {
    this.#options = options;
    this.#clients = clients;
  }

  /** A sentence when it would overwrite what it did not write, or cannot read what it did. */
  static open(options: RecorderOptions): Recorder | string {
    const file = observedFile(options.path);
    const clients = new Map<string, ClientObserver>();
    if (existsSync(file)) {
      const state = readState(file);
      if (typeof state === "string") return state;
      for (const [name, observed] of Object.entries(state.clients)) {
        clients.set(name, new ClientObserver(observed));
      }
    } else if (existsSync(options.path)) {
      return `${options.path} is there and was not learned; name another file, or move it away`;
    }
    return new Recorder(options, clients);
  }

  /** Once for each decision of a gate whose clients are granted nothing (`learningGate`). */
  add(decided: Decided): void {
    const { name } = decided.client;
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new ClientObserver(nothingObserved());
      this.#clients.set(name, client);
    }
    const isNew = client.add(decided);
    if (this.#timer !== undefined && (!isNew || this.#isSoon)) return;
    clearTimeout(this.#timer);
    const rest = Math.min(KEEP_AFTER, this.#nextAt - performance.now());
    this.#timer = setTimeout(() => this.keep(), isNew ? Math.max(0, rest) : KEEP_AFTER).unref();
    this.#isSoon = isNew;
  }

  get learned(): ReadonlyMap<string, LearnedClient> {
    const names = new Set([
      ...this.#options.gate.clients.map(({ policy }) => policy.name),
      ...this.#clients.keys(),
    ]);
    return new Map(
      [...names].map((name) => [name, learnedClient(name, this.#clients.get(name)?.state)]),
    );
  }

  /** What of the policy is grave, by client. */
  get grave(): readonly GraveNeed[] {
    return this.#graveOf(this.learned);
  }

  #graveOf(learned: ReadonlyMap<string, LearnedClient>): readonly GraveNeed[] {
    return [...learned].flatMap(
      ([
        client,
        {
          client: { policy },
        },
      ]) =>
        dangersOf(policy, this.#options.gate)
          .filter(({ severity }) => atLeast(severity, "high"))
          .map((danger) => ({ client, ...danger })),
    );
  }

  /** Writes both files now. False when that is not possible, which is told once. */
  keep(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSoon = false;
    const began = performance.now();
    const isKept = this.#write();
    const ended = performance.now();
    this.#nextAt = ended + 9 * (ended - began);
    return isKept;
  }

  #write(): boolean {
    const learned = this.learned;
    for (const { client, grant, severity, meaning } of this.#graveOf(learned)) {
      const line = `learning: ${client} asked for ${grant} (${severity}): ${meaning}`;
      if (this.#warned.has(line)) continue;
      this.#warned.add(line);
      this.#options.warn(line);
    }
    const { path } = this.#options;
    try {
      const clients = [...this.#clients].map(([name, { state }]) => [name, state]);
      replace(
        observedFile(path),
        JSON.stringify({ version: 1, clients: Object.fromEntries(clients) }),
      );
      replace(path, this.#policyText(learned));
      this.#isFailing = false;
      return true;
    } catch (error) {
      if (!this.#isFailing)
        this.#options.warn(`learning: ${path} cannot be written: ${String(error)}`);
      this.#isFailing = true;
      return false;
    }
  }

  #policyText(learned: ReadonlyMap<string, LearnedClient>): string {
    const notes = new Map([...learned].map(([name, one]) => [name, one.notes]));
    const clients = [...learned.values()].map(({ client }) => client);
    return writePolicy({ ...this.#options.gate, clients }, { notes });
  }
}

const observedFile = (path: string): string => `${path}.observed.json`;

function replace(path: string, text: string): void {
  const written = `${path}.${String(process.pid)}`;
  writeFileSync(written, text, { mode: 0o600 });
  renameSync(written, path);
}

function readState(file: string): z.output<typeof stateSchema> | string {
  try {
    const parsed = stateSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (parsed.success) return parsed.data;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) return `${file} cannot be read: ${code}`;
  }
  return `${file} is not what this version of plimsoll writes; move it away to learn anew`;
}
