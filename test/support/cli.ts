/** Runs the command line in this process, in a directory made for the test. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runCommandLine } from "../../src/cli/main.ts";

export interface CommandRun {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly today?: string;
  readonly terminal?: boolean;
}

/** A directory with these files; removed by `remove`. */
export function project(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly folder: string;
  readonly run: (words: readonly string[], options?: RunOptions) => Promise<CommandRun>;
  readonly remove: () => void;
} {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "plimsoll-cli-")));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return {
    folder,
    run: (words, options) => runIn(folder, words, options),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs the command line with a directory as the working directory. */
export async function runIn(
  folder: string,
  words: readonly string[],
  options: RunOptions = {},
): Promise<CommandRun> {
  let out = "";
  let err = "";
  const status = await runCommandLine(words, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    // What a machine's own engine holds must not decide a test.
    environment: { PLIMSOLL_IMAGES: "never", ...options.environment },
    workingDirectory: folder,
    outIsTerminal: options.terminal ?? false,
    errIsTerminal: options.terminal ?? false,
    columns: undefined,
    readStandardInput: () => Promise.resolve(Buffer.from(options.input ?? "")),
    now: () => new Date(`${options.today ?? "2026-11-24"}T12:00:00Z`),
  });
  return { status, out, err };
}
