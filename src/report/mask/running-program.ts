/** Follows the words of one program that takes a password, by the table of programs. */

import {
  CONFIG_SET,
  PASSWORD_OPTIONS,
  PASSWORD_POSITIONS,
  settingName,
} from "../../detect/command-table.ts";
import type { PasswordOption } from "../../detect/command-table.ts";
import { bareWord } from "./bare-word.ts";
import { nameMayHoldSecret } from "./names.ts";

/** Commands whose words behind the subcommands are pairs of a free name and a secret: `vault kv put PATH K=V`. */
const PAIRS: readonly (readonly string[])[] = [
  ["vault", "kv", "put"],
  ["vault", "kv", "patch"],
  ["vault", "write"],
  ["bao", "kv", "put"],
  ["bao", "write"],
  ["fly", "secrets", "set"],
  ["flyctl", "secrets", "set"],
  ["supabase", "secrets", "set"],
  ["heroku", "config:set"],
];

/** What waits for words of a command: where its subcommands are, and what comes then. */
interface Shape {
  readonly command: readonly string[];
  readonly kind: "position" | "setting" | "pairs";
  /** Of `position`: from this word on, counted from 1. */
  readonly from: number;
}

export const SHAPES = Map.groupBy(
  [
    ...PASSWORD_POSITIONS.map(({ command, position }): Shape => ({
      command,
      kind: "position",
      from: position,
    })),
    ...CONFIG_SET.map((command): Shape => ({ command, kind: "setting", from: 0 })),
    ...PAIRS.map((command): Shape => ({ command, kind: "pairs", from: 0 })),
  ],
  ({ command }) => command[0] ?? "",
);

/** A program whose words are being read. */
export interface Running {
  readonly options: readonly PasswordOption[];
  readonly used: Set<PasswordOption>;
  readonly seen: Set<string>;
  readonly shapes: { readonly shape: Shape; matched: number; words: number; hide: boolean }[];
  /** Of htpasswd with `-b`: how many of file, user and password were there. */
  batch: { words: number } | undefined;
  readonly program: string;
}

/** Hides a word from an offset on. */
export type Hide = (word: number, start: number, sure?: boolean) => void;

export function startProgram(program: string): Running {
  return {
    program,
    options: PASSWORD_OPTIONS.get(program) ?? [],
    used: new Set(),
    seen: new Set(),
    shapes: (SHAPES.get(program) ?? []).map((shape) => ({
      shape,
      matched: 1,
      words: 0,
      hide: false,
    })),
    batch: undefined,
  };
}

/** The value of an option that takes a password. */
export function readOptions(
  program: Running,
  words: readonly string[],
  index: number,
  bare: string,
  hide: Hide,
): void {
  if (!bare.startsWith("-")) return;
  for (const option of program.options) {
    if (!bare.startsWith(option.option) || program.used.has(option)) continue;
    if (option.with !== undefined && !program.seen.has(option.with)) continue;
    const next = bare === option.option;
    if (next ? option.value === "attached" : option.value === "next") continue;
    const text = words[index] ?? "";
    const word = next ? index + 1 : index;
    let from = next ? 0 : text.indexOf(option.option) + option.option.length;
    if (!next && option.option.startsWith("--")) {
      if (text[from] !== "=") continue;
      from += 1;
    }
    if (option.after !== undefined) {
      const at = (words[word] ?? "").indexOf(option.after, from);
      if (at < 0) continue;
      from = at + option.after.length;
    }
    program.used.add(option);
    hide(word, from);
    return;
  }
}

/** A word that is secret by its place behind subcommands. */
export function readShapes(program: Running, text: string, index: number, hide: Hide): void {
  const bare = bareWord(text);
  for (const state of program.shapes) {
    const { shape } = state;
    if (state.matched < shape.command.length) {
      if (bare === shape.command[state.matched]) state.matched += 1;
      continue;
    }
    if (text.startsWith("-")) continue;
    state.words += 1;
    if (shape.kind === "position" && state.words >= shape.from) hide(index, 0);
    if (shape.kind === "pairs" && /^[\w.-]+=[^@]/.test(text)) hide(index, text.indexOf("=") + 1);
    if (shape.kind !== "setting") continue;
    if (state.hide) hide(index, 0);
    else if (state.words === 1) {
      state.hide =
        (program.program === "bundle" && bare.includes(".")) ||
        (nameMayHoldSecret(settingName(bare)) && !/\.(?:helper|username|email)$/.test(bare));
    }
  }
  if (program.program === "htpasswd") readHtpasswd(program, text, index, hide);
}

/** `htpasswd -b FILE USER X`, `htpasswd -nb USER X`. */
function readHtpasswd(program: Running, text: string, index: number, hide: Hide): void {
  if (/^-\w*b/.test(text)) program.batch = { words: text.includes("n") ? 1 : 0 };
  else if (/^(?:[<>|&;]|\d>)/.test(text)) program.batch = undefined;
  else if (program.batch !== undefined && !text.startsWith("-")) {
    program.batch.words += 1;
    // The user may be a file's name, and the password a user's, when options are put otherwise.
    if (program.batch.words > 1) hide(index, 0, program.batch.words > 2);
  }
}
