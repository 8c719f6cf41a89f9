/** `plimsoll gate audit FILE…`: whether the chain of an audit log is whole. */

import { resolve } from "node:path";
import { verifyAudit } from "../../../gate/audit/verify-files.ts";
import { renderAuditVerdict } from "../../../report/gate/audit.ts";
import type { ExitStatus, Invocation } from "../../command.ts";
import { usage } from "./load-policy.ts";

export async function verifyAuditLog({
  io,
  arguments: files,
  options,
}: Invocation): Promise<ExitStatus> {
  if (files.length === 0) {
    return usage(io, [
      { problem: "audit needs a file", help: "plimsoll gate audit audit.jsonl audit.jsonl.1 …" },
    ]);
  }
  const anchors: { seq: number; hash: string }[] = [];
  for (const text of options.texts("head")) {
    const match = /^(\d{1,15}) ([0-9a-f]{64})$/.exec(text.trim().replace(":", " "));
    if (match?.[1] === undefined || match[2] === undefined) {
      return usage(io, [
        {
          problem: "--head is a number and a hash",
          help: "--head '1024 5f2c…', as audit prints it",
        },
      ]);
    }
    anchors.push({ seq: Number(match[1]), hash: match[2] });
  }
  const verified = await verifyAudit(
    files.map((file) => resolve(io.workingDirectory, file)),
    anchors,
  );
  if (!verified.ok) {
    return usage(io, [
      {
        problem: `${verified.file} cannot be read: ${verified.problem}`,
        help: "name files of the log",
      },
    ]);
  }
  io.out(renderAuditVerdict(verified.verdict));
  return verified.verdict.breakCount > 0 ? 1 : 0;
}
