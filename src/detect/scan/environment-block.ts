/**
 * Environments of processes as the kernel keeps them, `NAME=value` between NULs: in copies of
 * `/proc/<pid>/environ`, core dumps and images of memory. Texts in programs stand between NULs too, so
 * that an entry counts beside another one only.
 */

import { alphabets, isIn } from "../alphabets.ts";
import { classifyVariable } from "../classify-variable.ts";
import { isPublished } from "../published.ts";
import type { Judged, MemberBytes, ScanAnchor } from "./scan-anchor.ts";
import { latin1 } from "./scan-anchor.ts";

/** Ends of names, as environments have them. */
const ENDS =
  "PASSWORD=|PASSWD=|_PASS=|_PWD=|PASSPHRASE=|SECRET=|TOKEN=|_KEY=|APIKEY=|CREDENTIALS=|_AUTH=|_SALT=|_PAT=".split(
    "|",
  );

const MAX_NAME = 100;
const MAX_VALUE = 1024;

export const environmentAnchors: readonly ScanAnchor[] = ENDS.map((text) => ({
  text,
  anyCase: false,
  before: [],
  after: [],
  reach: text.length + 2 * MAX_VALUE,
  judge: (bytes, at) => entryAt(bytes, at, at + text.length),
}));

function entryAt(bytes: MemberBytes, at: number, valueStart: number): Judged | undefined {
  const { codes, from, to } = bytes;
  const start = nameStart(bytes, at);
  if (start === undefined) return undefined;
  const end = textEnd(codes, valueStart, Math.min(to, valueStart + MAX_VALUE));
  if (end < to && codes[end] !== 0) return undefined;
  if (!isEntry(latin1(codes, Math.max(from, start - MAX_VALUE), start - 1), "before")) {
    const next = textEnd(codes, end + 1, Math.min(to, end + 1 + MAX_VALUE));
    if (!isEntry(latin1(codes, end + 1, next), "after")) return undefined;
  }
  const name = latin1(codes, start, valueStart - 1);
  const value = latin1(codes, valueStart, end);
  if (isPublished(value)) return undefined;
  const verdict = classifyVariable(name, value);
  // A value that is known by its form is found by it, at its own place.
  if (verdict.kind !== "secret" || verdict.detector !== undefined) return undefined;
  if (verdict.confidence === "low") return undefined;
  return {
    start: valueStart,
    end,
    detector: "environment-value",
    title: `value for ${name} in the environment of a process`,
    confidence: verdict.confidence,
    checksum: "none",
  };
}

/** Where the name starts whose end stands at a place; a NUL, or nothing, stands before it. */
function nameStart({ codes, from }: MemberBytes, at: number): number | undefined {
  let start = at;
  while (start > from && at - start < MAX_NAME && isIn(alphabets.word, codes[start - 1]))
    start -= 1;
  return start > from && codes[start - 1] !== 0 ? undefined : start;
}

function textEnd(codes: Uint8Array, start: number, to: number): number {
  let end = start;
  while (end < to && isText(codes[end] ?? 0)) end += 1;
  return end;
}

/** Printable, a tab or a line break, or a part of a character in UTF-8. */
function isText(code: number): boolean {
  return (code >= 32 && code !== 127) || code === 9 || code === 10;
}

const ENTRY = /^[A-Za-z_]\w{0,99}=/;

/** Whether the text before or after an entry is one too, with one NUL between. */
function isEntry(text: string, side: "before" | "after"): boolean {
  return ENTRY.test(side === "before" ? text.slice(text.lastIndexOf("\0") + 1) : text);
}
