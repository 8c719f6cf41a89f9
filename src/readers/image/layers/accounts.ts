/** Who a container runs as in the end: its users, and scripts that give root up. */

import type { SourceFile } from "../../../model/source.ts";
import { parseShell } from "../../shell/parse.ts";
import { findPrivilegeDrop } from "../../shell/privilege-drop.ts";
import type { Account, DroppingScript } from "./layer-report.ts";
import type { WholeFile } from "./whole-files.ts";

/** An image has some dozens. */
const MAX_ACCOUNTS = 1000;
const MAX_SCRIPT = 65_536;

/** The accounts of a passwd file. Source: passwd(5). */
export function readAccounts(bytes: Uint8Array): readonly Account[] {
  const accounts: Account[] = [];
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    if (accounts.length >= MAX_ACCOUNTS) break;
    const [name = "", , uid = "", gid = ""] = line.split(":");
    if (name === "" || !/^\d{1,10}$/.test(uid) || !/^\d{1,10}$/.test(gid)) continue;
    accounts.push({ name: name.slice(0, 256), uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}

/** The tool by which a script gives root up. */
export function readDrop({ path, bytes }: WholeFile): DroppingScript | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, MAX_SCRIPT));
  if (!text.startsWith("#!") || !/^#!.*(?:sh|bash)\b/.test(text)) return undefined;
  const file: SourceFile = { path, text };
  const drop = findPrivilegeDrop(parseShell(text, (start, end) => ({ file, start, end })));
  if (drop === undefined) return undefined;
  return { path, tool: drop.tool, ...(drop.to === undefined ? {} : { to: drop.to }) };
}
