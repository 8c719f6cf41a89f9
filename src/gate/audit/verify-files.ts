/** Audit files read from the disk, in pieces, for `ChainVerifier`. */

import { open } from "node:fs/promises";
import { type ChainHead, LONGEST_LINE, readEntry } from "./entry.ts";
import { type AuditVerdict, ChainVerifier } from "./verify.ts";

export type VerifiedFiles =
  | { readonly ok: true; readonly verdict: AuditVerdict }
  | { readonly ok: false; readonly file: string; readonly problem: string };

const PIECE = 256 * 1024;
const NEWLINE = 0x0a;

/** In any order: the number of a file's first entry tells where it stands. */
export async function verifyAudit(
  files: readonly string[],
  anchors: readonly ChainHead[] = [],
): Promise<VerifiedFiles> {
  const verifier = new ChainVerifier(anchors);
  const firsts: { file: string; seq: number }[] = [];
  for (const file of files) {
    const seq = await attempt(file, () => firstNumber(file));
    if (typeof seq !== "number") return seq;
    firsts.push({ file, seq });
  }
  for (const { file } of firsts.toSorted((a, b) => a.seq - b.seq)) {
    verifier.file(file);
    const rest = await attempt(file, () => readLines(file, (line) => (verifier.line(line), true)));
    if (typeof rest !== "string") return rest;
    verifier.rest(rest);
  }
  return { ok: true, verdict: verifier.end() };
}

async function attempt<T extends string | number>(
  file: string,
  read: () => Promise<T>,
): Promise<T | Extract<VerifiedFiles, { ok: false }>> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ok: false, file, problem: code ?? message };
  }
}

/** Infinity for a file without any entry. */
async function firstNumber(file: string): Promise<number> {
  let found = Infinity;
  await readLines(file, (line) => {
    const entry = readEntry(line);
    if (typeof entry !== "string") found = entry.seq;
    return typeof entry === "string";
  });
  return found;
}

/** Until `take` gives false. A line that is too long is given in pieces, none of which can be an entry. Returns what follows the last newline. */
async function readLines(file: string, take: (line: string) => boolean): Promise<string> {
  const handle = await open(file, "r");
  try {
    const piece = Buffer.alloc(PIECE);
    let rest = "";
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, PIECE, null);
      if (bytesRead === 0) return rest;
      let start = 0;
      for (;;) {
        const end = piece.subarray(0, bytesRead).indexOf(NEWLINE, start);
        if (end === -1) break;
        if (!take(rest + piece.toString("latin1", start, end))) return "";
        rest = "";
        start = end + 1;
      }
      rest += piece.toString("latin1", start, bytesRead);
      if (rest.length > LONGEST_LINE) {
        if (!take(rest)) return "";
        rest = "";
      }
    }
  } finally {
    await handle.close();
  }
}
