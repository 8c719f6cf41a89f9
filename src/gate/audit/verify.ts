/**
 * Whether the entries of an audit log are all there, unchanged and in order.
 *
 * What this shows: an entry that was changed, taken out, put in or moved, and a file that is missing between
 * others. What it cannot show by itself: entries cut off at the end, older files that are gone, and a chain
 * that someone who may write the files has made anew; for these, compare with a head (`seq` and `hash`)
 * that was noted elsewhere.
 */

import { createHash, type Hash } from "node:crypto";
import { type ChainHead, type ReadEntry, CHAIN_START, readEntry } from "./entry.ts";

export interface AuditVerdict {
  readonly entries: number;
  readonly first?: { readonly seq: number; readonly time: string };
  readonly last?: ChainHead & { readonly time: string };
  /** What the gate cannot have written so. At most `MOST_TOLD` of them, and how many there are. */
  readonly breaks: readonly ChainBreak[];
  readonly breakCount: number;
  /** What the gate itself told: entries that it could not write, a line that a crash cut off. */
  readonly gaps: readonly ToldGap[];
  readonly gapCount: number;
  readonly lost: number;
  /** Bytes of a last line without its newline: a gate that is writing, or a crash. */
  readonly unfinished: number;
}

export type BreakKind =
  | "changed"
  | "no-entry"
  | "missing"
  | "moved"
  | "unlinked"
  | "restart"
  | "anchor";

export interface ChainBreak {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly kind: BreakKind;
  readonly message: string;
}

export interface ToldGap {
  readonly file: string;
  readonly line: number;
  readonly seq: number;
  readonly reason: string;
  readonly lost: number;
}

export const MOST_TOLD = 100;

interface Strange {
  readonly file: string;
  readonly line: number;
  readonly kind: "changed" | "no-entry";
}

/** Fed line by line, from the oldest file to the youngest. */
export class ChainVerifier {
  readonly #anchors: ReadonlyMap<number, string>;
  readonly #found = new Set<number>();
  #file = "";
  #line = 0;
  #last: (ChainHead & { time: string }) | undefined;
  #first: { seq: number; time: string } | undefined;
  #entries = 0;
  #breaks: ChainBreak[] = [];
  #breakCount = 0;
  #gaps: ToldGap[] = [];
  #gapCount = 0;
  #lost = 0;
  #unfinished = 0;
  /** Lines since the last entry that are none, and their bytes. */
  #strange: Strange[] = [];
  #strangeCount = 0;
  #torn: { bytes: number; readonly hash: Hash } | undefined;

  /** `anchors`: heads that were noted elsewhere; the chain must have gone through them. */
  constructor(anchors: readonly ChainHead[] = []) {
    this.#anchors = new Map(anchors.map(({ seq, hash }) => [seq, hash]));
  }

  file(name: string): void {
    this.#tellStrange();
    this.#file = name;
    this.#line = 0;
  }

  /** One line's text without its newline; its characters are its bytes. */
  line(text: string): void {
    this.#line += 1;
    const entry = readEntry(text);
    if (typeof entry === "string") this.#addStrange(text, entry);
    else this.#addEntry(entry);
  }

  /** What stands after a file's last newline. */
  rest(text: string): void {
    this.#unfinished = text.length;
    if (text !== "") this.line(text);
  }

