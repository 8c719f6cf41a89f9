/** Anchors of the finders that read text: URLs, key words, private keys, names. */

import { alphabets } from "../alphabets.ts";
import { findInLines } from "../named-lines.ts";
import { linesEnd } from "../value-line.ts";
import type { SecretMatch } from "../detector.ts";
import { findKeyedSecrets } from "../find-keyed-values.ts";
import { isServiceAccount, MAX_BLOCK, privateKeyAt, puttyKeyAt } from "../find-private-keys.ts";
import { urlSecretAt } from "../find-urls.ts";
import {
  COMMAND_ANCHORS,
  findCommandPasswords,
  findPipedPasswords,
  PIPE_ANCHORS,
} from "./command-text.ts";
import type { Judged, MemberBytes, ScanAnchor } from "./scan-anchor.ts";
import { latin1 } from "./scan-anchor.ts";

const AT = 64;
const NEWLINE = 10;

function anchor(
  text: string,
  judge: ScanAnchor["judge"],
  { reach = 1024, anyCase = false, before = [], after = [] }: Partial<ScanAnchor> = {},
): ScanAnchor {
  return { text, anyCase, before, after, reach, judge };
}

function moved(match: SecretMatch | undefined, by: number): Judged | undefined {
  return match === undefined
    ? undefined
    : { ...match, start: match.start + by, end: match.end + by };
}

/** `://`, with a look for the `@` before anything is made of it. */
export const urlAnchors: readonly ScanAnchor[] = [
  anchor("://", urlAt, { before: [alphabets.base62], after: [alphabets.userinfo], reach: 1300 }),
  // As some programs write JSON.
  anchor(":\\/\\/", escapedUrlAt, { before: [alphabets.base62], reach: 1300 }),
];

function escapedUrlAt({ codes, from, to }: MemberBytes, at: number): Judged | undefined {
  const start = Math.max(from, at - 40);
  const text = latin1(codes, start, Math.min(to, at + 1200));
  const after = at - start + 5;
  return moved(
    urlSecretAt(`${text.slice(0, after - 5)}://${text.slice(after)}`, at - start),
    start + 2,
  );
}

function urlAt({ codes, from, to }: MemberBytes, at: number): Judged | undefined {
  const stop = Math.min(to, at + 1024);
  let last = 0;
  for (let index = at + 3; index < stop && !endsUserinfo(codes[index] ?? 0); index++) {
    if (codes[index] === AT) last = index;
  }
  if (last === 0) return undefined;
  const start = Math.max(from, at - 40);
  return moved(urlSecretAt(latin1(codes, start, Math.min(to, last + 200)), at - start), start);
}

/** White space, slashes and quotes; braces of a template are left to the finder. */
function endsUserinfo(code: number): boolean {
  return code <= 32 || code === 47 || code === 34 || code === 39 || code === 60 || code === 62;
}

/** BEGIN lines of PEM, and PuTTY's first line. */
export const privateKeyAnchors: readonly ScanAnchor[] = [
  anchor("-----BEGIN ", pemAt, { reach: MAX_BLOCK + 200 }),
  anchor("PuTTY-User-Key-File-", puttyAt, { reach: 300, after: [alphabets.digit] }),
];

function pemAt({ codes, from, to }: MemberBytes, at: number): Judged | undefined {
  const label = latin1(codes, at, Math.min(to, at + 80));
  const dashes = label.indexOf("-----", 11);
  if (dashes < 0 || !label.slice(0, dashes).includes("PRIVATE KEY")) return undefined;
  const bodyEnd = fiveDashes(codes, at + dashes + 5, Math.min(to, at + MAX_BLOCK + 100));
  const text = latin1(codes, at, Math.min(to, bodyEnd + 80));
  const around =
    latin1(codes, Math.max(from, at - 1024), at) +
    latin1(codes, bodyEnd, Math.min(to, bodyEnd + 1024));
  return moved(privateKeyAt(text, 0, isServiceAccount(around)), at);
}

/** Where five dashes stand, or `to`. */
function fiveDashes(codes: Uint8Array, from: number, to: number): number {
  let run = 0;
  for (let index = from; index < to; index++) {
    run = codes[index] === 45 ? run + 1 : 0;
    if (run === 5) return index - 4;
  }
  return to;
}

function puttyAt({ codes, to }: MemberBytes, at: number): Judged | undefined {
  return moved(puttyKeyAt(latin1(codes, at, Math.min(to, at + 256)), 0), at);
}

/** How much of a long line is looked at before and after the key word. */
const LINE_BEFORE = 384;
const LINE_AFTER = 640;

/** As much of a line and of the next one. */
const LINES = 2 * LINE_AFTER;

interface Line {
  readonly start: number;
  readonly end: number;
}

/** The line at a place, or what of it is near. NUL ends lines too: programs hold texts between them. */
function lineAt({ codes, from, to }: MemberBytes, at: number): Line {
  const first = Math.max(from, at - LINE_BEFORE);
  const last = Math.min(to, at + LINE_AFTER);
  let start = at;
  while (start > first && !endsLine(codes[start - 1])) start -= 1;
  let end = at;
  while (end < last && !endsLine(codes[end])) end += 1;
  return { start, end };
}

