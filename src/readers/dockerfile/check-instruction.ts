/**
 * What BuildKit refuses in an instruction that parses: unknown flags, missing arguments.
 * Follows moby/buildkit 73ed6825c, frontend/dockerfile/instructions/parse.go and bflag.go.
 */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import { nearest } from "../../model/nearest.ts";
import { heredocOf } from "./heredoc.ts";
import { isTemplate, printableWord } from "./instruction.ts";
import { spanIn } from "./logical-text.ts";
import { mountProblem } from "./mounts.ts";
import type { Flag, Instruction } from "./syntax.ts";

type FlagType = "text" | "texts" | "boolean";

const flagTables: Readonly<Record<string, Readonly<Record<string, FlagType>>>> = {
  ADD: {
    chown: "text",
    chmod: "text",
    link: "boolean",
    "keep-git-dir": "boolean",
    checksum: "text",
    unpack: "boolean",
    exclude: "texts",
  },
  COPY: {
    chown: "text",
    from: "text",
    chmod: "text",
    link: "boolean",
    exclude: "texts",
    parents: "boolean",
  },
  FROM: { platform: "text" },
  RUN: { mount: "texts", network: "text", security: "text", device: "texts" },
  HEALTHCHECK: {
    interval: "text",
    timeout: "text",
    "start-period": "text",
    "start-interval": "text",
    retries: "text",
  },
};

/** BuildKit does not look at the flags of these. */
const flagsIgnored = new Set(["ARG", "STOPSIGNAL"]);

interface Refusal {
  readonly why: string;
  readonly settle: string;
}

/** Problems of one instruction; those of the parser are not repeated. */
export function checkInstruction(instruction: Instruction): Unknown[] {
  if (instruction.trigger !== undefined) return checkTrigger(instruction, instruction.trigger);
  if (instruction.broken) return [];
  const problems: Unknown[] = [];
  const what = `instruction ${instruction.name}`;
  const refusal = argumentRefusal(instruction);
  if (refusal !== undefined) {
    const { start } = instruction.keyword;
    const end = Math.max(instruction.keyword.end, instruction.rest.end);
    problems.push(
      unknownAt(spanIn(instruction.line, start, end), what, refusal.why, refusal.settle),
    );
  }
  if (flagsIgnored.has(instruction.name)) return problems;
  const seen = new Set<string>();
  for (const flag of instruction.flags) {
    const wrong = flagRefusal(instruction, flag, seen);
    seen.add(flag.name);
    if (wrong === undefined) continue;
    const span = spanIn(instruction.line, flag.start, flag.end);
    problems.push(unknownAt(span, what, wrong.why, wrong.settle));
  }
  return problems;
}

function checkTrigger(instruction: Instruction, trigger: Instruction): Unknown[] {
  if (trigger.name !== "FROM" && trigger.name !== "MAINTAINER") return checkInstruction(trigger);
  const span = spanIn(instruction.line, trigger.keyword.start, trigger.keyword.end);
  const why = `${trigger.name} is not allowed behind ONBUILD`;
  return [unknownAt(span, "instruction ONBUILD", why, "remove the line")];
}

