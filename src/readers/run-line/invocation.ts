/** Recognises a call of a container engine in the words of a command. */

import type { Span } from "../../model/source.ts";
import { baseName } from "../paths.ts";
import { effectiveWords } from "../shell/effective-words.ts";
import type { Argument } from "./argument.ts";
import { wholeExpansion } from "./argument.ts";
import { COMPOSE_FLAGS, GLOBAL_FLAGS } from "./flag-tables.ts";
import type { Option } from "./parse-flags.ts";
import { joinWords, parseFlags } from "./parse-flags.ts";

export type Action = "run" | "create" | "exec" | "service create" | "build";

/** A call of an engine, whatever it asks for. */
export interface ClientCall {
  /** As called: `docker`, `podman`, `nerdctl`, `docker compose`. */
  readonly program: string;
  readonly engine: "docker" | "podman";
  /** The flags between the engine's name and the command: `-H`. */
  readonly globals: readonly Option[];
  /** From the engine's name to the command: `docker run`. */
  readonly span: Span;
}

export interface Invocation extends ClientCall {
  readonly action: Action;
  /** The words after the command. */
  readonly args: readonly Argument[];
}

const PROGRAMS: ReadonlyMap<string, "docker" | "podman"> = new Map([
  ["docker", "docker"],
  ["docker.exe", "docker"],
  ["podman", "podman"],
  ["podman.exe", "podman"],
  ["podman-remote", "podman"],
  ["nerdctl", "docker"],
  ["nerdctl.lima", "docker"],
  ["docker-compose", "docker"],
  ["podman-compose", "podman"],
]);

/** Command words and what they do. Groups have their commands below them. */
const ACTIONS: Readonly<Record<string, Action | Readonly<Record<string, Action>>>> = {
  run: "run",
  create: "create",
  exec: "exec",
  build: "build",
  container: { run: "run", create: "create", exec: "exec" },
  service: { create: "service create" },
  image: { build: "build" },
  builder: { build: "build" },
  buildx: { build: "build", b: "build" },
};

/** Of Compose only what enters a container; what it starts and builds stands in its file. */
const COMPOSE_ACTIONS: Readonly<Record<string, Action>> = { exec: "exec" };

/** The call in a command's words; undefined when it is none, or asks only for help. */
export function invocationOf(words: readonly Argument[]): Invocation | undefined {
  const found = engineCall(effectiveWords({ words }));
  if (found === undefined) return undefined;
  const { program, engine, call } = found;
  const first = call[0];
  if (first === undefined) return undefined;
  if (program.endsWith("-compose")) return composeCall(found, call.slice(1), []);
  const globals = parseFlags(call.slice(1), GLOBAL_FLAGS);
  if (globals.options.some(({ name }) => name === "help" || name === "version")) return undefined;
  const { operands, options } = globals;
  const command = operands[0];
  if (command === undefined || command.dynamic) return undefined;
  if (command.text === "compose") {
    return composeCall({ ...found, program: `${program} compose` }, operands.slice(1), options);
  }
  const entry = Object.hasOwn(ACTIONS, command.text) ? ACTIONS[command.text] : undefined;
  if (typeof entry === "string") {
    const span = joinWords(first, command);
    return { program, engine, action: entry, globals: options, args: operands.slice(1), span };
  }
  const inner = operands[1];
  if (entry === undefined || inner === undefined) return undefined;
  const action = Object.hasOwn(entry, inner.text) ? entry[inner.text] : undefined;
  if (action === undefined) return undefined;
  const span = joinWords(first, inner);
  return { program, engine, action, globals: options, args: operands.slice(2), span };
}

/** `words` follow `docker compose`; `globals` stand before it. */
function composeCall(
  { program, engine, call }: EngineCall,
  words: readonly Argument[],
  globals: readonly Option[],
): Invocation | undefined {
  const { operands, options } = parseFlags(words, COMPOSE_FLAGS);
  if (options.some(({ name }) => name === "help" || name === "version")) return undefined;
  const first = call[0];
  const command = operands[0];
  if (first === undefined || command === undefined || command.dynamic) return undefined;
  const action = Object.hasOwn(COMPOSE_ACTIONS, command.text)
    ? COMPOSE_ACTIONS[command.text]
    : undefined;
  if (action === undefined) return undefined;
  const span = joinWords(first, command);
  return { program, engine, action, globals, args: operands.slice(1), span };
}

/** The call in a command's words with any command: `docker compose up`, `docker push`. */
export function clientCallOf(words: readonly Argument[]): ClientCall | undefined {
  const found = engineCall(effectiveWords({ words }));
  const first = found?.call[0];
  if (found === undefined || first === undefined) return undefined;
  const { program, engine, call } = found;
  const { options, operands } = parseFlags(call.slice(1), GLOBAL_FLAGS);
  const command = operands[0];
  if (command === undefined) return undefined;
  return { program, engine, globals: options, span: joinWords(first, command) };
}

interface EngineCall {
  readonly program: string;
  readonly engine: "docker" | "podman";
  readonly call: readonly Argument[];
}

function engineCall(words: readonly Argument[]): EngineCall | undefined {
  for (let skipped = 0; skipped < 2; skipped++) {
    const call = words.slice(skipped);
    const first = call[0];
    if (first === undefined) return undefined;
    const program = programOf(first);
    const engine = program === undefined ? undefined : PROGRAMS.get(program);
    if (program !== undefined && engine !== undefined) return { program, engine, call };
    // `$SUDO docker run`: a first word that may be empty or a prefix.
    if (wholeExpansion(first)?.splits !== true) return undefined;
    const inner = effectiveWords({ words: words.slice(1) });
    if (inner.length < words.length - 1) return engineCall(inner);
  }
  return undefined;
}

/** The engine that a word calls, also when only the variable's name tells it. */
function programOf(word: Argument): string | undefined {
  if (!word.dynamic) return baseName(word.text.replaceAll("\\", "/"));
  const whole = wholeExpansion(word);
  if (whole?.substitution !== undefined) {
    const found = /^(?:which|command -v|type -p)\s+(docker|podman|nerdctl)\b/.exec(
      whole.substitution,
    );
    return found?.[1];
  }
  const named = /^(DOCKER|PODMAN|NERDCTL)(?:_?(?:CMD|BIN|EXE|COMMAND|CLI|PATH|EXECUTABLE))?$/i;
  const name = whole?.name ?? "";
  const program = named.exec(name)?.[1]?.toLowerCase();
  if (program !== undefined) return program;
  return /^(CONTAINER|OCI)_(ENGINE|RUNTIME|TOOL|CMD|CLI|BIN)$/i.test(name) ? "docker" : undefined;
}
