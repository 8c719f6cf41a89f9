/**
 * Word expansion and splitting as Dockerfiles have it.
 * Follows moby/buildkit 73ed6825c, frontend/dockerfile/shell/lex.go, in its own words.
 *
 * Where it differs: nesting, the size of a value and the work on a pattern are bounded, and `$1` in the
 * replacement of `${x//pattern/…}` is literal.
 */

import { isSpace } from "./characters.ts";
import { replacePattern, trimPattern } from "./shell-pattern.ts";

/** A variable that exists. Without `value` it has one, but which cannot be told. */
export interface Variable {
  readonly value?: string;
}

export interface ExpandOptions {
  /** The escape character of the file. */
  readonly escape: string;
  readonly lookup: (name: string) => Variable | undefined;
  /**
   * What becomes of a variable without value: nothing, as BuildKit has it; `$x` as written, while operators
   * see it as unset; or every use as written (BuildKit's SkipUnsetEnv).
   */
  readonly unset?: "empty" | "keep-references" | "keep-all";
  readonly keepQuotes?: boolean;
  readonly keepEscapes?: boolean;
}

export interface Expansion {
  readonly text: string;
  /** The text split at spaces outside quotes; spaces from variables split too. */
  readonly words: readonly string[];
  /** Variables that gave a value. */
  readonly used: readonly string[];
  /** Variables whose value is needed and is not known. */
  readonly unresolved: readonly string[];
  /** Variables that are not set and have a default here. */
  readonly defaulted: readonly string[];
  /** Why the word is refused: a quote is not closed, a substitution is malformed, `${x:?message}`. */
  readonly error?: string;
}

const MAX_DEPTH = 64;
/** Linux refuses a single argument or variable of more (MAX_ARG_STRLEN). */
const MAX_LENGTH = 131_072;

/** Names that a word refers to, each by how its value was found. */
interface Names {
  readonly used: Set<string>;
  readonly unresolved: Set<string>;
  readonly defaulted: Set<string>;
}

interface State {
  readonly source: string;
  readonly options: ExpandOptions;
  at: number;
  depth: number;
  keepEscapes: boolean;
  names: Names;
  error: string | undefined;
}