function endsLine(code: number | undefined): boolean {
  return code === NEWLINE || code === 0;
}

/**
 * Judges by the text around the anchor. What a text gave is kept for its other anchors, so that a line
 * full of key words is read once for every few hundred bytes.
 */
function byText(
  rangeAt: (bytes: MemberBytes, at: number) => Line,
  find: (text: string) => SecretMatch[],
): { judge: ScanAnchor["judge"]; forget: () => void } {
  let start = 0;
  /** Up to where the text that was read last is enough for an anchor. */
  let enough = 0;
  let found: readonly SecretMatch[] = [];
  const judge = (bytes: MemberBytes, at: number): Judged | undefined => {
    if (at < start || at >= enough) {
      const range = rangeAt(bytes, at);
      start = range.start;
      enough = range.end - at < LINE_AFTER ? range.end : range.end - LINE_AFTER / 2;
      found = find(latin1(bytes.codes, start, range.end));
    }
    const match = found.find(
      (each) => each.start + start > at && each.start + start <= at + MOST_BETWEEN,
    );
    return moved(match, start);
  };
  return {
    judge,
    forget: () => {
      start = 0;
      enough = 0;
    },
  };
}

/** Characters from the start of a key word to its value, at most. */
const MOST_BETWEEN = 320;

export interface LineAnchors {
  readonly anchors: readonly ScanAnchor[];
  /** To be called when the bytes may be others. */
  readonly forget: () => void;
}

const KEYS = [
  "password=|password =|passwd=|passwd =|pwd=|pwd =|pass=|pass =|authorization|x-api-key",
  "private-token|x-auth-token|x-vault-token|job-token|x-access-token|?sig=|&sig=",
  "identified by|identified with|set password|?api_key=|&api_key=|?apikey=|&apikey=",
  "?access_token=|&access_token=|?token=|&token=",
].flatMap((texts) => texts.split("|"));

/** Key words before values: connection strings, HTTP headers, SQL. */
export function keyedAnchors(): LineAnchors {
  const line = byText(linesAt, (text) => findKeyedSecrets(text, 100));
  const entry = byText(entryAt, netrcPasswords);
  const anchors = KEYS.map((text) => anchor(text, line.judge, { anyCase: true, reach: LINES }));
  const spaced = anchor(
    "password ",
    (bytes, at) => entry.judge(bytes, at) ?? line.judge(bytes, at),
    { anyCase: true, reach: LINES },
  );
  const forget = (): void => {
    line.forget();
    entry.forget();
  };
  return { anchors: [...anchors, spaced], forget };
}

function entryAt({ from, to }: MemberBytes, at: number): Line {
  return { start: Math.max(from, at - LINE_BEFORE), end: Math.min(to, at + LINE_AFTER) };
}

/** An entry of a `.netrc` may stand on several lines. */
function netrcPasswords(text: string): SecretMatch[] {
  if (!text.includes("machine")) return [];
  const found = findKeyedSecrets(text.replace(/[\r\n]/g, " "), 100);
  return found.filter(({ detector }) => detector === "netrc-password");
}

/** Programs and options before passwords. */
export function commandAnchors(): LineAnchors {
  const { judge, forget } = byText(lineAt, findCommandPasswords);
  const anchors = COMMAND_ANCHORS.map((text) => anchor(text, judge));
  return { anchors: [...anchors, ...PIPE_ANCHORS.map((text) => anchor(text, pipedAt))], forget };
}

/** What a pipe brings stands before the program that takes it. */
function pipedAt(bytes: MemberBytes, at: number): Judged | undefined {
  const { start } = lineAt(bytes, at);
  const text = latin1(bytes.codes, start, Math.min(bytes.to, at + 16));
  return moved(findPipedPasswords(text).at(-1), start);
}

const NAMES = [
  "pass|pwd|secret|token|apikey|api_key|api-key|_key|accesskey|privatekey|credential|_auth|auth_",
  "_dsn|salt|webhook|signingkey|encryptionkey|_pat|masterkey|_pw|_creds|rootpw|bindpw|masterauth|authtok",
].flatMap((texts) => texts.split("|"));

/** Names that may be given to secrets; for configuration only, where most lines are assignments. */
export function nameAnchors(): LineAnchors {
  const { judge, forget } = byText(linesAt, (lines) =>
    findInLines(lines).map(({ start, end, what, confidence }) => ({
      start,
      end,
      detector: "named-value",
      title: what.replace(/^a /, ""),
      confidence,
      checksum: "none" as const,
    })),
  );
  return {
    anchors: NAMES.map((text) => anchor(text, judge, { anyCase: true, reach: LINES })),
    forget,
  };
}

/** The line at a place, and the next when it gives the value to a name in this one. */
function linesAt(bytes: MemberBytes, at: number): Line {
  const { start, end } = lineAt(bytes, at);
  const after = latin1(bytes.codes, end, Math.min(bytes.to, end + LINE_AFTER));
  return { start, end: end + linesEnd(after, 0) };
}
