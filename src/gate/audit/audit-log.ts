/**
 * The audit log. Entries are queued, and each write takes all that wait (group commit).
 *
 * With `deny`, `decided` gives true only once the entry is whole in the kernel's hands (with `sync`: on the
 * disk). A request whose entry was not written, or that comes while none can be, is not admitted.
 * With `continue` nothing waits: entries stay queued while the disk takes none, what the queue cannot hold
 * is lost, and an entry tells how much.
 */

import { AuditQueue, type Waiting } from "./audit-queue.ts";
import { ChainWriter, type ChainWriterOptions, batchBytes } from "./chain-writer.ts";
import {
  type AuditRecord,
  type ChainHead,
  type DecisionRecord,
  type EndRecord,
  type GapRecord,
  entryText,
} from "./entry.ts";
import { tornOf } from "./tail.ts";

/** `warn` gets one line for standard error, without its newline. */
export interface AuditOptions extends ChainWriterOptions {
  readonly onFailure: "deny" | "continue";
  /** Entries that may wait for the disk. */
  readonly mostWaiting?: number;
  /** How long a write may take before the disk counts as failing, in ms. */
  readonly stall?: number;
  readonly now?: () => Date;
  /** ms between looks at the file, at a write that hangs, and tries to write again. */
  readonly tick?: number;
}

export interface AuditState {
  /** Of the last entry that was written. */
  readonly head: ChainHead;
  readonly written: number;
  /** Never written: of refused requests with `deny`, of what had no room with `continue`. */
  readonly lost: number;
  /** How often writing began to fail. */
  readonly failures: number;
  /** Why nothing can be written now. */
  readonly failing?: string;
  readonly waiting: number;
}

/** While nothing can be written. */
interface Outage {
  readonly since: string;
  readonly why: string;
  /** Entries not written and not told of yet. */
  lost: number;
  /** By the steady clock, in ms. */
  remindAt: number;
}

const MOST_WAITING = 20_000;
const STALL = 5000;
const TICK = 1000;
/** ms between words on a trouble that lasts. */
const REMIND = 60_000;
/** A jump of the wall clock against the steady one that is worth an entry, in ms. */
const CLOCK_JUMP = 2000;

export class AuditLog {
  readonly #options: AuditOptions;
  readonly #queue: AuditQueue;
  readonly #writer: ChainWriter;
  readonly #timer: NodeJS.Timeout;
  #outage: Outage | undefined;
  /** What the system has been given and has not answered. */
  #writing: { readonly since: number; readonly items: readonly Waiting[] } | undefined;
  #pumping: Promise<void> | undefined;
  #fullAgain = 0;
  #drift: number;
  #written = 0;
  #lost = 0;
  #failures = 0;
  #isClosed = false;

  private constructor(options: AuditOptions) {
    this.#options = options;
    this.#queue = new AuditQueue(options.mostWaiting ?? MOST_WAITING);
    this.#writer = new ChainWriter({ ...options, warn: this.#warn });
    this.#drift = this.#now().getTime() - performance.now();
    this.#timer = setInterval(this.#tick, options.tick ?? TICK).unref();
  }

  /** Never fails: a log that cannot be written is an outage from the start. */
  static async open(options: AuditOptions): Promise<AuditLog> {
    const log = new AuditLog(options);
    await log.#pump();
    return log;
  }

