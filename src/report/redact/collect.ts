/** Collects the secret values that a run knows, so that they can be hidden wherever they turn up. */

import { classifyVariable } from "../../detect/classify-variable.ts";
import type { SecretMatch } from "../../detect/detector.ts";
import { findSecretsInText, MAX_MATCHES } from "../../detect/find-secrets.ts";
import { judgeValue } from "../../detect/judge-value.ts";
import type { SourceFile } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { CommandLine } from "../../model/command.ts";
import type { Report } from "../contract.ts";
import { secretsInWords } from "../mask/commands.ts";
import { nameMayHoldSecret } from "../mask/names.ts";
import { isCommonWord } from "./common-words.ts";
import type { FoundText } from "./command-lines.ts";
import { secretsInCommandLines } from "./command-lines.ts";
import { SHORTEST_VALUE } from "./value-finder.ts";

/** Where values come from besides the report. */
export interface SecretSources {
  /** The files that were read. */
  readonly sources: readonly SourceFile[];
  /** The caller's environment, which fills in variables of Compose files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The longest value that is looked at, and the longest line around one, in UTF-16 units. */
const MAX_VALUE = 8192;

/** The longest default of a variable, and how many defaults within defaults are opened. */
const MAX_DEFAULT = 512;
const MAX_NESTED = 4;

/**
 * How many different values of one file are judged with all care. One with more is no configuration,
 * and what is beyond is hidden by its name and a look at it alone.
 */
const MAX_JUDGED = 2000;

/** All secret values of a run. They must not leave but into a finder. */
export function collectSecretValues(report: Report, from: SecretSources): ReadonlySet<string> {
  const values = new Set<string>();
  const judged = new Set<string>();
  const judge = (name: string, value: string): void => {
    const text = value.slice(0, MAX_VALUE);
    const key = `${name}\0${text}`;
    if (text.length < SHORTEST_VALUE || judged.has(key)) return;
    judged.add(key);
    const { kind, defaultCredential } = classifyVariable(name, text);
    if (kind === "secret" && defaultCredential !== true) addForms(values, text);
  };
  for (const { env, labels, build } of report.workloads) {
    for (const variable of env) judge(variable.name, variable.value ?? "");
    for (const variable of labels ?? []) judge(variable.name, variable.value ?? "");
    for (const variable of build?.env ?? []) judge(variable.name, variable.value ?? "");
    for (const variable of build?.args ?? []) judge(variable.name, variable.value ?? "");
  }
  for (const { imageContents } of report.workloads) {
    for (const { span, confidence, detector } of imageContents?.secrets ?? []) {
      if (span === undefined || confidence === "low" || detector === "default-credential") continue;
      const written = spanText(span).slice(0, MAX_VALUE);
      keep(values, written);
      addForms(values, unescaped(written));
    }
  }
  for (const [name, value] of Object.entries(from.environment)) judge(name, value ?? "");
  for (const file of filesOf(report, from.sources)) {
    const most = judged.size + MAX_JUDGED;
    const judgeAll: Judge = (name, value) => {
      if (judged.size < most) judge(name, value);
      else judgeByLook(values, value.slice(0, MAX_VALUE));
    };
    assignments(file.text, judgeAll);
    defaults(file.text, judgeAll);
    for (const found of secretsInCommandLines(file.text)) addCommandSecret(values, found);
    knownForms(file.text, values);
  }
  for (const { command, execs } of report.workloads) {
    if (command.known) addWords(values, command.value);
    for (const { command: line } of execs)
      if (line !== undefined) addWords(values, { command: line });
  }
  return values;
}

/** A part of a JSON string as its value has it; as it is written where it is none. */
function unescaped(written: string): string {
  try {
    return JSON.parse(`"${written}"`) as string;
  } catch {
    return written;
  }
}

/** The words of a start command or a probe, which may stand in a file one by one. */
function addWords(
  values: Set<string>,
  {
    entrypoint,
    command,
  }: { entrypoint?: CommandLine | undefined; command?: CommandLine | undefined },
): void {
  const words = [...(entrypoint?.words ?? []), ...(command?.words ?? [])];
  for (const { word, start, end, sure } of secretsInWords(words, () => true)) {
    addCommandSecret(values, { text: (words[word] ?? "").slice(start, end), sure });
  }
}

/** Of a text that is only sent to a secret place, the parts that look as keys do. */
function addCommandSecret(values: Set<string>, { text, sure }: FoundText): void {
  const value = text.slice(0, MAX_VALUE);
  if (judgeValue(value) !== "literal") return;
  if (sure) addForms(values, value);
  else addParts(values, value);
}

/** A value beyond the bound of careful judging. */
function judgeByLook(values: Set<string>, value: string): void {
  const look = judgeValue(value);
  if (look === "literal") keep(values, value);
  else if (look === "address") {
    keep(values, /:\/\/[^\s/@]{0,256}?:([^\s@]{1,1024})@/.exec(value)?.[1] ?? "");
  }
}

function filesOf(report: Report, sources: readonly SourceFile[]): Set<SourceFile> {
  const files = new Set(sources);
  for (const { source } of report.workloads) files.add(source.file);
  for (const { primary, related } of report.findings) {
    files.add(primary.file);
    for (const { span } of related) files.add(span.file);
  }
  return files;
}

/** The value, and the parts of it that tell it: those that a detector knows, lines, parts between separators. */
function addForms(values: Set<string>, value: string): void {
  for (const { start, end } of findSecretsInText(value)) keep(values, value.slice(start, end));
  const lines = value.split(/[\r\n]+/);
  for (const line of lines) {
    if (!line.startsWith("-----")) keep(values, line);
    // Of a URL, what is not secret is said in many places.
    if (!line.includes("://")) addParts(values, line);
  }
}

function addParts(values: Set<string>, text: string): void {
  for (const part of text.split(/[:/@=,;\s"']+/)) {
    if (part.length >= 8 && /\d/.test(part) && /[A-Za-z]/.test(part)) keep(values, part);
  }
}

function keep(values: Set<string>, text: string): void {
  const value = text.trim();
  if (value.length >= SHORTEST_VALUE && !isCommonWord(value)) values.add(value);
}

/** A piece of this length holds fewer matches than a search gives at most. In UTF-16 units. */
const PIECE = 8192;

/** Values that a detector knows by their form, whatever they are assigned to. */
function knownForms(text: string, values: Set<string>): void {
  const found = findSecretsInText(text);
  addFound(text, found, values);
  if (found.length < MAX_MATCHES) return;
  for (let start = 0; start < text.length;) {
    const newline = text.lastIndexOf("\n", start + PIECE);
    const end = newline > start ? newline + 1 : start + PIECE;
    const piece = text.slice(start, end);
    addFound(piece, findSecretsInText(piece), values);
    start = end;
  }
}

function addFound(text: string, found: readonly SecretMatch[], values: Set<string>): void {
  for (const { start, end, confidence } of found) {
    if (confidence === "low") continue;
    for (const line of text.slice(start, end).split(/[\r\n]+/)) {
      if (!line.includes("-----")) keep(values, line);
    }
  }
}

type Judge = (name: string, value: string) => void;

/** A part of a name that may be a secret's, and what stands between it and a value. */
const HINTED =
  /(?:pass|pwd|secret|token|key|cred|auth|jwt|dsn|salt|psk|otp|pin|pat|pw|sas|webhook|session|cookie|bearer|conn|ur[li]|sign)[\w.-]{0,60}["']?[ \t]{0,8}(?:[:?+]{0,2}=|:[ \t])[ \t]{0,8}/gi;

/** `NAME=value`, `NAME: value`, `"name": "value"`, `NAME := value`, anywhere in a text. */
function assignments(text: string, judge: Judge): void {
  for (const match of text.matchAll(HINTED)) {
    let start = match.index;
    while (start > 0 && match.index - start < 100 && /[\w.-]/.test(text[start - 1] ?? "")) {
      start -= 1;
    }
    const at = match.index + match[0].length;
    const name = /^-*([A-Za-z_][\w.-]*)/.exec(text.slice(start, at))?.[1];
    if (name === undefined || !nameMayHoldSecret(name)) continue;
    const rest = /^[^\r\n]*/.exec(text.slice(at, at + MAX_VALUE))?.[0] ?? "";
    const quoted = /^(["'`])(.*?)\1/.exec(rest)?.[2];
    if (quoted !== undefined) {
      judge(name, quoted);
      continue;
    }
    judge(name, /^[^\s;&|<>()"'`]*/.exec(rest)?.[0].replace(/[,}\]]+$/, "") ?? "");
    if (/[ \t]$/.test(match[0])) judge(name, rest.trim());
  }
}

/** `${NAME:-value}`, `${NAME-value}`, `${NAME:=value}`, one in another too. */
function defaults(text: string, judge: Judge): void {
  for (const match of text.matchAll(/\$\{([A-Za-z_]\w{0,100}):?[-=+]/g)) {
    const name = match[1] ?? "";
    if (!nameMayHoldSecret(name)) continue;
    let value = untilBrace(text, match.index + match[0].length);
    for (let nested = 0; nested < MAX_NESTED; nested++) {
      judge(name, value.replace(/^(["'])(.*)\1$/, "$2"));
      const inner = /^["']?\$\{\w{1,100}:?[-=+]/.exec(value);
      if (inner === null) break;
      value = untilBrace(value, inner[0].length);
    }
  }
}

/** The text from `at` to the brace that closes it, on one line. */
function untilBrace(text: string, at: number): string {
  let depth = 0;
  let end = at;
  for (; end < text.length && end - at < MAX_DEFAULT; end++) {
    const character = text[end];
    if (character === "\n" || (character === "}" && depth === 0)) break;
    if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
  }
  return text.slice(at, end);
}
