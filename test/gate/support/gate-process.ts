/** A gate as users start it: the command in a process of its own, with a policy file. */

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../support/engine.ts";

const PLIMSOLL = resolve(import.meta.dirname, "../../../bin/plimsoll.js");

export interface GateProcess {
  readonly folder: string;
  readonly pid: number;
  /** The socket of a client. */
  readonly socket: (client: string) => string;
  /** Runs a command line against the socket of a client, without blocking. */
  readonly as: (client: string, command: string, ...words: string[]) => Promise<Outcome>;
  /** What it said on standard error so far. */
  readonly said: () => string;
  readonly writePolicy: (policy: string) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Settles with the exit status when the process has ended. */
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

export interface GateProcessOptions {
  readonly upstream: string;
  /** Below `clients:`, indented by two; `@` stands for the folder in which the sockets are. */
  readonly clients: string;
  /** Further lines of the policy. */
  readonly settings?: string;
  readonly words?: readonly string[];
  /** The client that is waited for. */
  readonly first: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** At most so many open files. */
  readonly files?: number;
}

/** `@/NAME.sock` is the client's socket by convention. */
export async function startGateProcess(options: GateProcessOptions): Promise<GateProcess> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-gate-"));
  const path = join(folder, "gate.yaml");
  const settings = (options.settings ?? "").replaceAll("@", folder);
  const writePolicy = (clients: string): void => {
    writeFileSync(
      path,
      `version: 1\nupstream: unix://${options.upstream}\n${settings}\nclients:\n${clients.replaceAll("@", folder)}`,
    );
  };
  writePolicy(options.clients);
  let said = "";
  const words = [PLIMSOLL, "gate", "--policy", path, ...(options.words ?? [])];
  const child = spawn(...limited(options.files, process.execPath, words), {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: folder,
    env: { ...process.env, ...options.environment },
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (said += piece));
  const ended = new Promise<number | null>((settle) => child.once("exit", (code) => settle(code)));
  const socket = (client: string): string => join(folder, `${client}.sock`);
  for (let tries = 0; !existsSync(socket(options.first)); tries++) {
    if (tries > 200 || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`the gate did not start: ${said}`);
    }
    await sleep(50);
  }
  return {
    folder,
    pid: child.pid ?? 0,
    socket,
    said: () => said,
    writePolicy,
    signal: (signal) => void child.kill(signal),
    ended,
    as: (client, command, ...words) => runAt(socket(client), folder, command, words),
    stop: async () => {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function limited(
  files: number | undefined,
  command: string,
  words: readonly string[],
): [string, string[]] {
  return files === undefined
    ? [command, [...words]]
    : ["sh", ["-c", `ulimit -n ${String(files)} && exec "$0" "$@"`, command, ...words]];
}

/** Runs a command with `DOCKER_HOST` at a socket. */
export function runAt(
  socket: string,
  folder: string,
  command: string,
  words: readonly string[],
): Promise<Outcome> {
  return new Promise((settle) => {
    const child = execFile(
      command,
      [...words],
      {
        encoding: "utf8",
        timeout: 120_000,
        killSignal: "SIGKILL",
        maxBuffer: 64 << 20,
        env: {
          ...process.env,
          DOCKER_HOST: `unix://${socket}`,
          DOCKER_CONFIG: folder,
          DOCKER_BUILDKIT: "0",
          COMPOSE_HTTP_TIMEOUT: "60",
        },
      },
      (_, out, err) => settle({ status: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end();
  });
}
