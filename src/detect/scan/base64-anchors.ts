/** Base64 of well-known secrets: what begins them, encoded at the three places that it may have in a triple of bytes. */

import { alphabets } from "../alphabets.ts";
import { findAssignedSecrets } from "../assignments.ts";
import { decodeBase64Text, encodeBase64 } from "../base64.ts";
import type { SecretMatch } from "../detector.ts";
import { findSecretsInText } from "../find-secrets.ts";
import type { Judged, MemberBytes, ScanAnchor } from "./scan-anchor.ts";
import { latin1 } from "./scan-anchor.ts";

/** The shortest gives four characters, which random base64 holds once in 16 million. */
const TEXTS = [
  '-----BEGIN|"auths"|"service_account"|aws_secret_access_key|SecretAccessKey|AccountKey=',
  "SharedAccessKey=|_authToken=|github_pat_|glpat-|xoxb-|sk_live_|ghp_|ghs_|gho_|AKIA",
  "sql://|mongodb|redis://|amqp://|dckr_pat_|pypi-AgEI|hvs.|gres://|ediss://|amqps://",
  "ghu_|ghr_|xoxp-|sk_test_|npm_|sk-ant-",
  'PASSWORD=|password=|password: |"password"',
].flatMap((texts) => texts.split("|"));

/** How much of an encoded stretch is read before its anchor and from it on. */
export const BEFORE = 4096;
export const AFTER = 23 * 1024;

export interface EncodedAnchors {
  readonly anchors: readonly ScanAnchor[];
  /** To be called when the bytes may be others. */
  readonly forget: () => void;
}

/** The characters that encode a text which stands `shift` bytes after the start of a triple. */
export function encodedAt(text: string, shift: 0 | 1 | 2): { text: string; offset: number } {
  const bytes = Array.from(text, (char) => char.charCodeAt(0));
  const encoded = encodeBase64([...Array.from({ length: shift }, () => 0), ...bytes]);
  const offset = Math.ceil((shift * 8) / 6);
  return { text: encoded.slice(offset, Math.floor(((shift + bytes.length) * 8) / 6)), offset };
}

const RANK = { high: 0, medium: 1, low: 2 } as const;

/** Each stretch is decoded once for each of the four ways to group its characters. */
export function encodedAnchors(): EncodedAnchors {
  /** Where the stretch ends that was read last in each grouping. */
  const done = [0, 0, 0, 0];
  const judge = (bytes: MemberBytes, at: number, offset: number): Judged | undefined => {
    const grouping = (at - offset) & 3;
    if (at < (done[grouping] ?? 0)) return undefined;
    const { start, end, text, skip } = stretchAround(bytes, at, offset);
    done[grouping] = end;
    const decoded = decodeBase64Text(text.slice(skip), text.length);
    const best = surest([...findSecretsInText(decoded), ...findInSettings(decoded)]);
    if (best === undefined) return undefined;
    const value = decoded.slice(best.start, best.end);
    return { ...best, start, end, encoding: "base64", decoded: value };
  };
  const anchors = TEXTS.flatMap((text) =>
    ([0, 1, 2] as const).map((shift): ScanAnchor => {
      const encoded = encodedAt(text, shift);
      return {
        text: encoded.text,
        anyCase: false,
        before: [],
        after: [alphabets.base64padded],
        reach: AFTER,
        judge: (bytes, at) => judge(bytes, at, encoded.offset),
      };
    }),
  );
  return { anchors, forget: () => done.fill(0) };
}

/** A line of settings, empty or a comment. */
const SETTING = /^[ \t]*(?:(?:export[ \t]+)?["']?[A-Za-z_][\w.-]*["']?[ \t]*[=:]|[#;[{}\]]|\r?$)/;

/** Longer texts are no settings. */
const MAX_SETTINGS = 16_384;

/** Values with the names of secrets, where the whole text is settings: files in Secrets of Kubernetes. */
function findInSettings(text: string): SecretMatch[] {
  if (text.length > MAX_SETTINGS || !/passw/i.test(text)) return [];
  if (!text.split("\n").every((line) => SETTING.test(line))) return [];
  return findAssignedSecrets(text)
    .filter(({ confidence }) => confidence !== "low")
    .map(({ start, end, what, confidence }) => ({
      start,
      end,
      detector: "named-value",
      title: what.replace(/^a /, ""),
      confidence,
      checksum: "none",
    }));
}

function surest(found: readonly SecretMatch[]): SecretMatch | undefined {
  return found.toSorted((left, right) => RANK[left.confidence] - RANK[right.confidence])[0];
}

interface Stretch {
  readonly start: number;
  /** After the padding. */
  readonly end: number;
  /** Without line breaks. */
  readonly text: string;
  /** How many characters of the text stand before the first whole group of four. */
  readonly skip: number;
}

/** The base64 around an anchor. It may be broken into lines, which may be indented. */
function stretchAround({ codes, from, to }: MemberBytes, at: number, offset: number): Stretch {
  const start = stretchStart(codes, at, Math.max(from, at - BEFORE));
  const limit = Math.min(to, at + AFTER);
  let end = at;
  for (let index = at; index < limit;) {
    const code = codes[index] ?? 0;
    if (!isBase64(code)) {
      const next = afterLineBreak(codes, index, limit);
      if (next === index || next >= limit || !isBase64(codes[next] ?? 0)) break;
      index = next;
    }
    index += 1;
    end = index;
  }
  const before = latin1(codes, start, at).replace(/\s+/g, "");
  const after = latin1(codes, at, end).replace(/\s+/g, "");
  while (codes[end] === 61 && end < to) end += 1;
  return { start, end, text: before + after, skip: (((before.length - offset) % 4) + 4) % 4 };
}

function stretchStart(codes: Uint8Array, at: number, from: number): number {
  let start = at;
  for (let index = at - 1; index >= from; index--) {
    const code = codes[index] ?? 0;
    if (isBase64(code)) start = index;
    else if (code !== 10 && code !== 13 && code !== 32 && code !== 9) break;
    else if (code === 32 && !indents(codes, index, from)) break;
  }
  return start;
}

/** Whether only spaces stand between a place and the line break before it. */
function indents(codes: Uint8Array, at: number, from: number): boolean {
  let index = at;
  while (index >= from && at - index < 64 && codes[index] === 32) index -= 1;
  return codes[index] === 10;
}

function afterLineBreak(codes: Uint8Array, at: number, to: number): number {
  let index = codes[at] === 13 ? at + 1 : at;
  if (codes[index] !== 10) return at;
  index += 1;
  while (index < to && index - at < 64 && codes[index] === 32) index += 1;
  return index;
}

function isBase64(code: number): boolean {
  return alphabets.base64[code] === 1 || code === 45 || code === 95;
}
