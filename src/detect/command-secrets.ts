/** Finds literal secrets in the words of commands: flags, assignments, positional passwords. */

import type { Confidence } from "../model/finding.ts";
import type { Span } from "../model/source.ts";
import type { ShellCommand, ShellWord } from "../model/shell-command.ts";
import { classifyVariable } from "./classify-variable.ts";
import type { PasswordOption } from "./command-table.ts";
import { CONFIG_SET, PASSWORD_OPTIONS, PASSWORD_POSITIONS, settingName } from "./command-table.ts";
import { findSecretsInText } from "./find-secrets.ts";
import { shownName } from "./shown-name.ts";

/** A secret in a command. It never holds the value. */
export interface CommandSecret {
  readonly span: Span;
  /** For people, free of the value: "the option --password of mysql". */
  readonly what: string;
  readonly confidence: Confidence;
  readonly defaultCredential: boolean;
}

/** Programs whose options say where a secret is, not what: `docker build --secret id=…`, `kubectl create secret`. */
const NO_GENERIC_OPTIONS = /^(?:buildx|docker|podman|nerdctl|buildah|kubectl)$/;

/** Commands longer than this are judged by their beginning. */
const MAX_WORDS = 2000;

/**
 * Literal secrets in one command. `words` are the words of the command that is really started,
 * without `sudo`, `exec` and their like.
 */
export function findCommandSecrets(
  command: ShellCommand,
  words: readonly ShellWord[] = command.words,
): CommandSecret[] {
  const found: CommandSecret[] = [];
  for (const { name, value, span } of command.assignments) {
    judge(found, name, value, span, `the variable ${name}`);
  }
  const kept = words.slice(0, MAX_WORDS);
  const first = kept[0]?.text ?? "";
  // Arguments alone: the image decides which program gets them.
  const program = first.startsWith("-") ? "" : baseName(first);
  for (const [index, word] of kept.entries()) {
    if (index > 0 || word.text.startsWith("-")) judgeWord(found, program, kept, index, word);
    else if (word.text.includes("=")) judgeAssignment(found, word);
  }
  judgePositions(found, program, kept);
  return dedupe(found);
}

function judgeWord(
  found: CommandSecret[],
  program: string,
  words: readonly ShellWord[],
  index: number,
  word: ShellWord,
): void {
  for (const rule of PASSWORD_OPTIONS.get(program) ?? []) {
    if (rule.onlyHidden === true || !word.text.startsWith(rule.option)) continue;
    if (!hasBefore(words, index, rule.with)) continue;
    const value = optionValue(words, index, rule);
    if (value === undefined) continue;
    if (value.word.dynamic) return;
    const secret = secretPart(value.text, rule.after);
    const what = `the option ${rule.option} of ${shownProgram(program)}`;
    if (secret !== "") judge(found, "password", secret, value.word.span, what);
    return;
  }
  if (/^-{1,2}[A-Za-z]/.test(word.text)) judgeLongOption(found, program, words, index, word);
  else if (word.text.includes("=")) judgeAssignment(found, word);
}

/** Whether a subcommand, if one is asked for, stands before the word at `index`. */
function hasBefore(
  words: readonly ShellWord[],
  index: number,
  subcommand: string | undefined,
): boolean {
  if (subcommand === undefined) return true;
  const at = words.findIndex(({ text }) => text === subcommand);
  return at >= 0 && at < index;
}

function optionValue(
  words: readonly ShellWord[],
  index: number,
  rule: PasswordOption,
): { text: string; word: ShellWord } | undefined {
  const word = words[index];
  if (word === undefined) return undefined;
  if (word.text === rule.option) {
    const next = words[index + 1];
    if (rule.value === "attached" || next === undefined) return undefined;
    return { text: next.text, word: next };
  }
  if (rule.value === "next") return undefined;
  const rest = word.text.slice(rule.option.length);
  if (rule.option.startsWith("--")) {
    return rest.startsWith("=") ? { text: rest.slice(1), word } : undefined;
  }
  return { text: rest.replace(/^=/, ""), word };
}

function secretPart(text: string, after: PasswordOption["after"]): string {
  if (after === undefined) return text;
  if (after === "pass:") return text.startsWith("pass:") ? text.slice(5) : "";
  const at = text.indexOf(after);
  return at < 0 ? "" : text.slice(at + 1);
}

/** `--db-password X`, `--token=X`, `-storepass X`, `-Dspring.datasource.password=X`. */
function judgeLongOption(
  found: CommandSecret[],
  program: string,
  words: readonly ShellWord[],
  index: number,
  word: ShellWord,
): void {
  const define = /^-D([\w.-]+)=(.+)$/s.exec(word.text);
  if (define !== null) {
    if (!word.dynamic) {
      judge(
        found,
        define[1] ?? "",
        define[2] ?? "",
        word.span,
        `the property ${(define[1] ?? "").slice(0, 80)}`,
      );
    }
    return;
  }
  if (NO_GENERIC_OPTIONS.test(program) && !/^--(?:password|passphrase)(?:=|$)/.test(word.text))
    return;
  const equals = word.text.indexOf("=");
  const option = (equals < 0 ? word.text : word.text.slice(0, equals)).slice(0, 60);
  const name = option.replace(/^-+/, "");
  if (name.length < 4 || !/^[A-Za-z][\w.-]*$/.test(name)) return;
  const next = equals < 0 ? words[index + 1] : word;
  if (next === undefined || next.dynamic) return;
  const value = equals < 0 ? next.text : word.text.slice(equals + 1);
  if (equals < 0 && value.startsWith("-")) return;
  judge(found, name, value, next.span, `the option ${option} of ${shownProgram(program)}`);
}

