/**
 * Asks a `docker-credential-NAME` program.
 * Source: docker/docker-credential-helpers, client/command.go and credentials/credentials.go.
 */

import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { parseJson, strings } from "../../../manifest/descriptor.ts";
import type { Credentials } from "./credentials.ts";
import { isToken } from "./credentials.ts";

const MAX_OUTPUT = 262_144;
/** A helper may ask its user something. */
const MAX_MS = 30_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when the helper knows none. The problem is a clause without anything that the helper said. */
export async function askHelper(
  name: string,
  server: string,
  environment: Environment,
  maxMs = MAX_MS,
): Promise<Credentials | undefined | { readonly problem: string }> {
  if (!/^[a-z0-9_-]{1,64}$/.test(name)) {
    return { problem: "it names a credential helper by what is no name of one" };
  }
  const program = await findProgram(`docker-credential-${name}`, environment);
  if (program === undefined) {
    return { problem: `the credential helper docker-credential-${name} is not installed` };
  }
  const output = await run(program, server, environment, maxMs);
  if (typeof output === "string") return { problem: `docker-credential-${name} ${output}` };
  if (output.status !== 0) {
    const text = output.bytes.toString("latin1", 0, 200);
    if (/credentials not found/i.test(text)) return undefined;
    return { problem: `docker-credential-${name} failed with status ${String(output.status)}` };
  }
  const parsed = parseJson(output.bytes);
  if ("problem" in parsed) return { problem: `docker-credential-${name} gives no valid JSON` };
  const { Username: username = "", Secret: secret = "" } = strings(parsed.value);
  if (username === "" && secret === "") return undefined;
  if (username !== "<token>") return { kind: "basic", username, password: secret };
  return isToken(secret)
    ? { kind: "identity", token: secret }
    : { problem: `docker-credential-${name} gives a token that cannot be sent` };
}

/** In the absolute directories of PATH only: what is checked must not bring its own helpers. */
async function findProgram(program: string, environment: Environment): Promise<string | undefined> {
  const file = process.platform === "win32" ? `${program}.exe` : program;
  for (const directory of (environment["PATH"] ?? "").split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const path = join(directory, file);
    try {
      await access(path, constants.X_OK);
      if ((await stat(path)).isFile()) return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

interface Output {
  readonly status: number | null;
  readonly bytes: Buffer;
}

function run(
  program: string,
  input: string,
  environment: Environment,
  maxMs: number,
): Promise<Output | string> {
  return new Promise((resolve) => {
    const child = spawn(program, ["get"], {
      env: { ...environment },
      stdio: ["pipe", "pipe", "ignore"],
      windowsHide: true,
    });
    const pieces: Buffer[] = [];
    let bytes = 0;
    const finish = (outcome: Output | string): void => {
      clearTimeout(timer);
      // Something that it started may still hold the pipe.
      child.stdout.destroy();
      child.kill("SIGKILL");
      resolve(outcome);
    };
    const timer = setTimeout(() => finish("does not answer in time"), maxMs);
    child.on("error", () => finish("cannot be started"));
    child.stdin.on("error", () => undefined);
    child.stdout.on("error", () => undefined);
    child.stdout.on("data", (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes > MAX_OUTPUT) finish("says too much");
    });
    child.on("close", (status) => finish({ status, bytes: Buffer.concat(pieces) }));
    child.stdin.end(input);
  });
}
