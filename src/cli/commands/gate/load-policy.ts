/** The policy that the gate runs by: from a file, or from the variables of the common proxy. */

import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { withAbsolutePaths } from "../../../gate/policy/absolute-paths.ts";
import { compilePolicy } from "../../../gate/policy/compile.ts";
import type { CompiledGate } from "../../../gate/policy/compiled.ts";
import { policyFromEnvironment, speaksDialect } from "../../../gate/policy/environment.ts";
import { problemLine } from "../../../gate/policy/problems.ts";
import { writePolicy } from "../../../gate/policy/write.ts";
import { decode, reportedPath } from "../../../readers/file-system.ts";
import type { ExitStatus, Invocation, Io, UsageProblem } from "../../command.ts";
import { printableLine } from "../../printable.ts";

export interface LoadedPolicy {
  readonly gate: CompiledGate;
  /** Of its text, in hexadecimal digits; of what it would be as a file, where variables made it. */
  readonly sha256: string;
  /** Absolute; undefined when the environment gave it. */
  readonly path?: string;
  readonly warnings: readonly string[];
}

export type Loaded =
  | { readonly ok: true; readonly policy: LoadedPolicy }
  | { readonly ok: false; readonly problems: readonly UsageProblem[] };

const USUAL = ["gate.yaml", "/etc/plimsoll/gate.yaml"];

/** The file that is named, else the usual ones, else the environment where it speaks the proxy's dialect. */
export function loadPolicy({ io, options }: Invocation): Loaded {
  const named = options.text("policy");
  const path = named ?? USUAL.find((usual) => existsSync(resolve(io.workingDirectory, usual)));
  if (options.flag("from-environment") || (path === undefined && speaksDialect(io.environment))) {
    return named === undefined
      ? { ok: true, policy: fromEnvironment(io) }
      : one(`--policy and --from-environment do not go together`, "choose one of them");
  }
  if (path === undefined) {
    return one(
      "there is no gate.yaml here, none in /etc/plimsoll, and --policy names none",
      "write one (plimsoll gate --help shows how), or let the gate record one with --learn gate.yaml",
    );
  }
  return loadFile(path, io);
}

/**
 * A policy to learn into has listeners, and its clients are granted nothing: those of --policy, or one client at
 * --listen.
 */
export function loadForLearning(invocation: Invocation): Loaded {
  const { io, options } = invocation;
  if (options.text("policy") !== undefined || options.flag("from-environment")) {
    return loadPolicy(invocation);
  }
  const path = resolve(io.workingDirectory, options.text("listen") ?? "plimsoll.sock");
  const text = `version: 1\nclients: {client: {listen: {unix: ${JSON.stringify(path)}, mode: "0600"}}}\n`;
  const compiled = compilePolicy({ path: "--listen", text });
  if (!compiled.ok) {
    const [first] = compiled.problems;
    return one(first?.problem ?? "no socket can be there", first?.help ?? "give another --listen");
  }
  const sha256 = hash("sha256", text, "hex");
  return { ok: true, policy: { gate: compiled.gate, sha256, warnings: [] } };
}

/** Tells mistakes of the user's. */
export function usage(io: Io, problems: readonly UsageProblem[]): ExitStatus {
  for (const { problem, help } of problems) {
    io.err(`plimsoll: ${printableLine(problem)}\n  ${printableLine(help)}\n`);
  }
  return 2;
}

/** Reads and compiles one file. */
export function loadFile(path: string, io: Io): Loaded {
  const absolute = resolve(io.workingDirectory, path);
  const shown = reportedPath(io.workingDirectory, absolute);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(absolute);
  } catch (error) {
    return one(
      `${shown} cannot be read: ${reasonOf(error)}`,
      "correct --policy, or the file's mode",
    );
  }
  const read = decode(shown, bytes);
  if (!read.ok) return one(`${shown} cannot be read: ${read.why}`, read.settle);
  const directory = dirname(absolute);
  const compiled = compilePolicy(read.file, { readText: (name) => readNear(directory, name) });
  if (!compiled.ok) {
    return {
      ok: false,
      problems: compiled.problems.map((problem) => ({
        problem: problemLine(problem),
        help: problem.help,
      })),
    };
  }
  return {
    ok: true,
    policy: {
      gate: withAbsolutePaths(compiled.gate, directory),
      path: absolute,
      sha256: hash("sha256", bytes, "hex"),
      warnings: [],
    },
  };
}

function readNear(
  directory: string,
  name: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string } {
  try {
    return { ok: true, text: readFileSync(resolve(directory, name), "utf8") };
  } catch (error) {
    return { ok: false, why: reasonOf(error) };
  }
}

function fromEnvironment(io: Io): LoadedPolicy {
  const { gate, warnings } = policyFromEnvironment(io.environment);
  return {
    gate,
    sha256: hash("sha256", writePolicy(gate), "hex"),
    warnings: warnings.map(({ variable, message }) => `${variable}: ${message}`),
  };
}

const one = (problem: string, help: string): Loaded => ({
  ok: false,
  problems: [{ problem, help }],
});

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