/** `NAME=value` as a word: an argument of env, docker run -e, make. */
function judgeAssignment(found: CommandSecret[], word: ShellWord): void {
  const parts = /^([A-Za-z_][\w.-]{0,100})=(.*)$/s.exec(word.text);
  if (parts === null || word.dynamic) return;
  judge(found, parts[1] ?? "", parts[2] ?? "", word.span, `the variable ${parts[1] ?? ""}`);
}

function judgePositions(
  found: CommandSecret[],
  program: string,
  words: readonly ShellWord[],
): void {
  const texts = [program, ...words.slice(1).map(({ text }) => text)];
  for (const { command, position, name, onlyHidden } of PASSWORD_POSITIONS) {
    const word = words[command.length - 1 + position];
    if (onlyHidden === true || !startsWith(texts, command) || word === undefined || word.dynamic)
      continue;
    if (word.text.startsWith("-") || /^\w+=/.test(word.text)) continue;
    judge(found, name, word.text, word.span, `the ${name} given to ${command.join(" ")}`);
  }
  for (const command of CONFIG_SET) {
    if (!startsWith(texts, command)) continue;
    const rest = words.slice(command.length).filter(({ text }) => !text.startsWith("-"));
    const [key, ...values] = rest;
    const value = values.at(-1);
    if (key === undefined) continue;
    if (value !== undefined && !value.dynamic) {
      const name = settingName(key.text);
      judge(found, name, value.text, value.span, `the setting of ${command.join(" ")}`);
    } else if (value === undefined && !key.dynamic && key.text.includes("=")) {
      const at = key.text.lastIndexOf("=");
      judge(
        found,
        key.text.slice(0, at),
        key.text.slice(at + 1),
        key.span,
        `the setting of ${command.join(" ")}`,
      );
    }
    return;
  }
  if (program === "htpasswd" && /^-\w*b/.test(words[1]?.text ?? "")) {
    const word = words.at(-1);
    if (word !== undefined && !word.dynamic && words.length > 3) {
      judge(found, "password", word.text, word.span, "the password given to htpasswd");
    }
  }
}

/** Passwords that a pipe brings: `echo user:password | chpasswd`, `echo X | docker login --password-stdin`. */
export function findPipedSecrets(
  from: ShellCommand,
  into: ShellCommand,
  words: readonly ShellWord[] = into.words,
): CommandSecret[] {
  const program = baseName(words[0]?.text ?? "");
  const printer = baseName(from.words[0]?.text ?? "");
  const last = from.words.at(-1);
  if ((printer !== "echo" && printer !== "printf") || last === undefined || last.dynamic) return [];
  if (from.words.length < 2) return [];
  const found: CommandSecret[] = [];
  if (program === "chpasswd" && last.text.includes(":")) {
    const password = last.text.slice(last.text.indexOf(":") + 1).replace(/\\n$/, "");
    judge(found, "password", password, last.span, "the password given to chpasswd");
  }
  const stdin = words.some(
    ({ text }) => text === "--password-stdin" || text === "--with-token" || text === "--stdin",
  );
  if (stdin || (program === "passwd" && words.length > 1)) {
    judge(
      found,
      "password",
      last.text.replace(/\\n$/, ""),
      last.span,
      `the password given to ${shownProgram(program)}`,
    );
  }
  return found;
}

/** Secrets that a search by value finds in a text at a place. */
export function findTextSecrets(text: string, span: Span): CommandSecret[] {
  const exact = span.end - span.start === text.length;
  return findSecretsInText(text).map((match) => ({
    span: exact
      ? { file: span.file, start: span.start + match.start, end: span.start + match.end }
      : span,
    what: `a value in the form of: ${match.title}`,
    confidence: match.confidence,
    defaultCredential: match.confidence === "low",
  }));
}

/** The password of Java's public trust store, which protects nothing, and what tells to ask for one. */
const NO_SECRET = new Set(["changeit", "STDIN"]);

function judge(
  found: CommandSecret[],
  name: string,
  value: string,
  span: Span,
  what: string,
): void {
  if (NO_SECRET.has(value)) return;
  const verdict = classifyVariable(name, value);
  if (verdict.kind !== "secret") return;
  found.push({
    span,
    what,
    confidence: verdict.confidence,
    defaultCredential: verdict.defaultCredential === true,
  });
}

/** A program's name, unless what stands there is none: an assignment, an address. */
function shownProgram(program: string): string {
  return /^[A-Za-z][\w.+-]{0,40}$/.test(program)
    ? shownName(program, "the program")
    : "the program";
}

function startsWith(texts: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((word, index) => texts[index] === word);
}

function dedupe(found: readonly CommandSecret[]): CommandSecret[] {
  const seen = new Set<string>();
  return found.filter(({ span }) => {
    const key = `${span.start}:${span.end}`;
    return !seen.has(key) && seen.add(key);
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
