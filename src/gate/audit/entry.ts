/**
 * The audit log's lines: what they hold, how they are written and how they hang together. A line is one
 * JSON object of plain ASCII; `hash` is its last member, the SHA-256 of the line's text before
 * `,"hash":`. `prev`, the member before, is the hash of the entry before, so that a line that is changed,
 * taken out, put in or moved shows.
 */

import { hash } from "node:crypto";

export type Verdict = "allow" | "deny" | "shadow-deny";

/** What was decided of a request, before anything of it is forwarded. Texts are the client's; they are cut and escaped here. */
export interface DecisionRecord {
  /** The gate's own id of the request; its `end` entry has the same. */
  readonly request: string;
  readonly client: string;
  readonly method: string;
  /** Undefined where no route was found. */
  readonly operation?: string;
  /** The route's pattern, never the path. */
  readonly route?: string;
  /** Minor version of API 1. */
  readonly api?: number;
  /** The object's name as the client wrote it. */
  readonly object?: string;
  /** The full id that went upstream in its place. */
  readonly id?: string;
  readonly decision: Verdict;
  /** Of the first denial, with its field. */
  readonly rule?: string;
  readonly field?: string;
  /** How many denials there were. */
  readonly denials?: number;
  /** What was answered, when the gate answered itself. */
  readonly status?: number;
  /** Time that judging took, by a clock that never jumps. */
  readonly latencyMicros: number;
}

/** How an admitted request ended. */
export interface EndRecord {
  readonly request: string;
  readonly client: string;
  readonly operation?: string;
  /** Undefined when nothing was answered. */
  readonly status?: number;
  /** From the request's head to the answer's last byte, by a clock that never jumps. */
  readonly latencyMicros: number;
  /** Of the client's body and stream. */
  readonly bytesIn: number;
  /** To the client. */
  readonly bytesOut: number;
  /** A word of the gate's own, when it did not end by itself: `client-gone`, `engine-gone`, `drained`. */
  readonly cut?: string;
}

/** What happened to the gate itself: `start`, `stop`, `reload`, `reload-failed`, `reopen`, `clock`. */
export interface EventRecord {
  readonly event: string;
  /** Words of the gate's own, no client's. */
  readonly text?: string;
}

/** What stands between the entry before a gap and the gap's own line, without the newline between the two. */
export interface Torn {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * `write-failed`: the disk took nothing for a while. `queue-full`: it was too slow. `torn-line`: the file
 * ended within a line. `not-entries`: it ended with lines that are no entries. `no-chain`: it held no
 * entry, was put aside, and the chain begins anew.
 */
export type GapReason = "write-failed" | "queue-full" | "torn-line" | "not-entries" | "no-chain";

/** Entries may be missing before this one, or bytes that are no entry stand before it. */
export interface GapRecord {
  readonly reason: GapReason;
  /** The system's code or a few words. */
  readonly why?: string;
  /** How many entries were not written. */
  readonly lost: number;
  /** When it began. */
  readonly since?: string;
  readonly torn?: Torn;
}

export type AuditRecord =
  | ({ readonly kind: "decision" } & DecisionRecord)
  | ({ readonly kind: "end" } & EndRecord)
  | ({ readonly kind: "event" } & EventRecord)
  | ({ readonly kind: "gap" } & GapRecord);

/** The last entry of a chain: the next one's number is `seq` + 1, its `prev` is `hash`. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const CHAIN_START: ChainHead = { seq: 0, hash: "0".repeat(64) };

/** No line is longer: every text has a bound below. */
export const LONGEST_LINE = 32 * 1024;

/** Members in the order in which they are written; what is not here is not written. A number bounds a text, in UTF-16 units. */
const MEMBERS: Readonly<Record<AuditRecord["kind"], Readonly<Record<string, number>>>> = {
  decision: {
    request: 64,
    client: 64,
    method: 16,
    operation: 64,
    route: 128,
    api: 0,
    object: 255,
    id: 128,
    decision: 16,
    rule: 64,
    field: 200,
    denials: 0,
    status: 0,
    latencyMicros: 0,
  },
  end: {
    request: 64,
    client: 64,
    operation: 64,
    status: 0,
    latencyMicros: 0,
    bytesIn: 0,
    bytesOut: 0,
    cut: 64,
  },
  event: { event: 32, text: 512 },
  gap: { reason: 32, why: 200, lost: 0, since: 32 },
};

/** The entry but for what chains it. `time` is ISO 8601 in UTC with milliseconds. */
export function entryText(record: AuditRecord, time: string): string {
  let text = `"time":"${time}","kind":"${record.kind}"`;
  const values = record as unknown as Readonly<Record<string, unknown>>;
  for (const [name, bound] of Object.entries(MEMBERS[record.kind])) {
    const value = values[name];
    if (typeof value === "string") text += `,"${name}":${asciiJson(value, bound)}`;
    if (typeof value === "number" && Number.isFinite(value)) {
      text += `,"${name}":${String(Math.max(0, Math.round(value)))}`;
    }
  }
  if (record.kind === "gap" && record.torn !== undefined) {
    const { bytes, sha256 } = record.torn;
    text += `,"torn":{"bytes":${String(bytes)},"sha256":"${sha256}"}`;
  }
  return text;
}

/** The line with its newline, and the head that it makes. */
export function chainEntry(
  text: string,
  head: ChainHead,
): { readonly line: string; readonly head: ChainHead } {
  const seq = head.seq + 1;
  const hashed = `{"seq":${String(seq)},${text},"prev":"${head.hash}"`;
  const made = hash("sha256", hashed, "hex");
  return { line: `${hashed},"hash":"${made}"}\n`, head: { seq, hash: made } };
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A JSON text of ASCII alone: no line break of any script, no bidi mark and no escape sequence stands in a log. */
function asciiJson(text: string, most: number): string {
  const short = text.length > most ? `${text.slice(0, most)}…` : text;
  if (PLAIN.test(short)) return `"${short}"`;
  return JSON.stringify(short).replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** An entry as it is read back. */
export interface ReadEntry extends ChainHead {
  readonly prev: string;
  readonly time: string;
  readonly kind: string;
  /** Of a gap. */
  readonly torn?: Torn;
  readonly members: Readonly<Record<string, unknown>>;
}

const HASHED = /^(\{"seq":[1-9][0-9]{0,15},.*,"prev":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}$/s;

/** `line` is without its newline. `changed`: it has the form of an entry, and its hash is another. */
export function readEntry(line: string): ReadEntry | "no-entry" | "changed" {
  if (line.length > LONGEST_LINE) return "no-entry";
  const match = HASHED.exec(line);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) {
    return "no-entry";
  }
  if (hash("sha256", match[1], "hex") !== match[3]) return "changed";
  let members: unknown;
  try {
    members = JSON.parse(line);
  } catch {
    return "no-entry";
  }
  return entryOf(members as Readonly<Record<string, unknown>>, match[2], match[3]);
}

function entryOf(
  members: Readonly<Record<string, unknown>>,
  prev: string,
  own: string,
): ReadEntry | "no-entry" {
  const { seq, time, kind, torn } = members;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq)) return "no-entry";
  if (typeof time !== "string" || typeof kind !== "string") return "no-entry";
  return { seq, hash: own, prev, time, kind, members, ...(isTorn(torn) ? { torn } : {}) };
}

function isTorn(value: unknown): value is Torn {
  if (typeof value !== "object" || value === null) return false;
  const { bytes, sha256 } = value as { bytes?: unknown; sha256?: unknown };
  return typeof bytes === "number" && typeof sha256 === "string";
}