function flagRefusal(
  instruction: Instruction,
  flag: Flag,
  seen: ReadonlySet<string>,
): Refusal | undefined {
  const { name } = instruction;
  const table = Object.hasOwn(flagTables, name) ? (flagTables[name] ?? {}) : {};
  const shown = `--${printableWord(flag.name)}`;
  if (!Object.hasOwn(table, flag.name)) {
    const known = Object.keys(table);
    const suggestion = nearest(flag.name, known);
    if (suggestion !== undefined) {
      const why = `${name} has no flag ${shown}; BuildKit refuses the file`;
      return { why, settle: `did you mean --${suggestion}?` };
    }
    const elsewhere = Object.values(flagTables).some((other) => Object.hasOwn(other, flag.name));
    const which = elsewhere ? `flag ${shown}` : "such flag";
    const why = `${name} has no ${which}; BuildKit refuses the file`;
    const settle = known.length === 0 ? "remove it" : `${name} takes --${known.join(", --")}`;
    return { why, settle };
  }
  const type = table[flag.name];
  if (type !== "texts" && seen.has(flag.name)) {
    return { why: `${shown} stands twice; BuildKit refuses the file`, settle: "remove one" };
  }
  if (type === "boolean") {
    return flag.value === undefined || /^(true|false)$/i.test(flag.value)
      ? undefined
      : { why: `${shown} is neither true nor false`, settle: `write ${shown} or ${shown}=false` };
  }
  if (flag.value === undefined) {
    return { why: `${shown} has no value`, settle: `write ${shown}=VALUE` };
  }
  if (name !== "RUN") return undefined;
  if (flag.name === "mount") return mountProblem(flag.value);
  const choices = { network: ["default", "none", "host"], security: ["sandbox", "insecure"] };
  const allowed =
    flag.name === "network" || flag.name === "security" ? choices[flag.name] : undefined;
  return allowed === undefined || allowed.includes(flag.value) || flag.value.includes("$")
    ? undefined
    : { why: `${shown} has no such value`, settle: `write one of ${allowed.join(", ")}` };
}

function argumentRefusal(instruction: Instruction): Refusal | undefined {
  const { name, words, json } = instruction;
  const count = words.length;
  const missing = { why: "it has no argument", settle: `write what ${name} needs, or remove it` };
  switch (name) {
    case "ADD":
    case "COPY": {
      const settle = "write at least one source and then the destination";
      if (count < 2) return { why: "it needs a source and a destination", settle };
      return heredocOf(words.at(-1)?.text ?? "") === undefined
        ? undefined
        : { why: "a heredoc cannot be the destination", settle };
    }
    case "FROM":
      return fromRefusal(instruction);
    case "USER":
    case "WORKDIR":
    case "STOPSIGNAL":
    case "MAINTAINER":
    case "EXPOSE":
    case "VOLUME":
      return count === 0 ? missing : undefined;
    case "ARG":
      if (count === 0) return missing;
      return instruction.pairs.some(({ key }) => key.text === "")
        ? { why: "an ARG has no name", settle: "write ARG NAME or ARG NAME=value" }
        : undefined;
    case "ENV":
    case "LABEL":
      return instruction.pairs.some(({ key }) => key.text === "")
        ? { why: "a name is empty", settle: `write ${name} name=value` }
        : undefined;
    case "SHELL":
      return json && count > 0
        ? undefined
        : { why: "it is no JSON array", settle: `write SHELL ["/bin/sh", "-c"]` };
    case "HEALTHCHECK":
      return healthRefusal(instruction);
    default:
      return undefined;
  }
}

function fromRefusal({ words }: Instruction): Refusal | undefined {
  const settle = "write FROM image, or FROM image AS name";
  if (words.some(({ text }) => isTemplate(text))) return undefined;
  const [, as, name] = words;
  if (words.length !== 1 && (words.length !== 3 || as?.text.toLowerCase() !== "as")) {
    return { why: "it has neither one nor three arguments", settle };
  }
  if (name === undefined || /^[a-z][a-z0-9\-_.]*$/i.test(name.text)) return undefined;
  return {
    why: "the name of the stage does not start with a letter, or holds signs",
    settle: "name it with letters, digits, `-`, `_` and `.`",
  };
}

function healthRefusal({ words }: Instruction): Refusal | undefined {
  const settle = "write HEALTHCHECK CMD command, or HEALTHCHECK NONE";
  const kind = words[0]?.text.toUpperCase();
  if (kind === "CMD" && words.length > 1) return undefined;
  if (kind === "NONE" && words.length === 1) return undefined;
  return { why: "it is neither CMD with a command nor NONE alone", settle };
}
