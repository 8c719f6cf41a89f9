/** Writes entries to the audit file where its chain goes on, opens it anew when it was moved away, and rotates it. */

import {
  type Attempt,
  type AuditFile,
  type FileOptions,
  type OpenedFile,
  openAuditFile,
  rotateFiles,
} from "./audit-file.ts";
import { landed, makeBatch } from "./batch.ts";
import { type ChainHead, CHAIN_START } from "./entry.ts";
import type { TornTail } from "./tail.ts";

export type OpenFile = (options: FileOptions, head?: ChainHead) => Promise<Attempt<OpenedFile>>;

export interface ChainWriterOptions extends FileOptions {
  /** A file is rotated before it grows beyond this. */
  readonly maxBytes: number;
  readonly warn: (text: string) => void;
  readonly openFile?: OpenFile;
}

/** How many of the entries are whole in the file; `problem`: why not all, or why they are not on the disk. */
export interface Written {
  readonly count: number;
  readonly problem?: string;
}

const MOST_AT_ONCE = 256 * 1024;

/** Bytes of one write, about. */
export function batchBytes({ maxBytes }: Pick<ChainWriterOptions, "maxBytes">): number {
  return Math.min(MOST_AT_ONCE, maxBytes / 8);
}

/** ms until a rotation that failed is tried again. */
const ROTATE_AGAIN = 60_000;

export class ChainWriter {
  readonly #options: ChainWriterOptions;
  #file: AuditFile | undefined;
  #head: ChainHead | undefined;
  #torn: TornTail | undefined;
  #isUnchained = false;
  #isStale = true;
  #isToLook = false;
  #rotateAfter = 0;

  constructor(options: ChainWriterOptions) {
    this.#options = options;
  }

  get head(): ChainHead {
    return this.#head ?? CHAIN_START;
  }

  /** Bytes after the last entry; the next entry must be a gap that tells of them. */
  get torn(): TornTail | undefined {
    return this.#torn;
  }

  /** Whether a file is to be opened before anything can be written. */
  get isStale(): boolean {
    return this.#isStale;
  }

  reopen(): void {
    this.#isStale = true;
  }

  /** Before the next write, to look whether the path still names the file. */
  look(): void {
    this.#isToLook = true;
  }

  /** Whether a file without any entry was put aside, and nothing was written since. */
  get isUnchained(): boolean {
    return this.#isUnchained;
  }

  /** Why there is no file to write to, if so. */
  async prepare(): Promise<string | undefined> {
    if (this.#isToLook && !this.#isStale && this.#file !== undefined) {
      this.#isToLook = false;
      if (await this.#file.isMoved()) {
        this.#options.warn("the file was moved or removed, a new one is begun");
        this.#isStale = true;
      }
    }
    if (!this.#isStale) await this.#rotateFull();
    return this.#isStale ? this.#open() : undefined;
  }

  async #rotateFull(): Promise<void> {
    const { maxBytes, path, keep } = this.#options;
    const size = this.#file?.size() ?? 0;
    const room = maxBytes - 2 * batchBytes(this.#options);
    if (size < room || performance.now() < this.#rotateAfter) return;
    const rotated = await rotateFiles(path, keep);
    this.#isStale = rotated.ok;
    if (rotated.ok) return;
    this.#rotateAfter = performance.now() + ROTATE_AGAIN;
    this.#options.warn(`the file cannot be rotated and grows on: ${rotated.problem}`);
  }

  async #open(): Promise<string | undefined> {
    const attempt = await (this.#options.openFile ?? openAuditFile)(this.#options, this.#head);
    if (!attempt.ok) return attempt.problem;
    await this.#file?.close();
    const { file, head, torn, unchained } = attempt.value;
    this.#file = file;
    this.#head = head;
    this.#torn = torn;
    this.#isUnchained = unchained;
    this.#isStale = false;
    if (unchained) {
      this.#options.warn("the file held no entry, it was put aside and a new chain begins");
    }
    if (torn !== undefined) {
      this.#options.warn("the file ends with what is no entry, a gap entry marks it");
    }
    return undefined;
  }

  async write(texts: readonly string[]): Promise<Written> {
    if (this.#file === undefined) return { count: 0, problem: "there is no file" };
    const batch = makeBatch(texts, this.head, this.#torn !== undefined);
    const { written, problem } = await this.#file.append(batch.bytes);
    const { count, head, torn } = landed(batch, written, this.head, this.#torn);
    this.#head = head;
    this.#torn = torn;
    if (count > 0) this.#isUnchained = false;
    return { count, ...(problem === undefined ? {} : { problem }) };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#isStale = true;
  }
}