/** Expands the variables of a text and removes its quotes. */
export function expand(source: string, options: ExpandOptions): Expansion {
  if (!/["'$<\s]/.test(source) && !source.includes(options.escape)) {
    const words = source === "" ? [] : [source];
    return { text: source, words, used: [], unresolved: [], defaulted: [] };
  }
  const state: State = {
    source,
    options,
    at: 0,
    depth: 0,
    keepEscapes: options.keepEscapes ?? false,
    names: noNames(),
    error: undefined,
  };
  const words = new Words();
  const text = readUntil(state, undefined, words);
  const { used, unresolved, defaulted } = state.names;
  return {
    text: state.error === undefined ? text : "",
    words: state.error === undefined ? words.finish() : [],
    used: [...used],
    unresolved: [...unresolved],
    defaulted: [...defaulted],
    ...(state.error === undefined ? {} : { error: state.error }),
  };
}

function noNames(): Names {
  return { used: new Set(), unresolved: new Set(), defaulted: new Set() };
}

/** Collects words: characters outside quotes may end one, text from quotes and escapes never does. */
class Words {
  readonly #words: string[] = [];
  #current = "";

  add(text: string): void {
    let from = 0;
    for (let index = 0; index <= text.length; index++) {
      if (index < text.length && !isSpace(text.charCodeAt(index))) continue;
      this.#current += text.slice(from, index);
      if (index < text.length) this.#end();
      from = index + 1;
    }
  }

  addRaw(text: string): void {
    this.#current += text;
  }

  #end(): void {
    if (this.#current !== "") this.#words.push(this.#current);
    this.#current = "";
  }

  finish(): readonly string[] {
    this.#end();
    return this.#words;
  }
}

function readUntil(state: State, stop: string | undefined, words?: Words): string {
  const { source, options } = state;
  let result = "";
  while (state.at < source.length && state.error === undefined) {
    const char = source.charAt(state.at);
    if (char === stop) {
      state.at++;
      return result;
    }
    if (char === "$") {
      const value = readDollar(state);
      result += value;
      words?.add(value);
    } else if (char === "'" || char === '"' || char === "<") {
      const raw =
        char === "'"
          ? readSingleQuoted(state)
          : char === '"'
            ? readDoubleQuoted(state)
            : readAngle(state);
      result += raw;
      words?.addRaw(raw);
    } else if (char === options.escape) {
      state.at++;
      const escaped = source.charAt(state.at);
      const raw = (state.keepEscapes ? char : "") + escaped;
      result += raw;
      words?.addRaw(raw);
      state.at++;
    } else {
      state.at++;
      result += char;
      words?.add(char);
    }
    if (result.length > MAX_LENGTH) {
      state.error ??= `the value is longer than ${MAX_LENGTH} characters`;
    }
  }
  if (stop !== undefined) state.error ??= `"${stop}" is missing`;
  return result;
}

function readSingleQuoted(state: State): string {
  const end = state.source.indexOf("'", state.at + 1);
  if (end < 0) {
    state.error ??= "a single quote is not closed";
    return "";
  }
  const from = state.options.keepQuotes ? state.at : state.at + 1;
  const text = state.source.slice(from, state.options.keepQuotes ? end + 1 : end);
  state.at = end + 1;
  return text;
}

function readDoubleQuoted(state: State): string {
  const { source, options } = state;
  let result = options.keepQuotes ? '"' : "";
  state.at++;
  while (state.at < source.length && state.error === undefined) {
    const char = source.charAt(state.at);
    if (char === '"') {
      state.at++;
      return options.keepQuotes ? `${result}"` : result;
    }
    if (char === "$") {
      result += readDollar(state);
    } else if (char === options.escape) {
      state.at++;
      if (state.keepEscapes) result += char;
      const next = source.charAt(state.at);
      if (next === "") break;
      if (next === '"' || next === "$" || next === options.escape) {
        result += next;
        state.at++;
      } else result += char;
    } else {
      result += char;
      state.at++;
    }
    if (result.length > MAX_LENGTH) {
      state.error ??= `the value is longer than ${MAX_LENGTH} characters`;
    }
  }
  state.error ??= "a double quote is not closed";
  return "";
}

/** `<<` keeps the blanks behind it in its word, so that `<< EOF` is one word. */
function readAngle(state: State): string {
  const { source } = state;
  const start = state.at;
  state.at++;
  if (source.charAt(state.at) !== "<") return "<";
  state.at++;
  while (/[\t\r ]/.test(source.charAt(state.at))) state.at++;
  return source.slice(start, state.at);
}

function readDollar(state: State): string {
  const { source, options } = state;
  const start = state.at;
  state.at++;
  if (source.charAt(state.at) !== "{") {
    const name = readName(state);
    return name === "" ? "$" : valueOf(state, name, start);
  }
  state.at++;
  const first = source.charAt(state.at);
  if (first === "") return fail(state, '"}" is missing');
  if (first === "{" || first === "}" || first === ":") return fail(state, "bad substitution");
  const name = readName(state);
  let operator = source.charAt(state.at);
  state.at++;
  if (operator === "}") return valueOf(state, name, start);
  const colon = operator === ":";
  if (colon) {
    operator = source.charAt(state.at);
    state.at++;
  }
  if (operator === "/" && !colon) return readReplacement(state, name, start);
  const isTrim = operator === "#" || operator === "%";
  if (!/^[-+?#%]$/.test(operator) || (isTrim && colon)) {
    return fail(state, `unsupported modifier (${colon ? ":" : ""}${operator}) in a substitution`);
  }
  const word = readNested(state, "}", isTrim);
  if (state.error !== undefined) return "";
  const variable = options.lookup(name);
  if (variable === undefined && options.unset === "keep-all") return source.slice(start, state.at);
  if (variable !== undefined && variable.value === undefined) return unresolved(state, name, start);
  const value = variable?.value;
  if (isTrim) {
    mergeNames(state, word.names);
    if (value === undefined) return valueOf(state, name, start);
    state.names.used.add(name);
    return patternResult(state, trimPattern(word.text, value, operator === "%"));
  }
  const isUnset = value === undefined || (colon && value === "");
  if (operator === "+") {
    if (value !== undefined) state.names.used.add(name);
    if (isUnset) return "";
    mergeNames(state, word.names);
    return word.text;
  }
  if (!isUnset) {
    state.names.used.add(name);
    return value;
  }
  if (operator === "-") {
    state.names.defaulted.add(name);
    mergeNames(state, word.names);
    return word.text;
  }
  state.names.unresolved.add(name);
  return fail(state, `${name} must be set (\`${colon ? ":" : ""}?\`)`);
}

function readReplacement(state: State, name: string, start: number): string {
  const all = state.source.charAt(state.at) === "/";
  if (all) state.at++;
  const pattern = readNested(state, "/", true);
  const replacement = readNested(state, "}", true);
  if (state.error !== undefined) return "";
  mergeNames(state, pattern.names);
  mergeNames(state, replacement.names);
  const value = state.options.lookup(name)?.value;
  if (value === undefined) return valueOf(state, name, start);
  state.names.used.add(name);
  return patternResult(state, replacePattern(pattern.text, value, replacement.text, all));
}

/** A word within a substitution. Its names count only when the word does. */
function readNested(
  state: State,
  stop: string,
  keepEscapes: boolean,
): { readonly text: string; readonly names: Names } {
  if (state.depth >= MAX_DEPTH) {
    return {
      text: fail(state, `substitutions are nested deeper than ${MAX_DEPTH}`),
      names: noNames(),
    };
  }
  const outer = { names: state.names, keepEscapes: state.keepEscapes };
  state.names = noNames();
  state.keepEscapes = keepEscapes;
  state.depth++;
  const text = readUntil(state, stop);
  const { names } = state;
  state.depth--;
  state.names = outer.names;
  state.keepEscapes = outer.keepEscapes;
  return { text, names };
}

function mergeNames(state: State, names: Names): void {
  for (const name of names.used) state.names.used.add(name);
  for (const name of names.unresolved) state.names.unresolved.add(name);
  for (const name of names.defaulted) state.names.defaulted.add(name);
}

function valueOf(state: State, name: string, start: number): string {
  const value = state.options.lookup(name)?.value;
  if (value === undefined) return unresolved(state, name, start);
  state.names.used.add(name);
  return value;
}

function unresolved(state: State, name: string, start: number): string {
  state.names.unresolved.add(name);
  return (state.options.unset ?? "empty") === "empty" ? "" : state.source.slice(start, state.at);
}

function patternResult(state: State, result: string | { readonly error: string }): string {
  return typeof result === "string" ? result : fail(state, result.error);
}

function fail(state: State, error: string): string {
  state.error ??= error;
  return "";
}

/** A name: letters, digits and `_`; or digits alone; or one special parameter. */
function readName(state: State): string {
  NAME.lastIndex = state.at;
  const match = NAME.exec(state.source)?.[0] ?? "";
  state.at += match.length;
  return match;
}

const NAME = /\p{Nd}+|[@*#?\-$!]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
