/** One instruction: keyword, flags, and arguments in the form that the keyword has. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import { nearest } from "../../model/nearest.ts";
import { trimRange } from "./characters.ts";
import type { LogicalText } from "./logical-text.ts";
import { spanIn } from "./logical-text.ts";
import type { Instruction, Pair, Word } from "./syntax.ts";
import type { Failure } from "./words.ts";
import {
  pairOf,
  readFlags,
  readJson,
  readList,
  readPairs,
  readQuotedWords,
  splitKeyword,
  wordOf,
} from "./words.ts";

type Form = "command" | "list-or-json" | "list" | "pairs" | "names" | "text" | "health" | "trigger";

/** Source: moby/buildkit 73ed6825c, frontend/dockerfile/parser/parser.go, the dispatch table. */
const forms: Readonly<Record<string, Form>> = {
  ADD: "list-or-json",
  ARG: "names",
  CMD: "command",
  COPY: "list-or-json",
  ENTRYPOINT: "command",
  ENV: "pairs",
  EXPOSE: "list",
  FROM: "list",
  HEALTHCHECK: "health",
  LABEL: "pairs",
  MAINTAINER: "text",
  ONBUILD: "trigger",
  RUN: "command",
  SHELL: "command",
  STOPSIGNAL: "text",
  USER: "text",
  VOLUME: "list-or-json",
  WORKDIR: "text",
};

interface Arguments {
  readonly words: readonly Word[];
  readonly pairs?: readonly Pair[];
  readonly json?: boolean;
}

/** Reads the logical text of an instruction; the caller adds its pieces and heredocs. */
export function parseInstruction(
  line: LogicalText,
  escape: string,
  problems: Unknown[],
  from = 0,
): Instruction {
  const { text } = line;
  const whole = trimRange(text, from, text.length);
  const { keyword, after } = splitKeyword(text, whole.start, whole.end);
  const name = keyword.text.toUpperCase();
  const { flags, after: afterFlags } = readFlags(text, after, whole.end, escape);
  const range = trimRange(text, afterFlags, whole.end);
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  const common = {
    kind: "instruction",
    start: line.offsets[0] ?? 0,
    end: line.offsets[0] ?? 0,
    pieces: [],
    line,
    name,
    keyword,
    flags,
    rest: wordOf(text, range.start, range.end),
    heredocs: [],
  } as const;
  const nothing = { json: false, words: [], pairs: [] };
  if (form === undefined) {
    problems.push(unknownInstruction(line, keyword, problems.length < MAX_SUGGESTIONS));
    return { ...common, ...nothing, broken: true };
  }
  if (form === "trigger") {
    const nested = /^onbuild(?=[\t\v\f\r ]|$)/i.test(text.slice(range.start, range.start + 8));
    if (range.start === range.end || nested) {
      const why = nested ? "ONBUILD ONBUILD is not allowed" : "it keeps no instruction";
      const settle = "write one instruction behind ONBUILD";
      problems.push(unknownAt(spanOfWord(line, keyword), "instruction ONBUILD", why, settle));
      return { ...common, ...nothing, broken: true };
    }
    const trigger = parseInstruction(line, escape, problems, range.start);
    return { ...common, ...nothing, trigger, broken: trigger.broken };
  }
  const parsed = readArguments(form, text, range, escape);
  if ("error" in parsed) {
    const span = spanIn(line, keyword.start, range.end);
    const settle = `correct the ${name} line; BuildKit refuses the file`;
    problems.push(unknownAt(span, `instruction ${name}`, parsed.error, settle));
    return { ...common, ...nothing, broken: true };
  }
  return {
    ...common,
    words: parsed.words,
    pairs: parsed.pairs ?? [],
    json: parsed.json ?? false,
    broken: false,
  };
}

function readArguments(
  form: Exclude<Form, "trigger">,
  text: string,
  range: { readonly start: number; readonly end: number },
  escape: string,
): Arguments | Failure {
  const { start, end } = range;
  if (form === "pairs") {
    const pairs = readPairs(text, start, end, escape);
    return "error" in pairs ? pairs : { words: [], pairs };
  }
  if (start === end) return { words: [] };
  if (form === "list") return { words: readList(text, start, end) };
  if (form === "names") {
    const words = readQuotedWords(text, start, end, escape);
    return { words, pairs: words.map((word) => pairOf(word)) };
  }
  if (form === "text") return { words: [wordOf(text, start, end)] };
  if (form === "health") {
    const { keyword: kind, after } = splitKeyword(text, start, end);
    if (after >= end) return { words: [kind] };
    const command = readArguments("command", text, { start: after, end }, escape);
    return "error" in command ? command : { ...command, words: [kind, ...command.words] };
  }
  const json = readJson(text, start, end);
  if (json !== undefined) return "error" in json ? json : { words: json, json: true };
  return { words: form === "command" ? [wordOf(text, start, end)] : readList(text, start, end) };
}

/** What an unknown is about that stands for a line which a template language fills in. */
export const TEMPLATE_LINE = "template line";

/** A file with more unknown instructions is no Dockerfile; working out what each might mean is no use. */
const MAX_SUGGESTIONS = 100;

function unknownInstruction(line: LogicalText, keyword: Word, suggest: boolean): Unknown {
  if (isTemplate(keyword.text)) {
    const why = "it is a placeholder of a template language";
    const settle = "render the template and check the result";
    return unknownAt(spanOfWord(line, keyword), TEMPLATE_LINE, why, settle);
  }
  const suggestion = suggest ? nearest(keyword.text, Object.keys(forms)) : undefined;
  // A line that lost its continuation may begin with a secret: only what is nearly an instruction is shown.
  if (suggestion === undefined) {
    return unknownAt(
      spanOfWord(line, keyword),
      "instruction",
      "the line begins with no instruction; BuildKit refuses the file",
      "correct it, or end the line before it with a continuation if it belongs there",
    );
  }
  return unknownAt(
    spanOfWord(line, keyword),
    `instruction \`${printableWord(keyword.text)}\``,
    "there is no such instruction; BuildKit refuses the file",
    `did you mean ${suggestion}?`,
  );
}

/** A word for a message: at most 24 printable characters. */
export function printableWord(text: string): string {
  const cleaned = text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]/gu, "?");
  return cleaned.length > 24 ? `${cleaned.slice(0, 24)}…` : cleaned;
}

function spanOfWord(line: LogicalText, word: Word): ReturnType<typeof spanIn> {
  return spanIn(line, word.start, word.end);
}

/** Whether a text holds a placeholder of a template language (Go, Jinja, ERB), to be filled in before the build. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|\{#|<%|%%[A-Z_]+%%|@@[A-Z_]+@@/.test(text);
}
