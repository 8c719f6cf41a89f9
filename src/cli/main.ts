/** The entry point: the only place that sets an exit status. */

import { nearest } from "../model/nearest.ts";
import type { Command, ExitStatus, Io } from "./command.ts";
import { commands } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { misspeltVariable, parseArguments } from "./parse-arguments.ts";
import { printable, printableLine } from "./printable.ts";
import { version } from "./version.ts";

/** Runs the command line of a process and sets its exit status. */
export async function main(process: NodeJS.Process): Promise<void> {
  let lost = false;
  process.stdout.on("error", ({ code = "unknown error" }: NodeJS.ErrnoException) => {
    // A reader that closes early (`| head`) is no error of ours.
    if (lost || code === "EPIPE") return;
    lost = true;
    process.exitCode = 2;
    process.stderr.write(
      `plimsoll: standard output cannot be written (${code})\n  free some space, or send the report to a file: -f json=FILE\n`,
    );
  });
  // Nobody is left to be told.
  process.stderr.on("error", () => undefined);
  const status = await runCommandLine(process.argv.slice(2), processIo(process));
  process.exitCode = lost ? 2 : status;
}

/** Runs a command line and gives the exit status. Never throws. */
export async function runCommandLine(words: readonly string[], io: Io): Promise<ExitStatus> {
  try {
    return await dispatch(words, io);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.err(
      `plimsoll: this is a bug in Plimsoll, not in your files.\n${printable(text)}\n` +
        `plimsoll ${version}: please report it with the command line and, if you can, the file.\n`,
    );
    return 70;
  }
}

async function dispatch(words: readonly string[], io: Io): Promise<ExitStatus> {
  const first = words[0];
  if (first === "--version" || first === "-V" || first === "version") {
    io.out(`plimsoll ${version}\n`);
    return 0;
  }
  if (first === "help" || (words.length === 1 && (first === "--help" || first === "-h"))) {
    return showHelp(words[1], io);
  }
  const named = commands.find((command) => command.name === first);
  const command = named ?? checkCommand();
  const rest = named === undefined ? words : words.slice(1);
  const beforeDashes = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (beforeDashes.some((word) => word === "--help" || word === "-h"))
    return showHelp(command.name, io);
  const parsed =
    misspeltVariable(io.environment, commands) ?? parseArguments(rest, command, io.environment);
  if ("problem" in parsed) {
    io.err(`plimsoll: ${printableLine(parsed.problem)}\n  ${printableLine(parsed.help)}\n`);
    return 2;
  }
  return command.run({ command, commands, io, ...parsed });
}

function checkCommand(): Command {
  const [check] = commands;
  if (check === undefined) throw new Error("the command table is empty");
  return check;
}

function showHelp(name: string | undefined, io: Io): ExitStatus {
  if (name === undefined || name.startsWith("-")) {
    io.out(generalHelp(commands, version));
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) {
    io.out(commandHelp(command));
    return 0;
  }
  const near = nearest(
    name,
    commands.map((candidate) => candidate.name),
  );
  io.err(
    `plimsoll: there is no command ${printableLine(name)}${near === undefined ? "" : `; did you mean ${near}?`}\n` +
      `  commands are ${commands.map((candidate) => candidate.name).join(", ")}\n`,
  );
  return 2;
}

function processIo(process: NodeJS.Process): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    environment: process.env,
    workingDirectory: process.cwd(),
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    readStandardInput: () => readAll(process.stdin),
    now: () => new Date(),
  };
}

const MAX_INPUT_BYTES = 64 * 1024 * 1024;

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_INPUT_BYTES) break; // The reader refuses it by its size.
  }
  return Buffer.concat(chunks);
}
