/** The library of Docker Compose as an oracle, built with Go when that is here. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface OracleRequest {
  readonly dir: string;
  readonly files: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export type OracleAnswer =
  | { readonly project: { readonly services?: Readonly<Record<string, unknown>> } }
  | { readonly error: string };

export type ComposeOracle =
  | {
      readonly resolve: (requests: readonly OracleRequest[]) => readonly OracleAnswer[];
      /** Removes the program. */
      readonly remove: () => void;
    }
  | { readonly missing: string };

/** Builds the program of `test/compose-oracle`. The first time Go downloads its modules. */
export function composeOracle(): ComposeOracle {
  const go = process.env["PLIMSOLL_GO"] ?? "go";
  const source = join(import.meta.dirname, "../compose-oracle");
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-oracle-"));
  const program = join(folder, "oracle");
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const built = spawnSync(go, ["build", "-o", program, "."], {
    cwd: source,
    encoding: "utf8",
    timeout: 180_000,
    env: { ...process.env, CGO_ENABLED: "0" },
  });
  if (built.status !== 0) remove();
  if (built.error !== undefined) return { missing: "Go is not installed" };
  if (built.status !== 0) {
    const [line = "no reason given"] = built.stderr.trim().split("\n").slice(-1);
    return { missing: `compose-go cannot be built: ${line}` };
  }
  return {
    remove,
    resolve: (requests) => {
      const ran = spawnSync(program, [], {
        input: JSON.stringify(requests),
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
        env: { PATH: process.env["PATH"] },
      });
      if (ran.status !== 0) throw new Error(`the oracle failed: ${ran.stderr}`);
      return JSON.parse(ran.stdout) as OracleAnswer[];
    },
  };
}
