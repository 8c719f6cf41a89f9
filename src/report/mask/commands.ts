/** Finds the words of command lines that are secret by their place, wherever a command line stands. */

import { PASSWORD_OPTIONS } from "../../detect/command-table.ts";
import { bareWord, isOpen } from "./bare-word.ts";
import { isHarmless } from "./harmless.ts";
import { nameMayHoldSecret } from "./names.ts";
import type { Hide, Running } from "./running-program.ts";
import { readOptions, readShapes, SHAPES, startProgram } from "./running-program.ts";
import { isSecretFile, redirected, SINK } from "./secret-sinks.ts";

/** A part of one of the words. */
export interface WordRange {
  readonly word: number;
  readonly start: number;
  readonly end: number;
  /** The place is that of a password and of nothing else: no text that is only sent somewhere secret. */
  readonly sure: boolean;
}

/** Programs that are followed at once: `sudo sshpass -p X ssh host mysql -pX`. */
const MOST_RUNNING = 6;

/**
 * The parts of the words that may be secret, in the order of the words. `quoted` tells of a word
 * whether it is text as a whole, in which `;` and `|` end no command.
 */
export function secretsInWords(
  words: readonly string[],
  quoted: (word: number) => boolean,
): WordRange[] {
  const found: WordRange[] = [];
  const hide = (word: number, start: number, sure = true): void => {
    const text = words[word];
    if (text === undefined || isOpen(text.slice(start))) return;
    found.push({ word, start, end: text.length, sure });
  };
  let running: Running[] = [];
  let printed: number[] | undefined;
  let piped = false;
  let engine = false;
  for (const [index, text] of words.entries()) {
    const bare = bareWord(text);
    for (const program of running) {
      readOptions(program, words, index, bare, hide);
      readShapes(program, text, index, hide);
      program.seen.add(bare);
    }
    engine ||= ENGINE.test(bare);
    namedValue(words, index, { quoted, engine }, hide);
    literalPair(words, index, hide);
    hereString(words, index, hide);
    if (printed !== undefined) {
      const target = redirected(words, index);
      const ends = target !== undefined || (piped && SINK.test(bare));
      if ((target !== undefined && isSecretFile(target)) || (piped && SINK.test(bare))) {
        for (const word of printed) hide(word, 0, false);
      }
      if (ends) printed = undefined;
      else if (!piped && !/^[|>&]/.test(text) && !/^-[neE]+$/.test(text)) printed.push(index);
      if (printed !== undefined && piped && isSecretFile(bare)) {
        for (const word of printed) hide(word, 0, false);
        printed = undefined;
      }
    }
    const one = !quoted(index) || text.length < 3;
    if (one && endsCommand(text)) {
      const pipe = PIPE.test(text);
      if (pipe) piped = true;
      else printed = undefined;
      running = [];
    }
    const program = programOf(bare);
    if (program === "echo" || program === "printf") {
      printed = [];
      piped = false;
    } else if (program !== undefined) {
      // Twice at most: the second may be a file of that name (`htpasswd -b /etc/htpasswd a X`).
      const earlier = running.filter((other) => other.program === program);
      if (earlier.length > 1) running = running.filter((other) => other !== earlier[0]);
      running = [...running.slice(1 - MOST_RUNNING), startProgram(program)];
    }
  }
  return found.sort((left, right) => left.word - right.word || left.start - right.start);
}

/** Whether a word has the end of a command in it: `;`, or `|` or `&` at an end. */
function endsCommand(text: string): boolean {
  return text.includes(";") || ENDS.includes(text[0] ?? " ") || ENDS.includes(text.at(-1) ?? " ");
}

const ENDS = "|&";

/** A pipe at the beginning or the end of a word. */
const PIPE = /^\|(?!\|)|(?:^|[^|])\|$/;

/** `NAME=X`, `--name=X`, `--name X`, with a name that may hold a secret. */
function namedValue(
  words: readonly string[],
  index: number,
  { quoted, engine }: { quoted: (word: number) => boolean; engine: boolean },
  hide: Hide,
): void {
  const text = words[index] ?? "";
  if (!text.startsWith("-") && !text.includes("=")) return;
  const name = /^(-{0,2})([A-Za-z_][\w.-]{0,200})(=|$)/.exec(text);
  if (name === null) return;
  const [whole, dashes = "", named = "", equals] = name;
  const next = words[index + 1] ?? "";
  const value = equals === "=" ? text.slice(whole.length) : next;
  const secret = named === "secret" && dashes === "--" && !engine && !PLACE.test(value);
  if (!secret && !nameMayHoldSecret(named)) return;
  if (equals === "=") {
    if (!isHarmless(named, value)) hide(index, whole.length);
    return;
  }
  const alone = !quoted(index + 1) && /^["']?[-|&;<>]/.test(next);
  if (dashes !== "" && !alone && !isHarmless(named, next)) hide(index + 1, 0);
}

/** Of these, and with these words, `--secret` tells where a secret is, and not what it is. */
const ENGINE = /(?:^|\/)(?:docker|podman|buildah|nerdctl|buildctl)$/;
const PLACE = /^["']?(?:id|type|src|source|env|target|name)=/;

/** `--from-literal=NAME=X`: whatever the name, it goes into a Secret. */
function literalPair(words: readonly string[], index: number, hide: Hide): void {
  const text = words[index] ?? "";
  const at = text.indexOf("--from-literal");
  if (at < 0) return;
  const rest = at + "--from-literal".length;
  if (text[rest] === "=") {
    const equals = text.indexOf("=", rest + 1);
    if (equals > 0) hide(index, equals + 1);
  } else {
    const equals = (words[index + 1] ?? "").indexOf("=");
    if (equals > 0) hide(index + 1, equals + 1);
  }
}

/** `gh auth login --with-token <<< X`. */
function hereString(words: readonly string[], index: number, hide: Hide): void {
  const text = words[index] ?? "";
  if (!text.startsWith("<<<")) return;
  const before = words.slice(Math.max(0, index - 20), index);
  if (!before.some((word) => SINK.test(word) || nameMayHoldSecret(word))) return;
  if (text.length > 3) hide(index, 3);
  else hide(index + 1, 0);
}

/** Every program that this page knows. */
const PROGRAMS: ReadonlySet<string> = new Set([
  ...PASSWORD_OPTIONS.keys(),
  ...SHAPES.keys(),
  "echo",
  "printf",
  "htpasswd",
]);

const PROGRAM = /[/;|&(`=]([A-Za-z0-9][\w.+-]{0,40})$/;

/** The program that a word starts, if this page knows it. */
function programOf(bare: string): string | undefined {
  if (PROGRAMS.has(bare)) return bare;
  const name = bare.length < 3 ? undefined : PROGRAM.exec(bare.slice(-120))?.[1];
  return name !== undefined && PROGRAMS.has(name) ? name : undefined;
}