  end(): AuditVerdict {
    // A last line that is not whole yet is no break: nothing can follow it.
    if (this.#unfinished > 0 && this.#strangeCount === 1) this.#forgetStrange();
    this.#tellStrange();
    for (const [seq, hash] of this.#anchors) this.#checkAnchor(seq, hash);
    return {
      entries: this.#entries,
      ...(this.#first === undefined ? {} : { first: this.#first }),
      ...(this.#last === undefined ? {} : { last: this.#last }),
      breaks: this.#breaks,
      breakCount: this.#breakCount,
      gaps: this.#gaps,
      gapCount: this.#gapCount,
      lost: this.#lost,
      unfinished: this.#unfinished,
    };
  }

  #addStrange(text: string, kind: "changed" | "no-entry"): void {
    this.#strangeCount += 1;
    if (this.#strange.length < MOST_TOLD) {
      this.#strange.push({ file: this.#file, line: this.#line, kind });
    }
    if (this.#torn === undefined) this.#torn = { bytes: 0, hash: createHash("sha256") };
    else this.#feed("\n");
    this.#feed(text);
  }

  #feed(text: string): void {
    if (this.#torn === undefined) return;
    this.#torn.bytes += text.length;
    this.#torn.hash.update(text, "latin1");
  }

  #addEntry(entry: ReadEntry): void {
    this.#settleTorn(entry);
    this.#checkLink(entry);
    this.#entries += 1;
    const { seq, hash, time } = entry;
    this.#first ??= { seq, time };
    this.#last = { seq, hash, time };
    const anchor = this.#anchors.get(seq);
    if (anchor === hash) this.#found.add(seq);
    if (entry.kind === "gap") this.#addGap(entry);
  }

  /** Lines that are no entries are accounted for when a gap that follows has their hash. */
  #settleTorn({ torn }: ReadEntry): void {
    const { bytes, hash } = this.#torn ?? {};
    if (torn !== undefined && bytes === torn.bytes && hash?.copy().digest("hex") === torn.sha256) {
      this.#forgetStrange();
    }
    this.#tellStrange();
  }

  #checkLink(entry: ReadEntry): void {
    const last = this.#last;
    const { seq, prev } = entry;
    if (last === undefined) {
      if (seq === 1 && prev !== CHAIN_START.hash)
        this.#break("unlinked", "the first entry follows another");
      return;
    }
    if (prev === last.hash && seq === last.seq + 1) return;
    if (seq === 1 && prev === CHAIN_START.hash) {
      this.#break("restart", `a new chain begins after entry ${String(last.seq)}`);
    } else if (seq > last.seq + 1) {
      const missing = seq - last.seq - 1;
      this.#break(
        "missing",
        `${entries(missing)} between ${String(last.seq)} and ${String(seq)} missing`,
      );
    } else if (seq <= last.seq) {
      this.#break("moved", `entry ${String(seq)} stands after entry ${String(last.seq)}`);
    } else {
      this.#break("unlinked", `entry ${String(seq)} does not follow from the one before it`);
    }
  }

  #addGap({ seq, members }: ReadEntry): void {
    const { lost, reason } = members;
    const missing = typeof lost === "number" ? lost : 0;
    this.#lost += missing;
    this.#gapCount += 1;
    if (this.#gaps.length >= MOST_TOLD) return;
    const why = typeof reason === "string" ? reason : "";
    this.#gaps.push({ file: this.#file, line: this.#line, seq, reason: why, lost: missing });
  }

  #checkAnchor(seq: number, hash: string): void {
    if (this.#found.has(seq)) return;
    const isBefore = this.#first !== undefined && seq < this.#first.seq;
    if (isBefore) return;
    const last = this.#last?.seq ?? 0;
    const message =
      seq > last
        ? `the log ends with entry ${String(last)}, and entry ${String(seq)} was noted`
        : `entry ${String(seq)} is not the one that was noted, whose hash begins with ${hash.slice(0, 12)}`;
    this.#break("anchor", message);
  }

  #tellStrange(): void {
    for (const { file, line, kind } of this.#strange) {
      const message = kind === "changed" ? "this entry was changed" : "this line is no entry";
      this.#break(kind, message, file, line);
    }
    this.#breakCount += this.#strangeCount - this.#strange.length;
    this.#forgetStrange();
  }

  #forgetStrange(): void {
    this.#strange = [];
    this.#strangeCount = 0;
    this.#torn = undefined;
  }

  #break(kind: BreakKind, message: string, file = this.#file, line = this.#line): void {
    this.#breakCount += 1;
    if (this.#breaks.length < MOST_TOLD) this.#breaks.push({ file, line, kind, message });
  }
}

const entries = (count: number): string => (count === 1 ? "one entry" : `${String(count)} entries`);
