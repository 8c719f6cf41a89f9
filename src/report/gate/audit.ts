/** What the verification of an audit log found, for a terminal. */

import type { AuditVerdict } from "../../gate/audit/verify.ts";
import { plainLine } from "../sanitize.ts";

export function renderAuditVerdict(verdict: AuditVerdict): string {
  const { entries, first, last, breaks, breakCount, gaps, gapCount, lost, unfinished } = verdict;
  if (first === undefined || last === undefined) {
    return breakCount === 0 ? "no entries\n" : "no entries, and lines that are none\n";
  }
  const lines = [
    `${String(entries)} entries, ${String(first.seq)} to ${String(last.seq)}, ${first.time} to ${last.time}`,
    `head: ${String(last.seq)} ${last.hash}`,
  ];
  if (first.seq > 1) {
    lines.push(`entries before ${String(first.seq)} are in no file given`);
  }
  for (const { file, line, seq, reason, lost: missing } of gaps) {
    const count = missing === 0 ? "nothing lost" : `${String(missing)} entries lost`;
    lines.push(`gap: ${place(file, line)}: entry ${String(seq)}: ${plainLine(reason)}, ${count}`);
  }
  if (gapCount > gaps.length) lines.push(`and ${String(gapCount - gaps.length)} gaps more`);
  if (lost > 0) lines.push(`${String(lost)} entries were lost in gaps that the gate told of`);
  for (const { file, line, message } of breaks) {
    lines.push(`BROKEN: ${place(file, line)}: ${message}`);
  }
  if (breakCount > breaks.length) lines.push(`and ${String(breakCount - breaks.length)} more`);
  if (unfinished > 0) lines.push(`the last line is not finished (${String(unfinished)} bytes)`);
  lines.push(breakCount === 0 ? "the chain is whole" : "the chain is broken");
  return `${lines.join("\n")}\n`;
}

const place = (file: string, line: number): string => `${plainLine(file)}:${String(line)}`;
