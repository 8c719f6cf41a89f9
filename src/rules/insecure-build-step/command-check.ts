/** The shape of a check on one command of a step, and the predicates that its words are tested with. */

import type { ShellCommand } from "../../model/shell-command.ts";
import type { Weakness } from "./weakness.ts";

export interface CommandCheck {
  readonly programs: RegExp;
  /** Whether the words after the program show the weakness. */
  readonly shows: (words: readonly string[], command: ShellCommand) => boolean;
  readonly subject: string;
  readonly weakness: Weakness;
  /** It leaves something in the image, so a stage that is not part of it does not matter. */
  readonly leaves?: true;
}

export const has =
  (...wanted: readonly string[]) =>
  (words: readonly string[]): boolean =>
    words.some((word) => wanted.includes(word));
export const starts =
  (...prefixes: readonly string[]) =>
  (words: readonly string[]): boolean =>
    words.some((word) => prefixes.some((prefix) => word.startsWith(prefix)));
/** A single-letter option, alone or among others: `-k`, `-fsSk`. `values` are letters that take a value. */
export const letter =
  (wanted: string, values: string) =>
  (words: readonly string[]): boolean =>
    words.some((word) => {
      if (!/^-[A-Za-z#0-9]+$/.test(word)) return false;
      const at = word.indexOf(wanted);
      const taken = Array.from(word.slice(1)).findIndex((char) => values.includes(char)) + 1;
      return at > 0 && (taken === 0 || at < taken);
    });
export const either =
  (...checks: readonly CommandCheck["shows"][]): CommandCheck["shows"] =>
  (words, command) =>
    checks.some((check) => check(words, command));
export const setting =
  (name: RegExp, off: RegExp) =>
  (words: readonly string[]): boolean =>
    words.some((word, index) => {
      const joined = /^(?:--)?([^=]+)=(.*)$/s.exec(word);
      if (joined !== null) return name.test(joined[1] ?? "") && off.test(joined[2] ?? "");
      return name.test(word.replace(/^--/, "")) && off.test(words[index + 1] ?? "");
    });

/** Options that take a value, short or long, attached or not: whether one of their values matches. */
export const given =
  (names: readonly string[], value: RegExp) =>
  (words: readonly string[]): boolean =>
    words.some((word, index) => {
      if (names.includes(word)) return value.test(words[index + 1] ?? "");
      const name = names.find((name) => word.startsWith(name.startsWith("--") ? `${name}=` : name));
      if (name === undefined) return false;
      return value.test(word.slice(name.length).replace(/^=/, ""));
    });

/** A URL without encryption, of another machine. */
export const PLAIN_HTTP =
  /^["']?http:\/\/(?!(?:[^/@]{0,200}@)?(?:localhost|127\.\d|\[::1\]|host\.docker\.internal))/i;

/** curl(1): short options that take a value. */
export const CURL_VALUES = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";