  /** Whether the request may go on. */
  decided(record: DecisionRecord): boolean | Promise<boolean> {
    const denies = this.#options.onFailure === "deny";
    if (denies && this.#outage !== undefined) {
      this.#lose(1);
      return false;
    }
    const text = this.#textOf({ kind: "decision", ...record });
    if (!denies) {
      this.#add({ text });
      return true;
    }
    return new Promise((resolve) => {
      if (!this.#add({ text, settle: resolve })) resolve(false);
    });
  }

  ended(record: EndRecord): void {
    this.#add({ text: this.#textOf({ kind: "end", ...record }) });
  }

  /** `event` and `text` are the gate's own words. */
  event(event: string, text?: string): void {
    const record = { kind: "event" as const, event, ...(text === undefined ? {} : { text }) };
    this.#add({ text: this.#textOf(record) });
  }

  /** After another program has moved the file away. */
  reopen(): void {
    this.#writer.reopen();
    this.event("reopen");
  }

  get state(): AuditState {
    return {
      head: this.#writer.head,
      written: this.#written,
      lost: this.#lost,
      failures: this.#failures,
      waiting: this.#queue.length + (this.#writing?.items.length ?? 0),
      ...(this.#outage === undefined ? {} : { failing: this.#outage.why }),
    };
  }

  /** Writes what waits, for `within` ms at most; afterwards nothing can be recorded. */
  async close(within = 2000): Promise<void> {
    this.event("stop");
    this.#isClosed = true;
    clearInterval(this.#timer);
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(late.resolve, within, undefined);
    await Promise.race([this.#pump(), late.promise]);
    clearTimeout(timer);
    this.#refuseWaiting();
    const { waiting } = this.state;
    if (waiting > 0) this.#warn(`${String(waiting)} entries could not be written before the end`);
    if (this.#writing === undefined) await this.#writer.close();
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  readonly #warn = (text: string): void => {
    this.#options.warn(`audit log ${this.#options.path}: ${text}`);
  };

  /** A jump of the clock is an entry of its own; order is `seq`'s, not the clock's. */
  #textOf(record: AuditRecord): string {
    const now = this.#now();
    const drift = now.getTime() - performance.now();
    const jump = Math.round(drift - this.#drift);
    this.#drift = drift;
    const time = now.toISOString();
    if (Math.abs(jump) > CLOCK_JUMP) {
      const text = `the clock went ${jump > 0 ? "ahead" : "back"} by ${String(Math.abs(jump))} ms`;
      this.#add({ text: entryText({ kind: "event", event: "clock", text }, time) });
    }
    return entryText(record, time);
  }

  /** Whether there was room. */
  #add(item: Waiting): boolean {
    if (this.#isClosed) return false;
    const hasRoom = this.#queue.add(item, this.#now().toISOString());
    if (!hasRoom) {
      this.#lost += 1;
      const now = performance.now();
      if (now >= this.#fullAgain) {
        this.#fullAgain = now + REMIND;
        this.#warn("the disk is too slow, entries are lost");
      }
    }
    if (this.#outage === undefined) void this.#pump();
    return hasRoom;
  }

  #pump(): Promise<void> {
    this.#pumping ??= this.#run();
    return this.#pumping;
  }

  async #run(): Promise<void> {
    // What comes in the same turn goes into the same write.
    await Promise.resolve();
    let isWell = true;
    while (isWell && this.#hasWork()) {
      const problem = await this.#writer.prepare();
      if (problem !== undefined) this.#fail(problem);
      isWell = problem === undefined && (await this.#writeBatch());
    }
    // In the same turn as the last look, so that nothing that comes now is left waiting.
    this.#pumping = undefined;
  }

  #hasWork(): boolean {
    const { isStale, isUnchained, torn } = this.#writer;
    if (isStale || isUnchained) return true;
    return torn !== undefined || this.#outage !== undefined || this.#queue.length > 0;
  }

  async #writeBatch(): Promise<boolean> {
    const outage = this.#outage;
    const told = outage?.lost ?? 0;
    const gaps = this.#gapsToTell();
    const waiting = this.#queue.take(batchBytes(this.#options), this.#now().toISOString());
    const items = [...gaps, ...waiting];
    if (items.length === 0) return true;
    this.#writing = { since: performance.now(), items };
    const { count, problem } = await this.#writer.write(items.map(({ text }) => text));
    this.#writing = undefined;
    this.#written += count;
    if (outage !== undefined && count > 0) outage.lost -= told;
    if (problem === undefined) {
      for (const { settle } of items) settle?.(true);
      if (outage !== undefined) this.#recover(outage, told);
      return true;
    }
    // With `sync`, entries may stand in the file and not be on the disk: that is not enough.
    for (const { settle } of items.slice(0, count)) settle?.(false);
    this.#queue.putBack(items.slice(Math.max(count, gaps.length)));
    this.#fail(problem);
    return false;
  }

  /** Entries that must stand before all that waits. */
  #gapsToTell(): readonly Waiting[] {
    const gaps: GapRecord[] = [];
    const { torn } = this.#writer;
    const outage = this.#outage;
    if (this.#writer.isUnchained) gaps.push({ reason: "no-chain", lost: 0 });
    if (outage !== undefined) {
      const { since, why, lost } = outage;
      gaps.push({ reason: "write-failed", why, lost, since });
    } else if (torn !== undefined) {
      gaps.push({ reason: torn.lines ? "not-entries" : "torn-line", lost: 0 });
    }
    const time = this.#now().toISOString();
    return gaps.map((gap, index) => {
      const isFirst = index === 0 && torn !== undefined;
      const record = { kind: "gap" as const, ...gap, ...(isFirst ? { torn: tornOf(torn) } : {}) };
      return { text: entryText(record, time) };
    });
  }

  readonly #tick = (): void => {
    this.#writer.look();
    const now = performance.now();
    const writing = this.#writing;
    if (writing !== undefined && now - writing.since > (this.#options.stall ?? STALL)) {
      this.#fail("the disk does not answer");
      // Should they be written in the end, the gap that follows tells of the outage.
      for (const { settle } of writing.items) settle?.(false);
    }
    const outage = this.#outage;
    if (outage === undefined) return;
    if (now >= outage.remindAt) {
      outage.remindAt = now + REMIND;
      this.#warn(`still cannot be written: ${outage.why}`);
    }
    void this.#pump();
  };

  #fail(why: string): void {
    if (this.#outage === undefined) {
      this.#failures += 1;
      const denies = this.#options.onFailure === "deny";
      const effect = denies ? "every request is refused until it can" : "requests go on";
      this.#warn(`cannot be written: ${why}; ${effect}`);
      const remindAt = performance.now() + REMIND;
      this.#outage = { since: this.#now().toISOString(), why, lost: 0, remindAt };
    }
    this.#refuseWaiting();
  }

  #refuseWaiting(): void {
    const refused = this.#queue.takeDecisions();
    for (const { settle } of refused) settle?.(false);
    this.#lose(refused.length);
  }

  #lose(entries: number): void {
    this.#lost += entries;
    if (this.#outage !== undefined) this.#outage.lost += entries;
  }

  /** What was lost after the gap was written gets a gap of its own. */
  #recover({ since, why, lost }: Outage, told: number): void {
    this.#outage = undefined;
    this.#warn(`is written again; ${String(told + lost)} entries were lost`);
    if (lost === 0) return;
    const gap: GapRecord = { reason: "write-failed", why, lost, since };
    const time = this.#now().toISOString();
    this.#queue.putBack([{ text: entryText({ kind: "gap", ...gap }, time) }]);
  }
}
