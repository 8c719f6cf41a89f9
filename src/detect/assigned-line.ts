/** Finds the secret of a line of configuration by the name that it begins with. */

import type { Confidence } from "../model/finding.ts";
import { classifyVariable } from "./classify-variable.ts";
import { isPlainWords, isTypeName } from "./plain-words.ts";
import { isPublished } from "./published.ts";

/** A secret in a text. It never holds the value. */
export interface AssignedSecret {
  /** Half-open range of the value. */
  readonly start: number;
  readonly end: number;
  /** For people: "GitHub token", "a value for db_password". */
  readonly what: string;
  readonly confidence: Confidence;
}

/** `NAME=value`, `name: value`, `"name": "value"`, `export NAME=value`, with the value on the same line. */
const ASSIGNMENT =
  /^(?:[ \t]*(?:-[ \t]{1,8})?(?:export[ \t]{1,8})?["']?)([A-Za-z_][\w.-]{0,100})["']?[ \t]{0,8}(=>|:?=|:[ \t])[ \t]{0,8}(?!=)(.*)$/;

/** `os.environ["NAME"]`, `env('NAME') or ''`, `read_secret()`. */
const IN_CODE = /^[A-Za-z_$][\w.$]{0,80}(?:\((?:\)|["'\w])|\[["'])/;

/** The secret of one line, `[start, end)` of the text, by the name that is given to its value. */
export function assignedSecret(
  text: string,
  start: number,
  end: number,
): AssignedSecret | undefined {
  const parts = ASSIGNMENT.exec(text.slice(start, end).replace(/\r$/, ""));
  if (parts === null) return undefined;
  const [whole, name = "", separator = "", raw = ""] = parts;
  const { value, quote } = valueOf(inList(whole, name, raw));
  if (isPublished(raw) || isTypeName(value)) return undefined;
  // What YAML writes before a value, which stands in the next lines, or for one that stands elsewhere.
  if (
    quote === 0 &&
    separator.startsWith(":") &&
    /^(?:[&*!][\w.:/-]*|!(?:secret|env_var|include\w*) .*|[|>][-+\d]{0,2})$/.test(value)
  )
    return undefined;
  // Source code writes texts in quotes.
  if (quote === 0 && separator === "=>") return undefined;
  // It takes it from somewhere.
  if (quote === 0 && IN_CODE.test(value)) return undefined;
  // A collection of YAML or JSON is no value: only what stands in it counts, under the names that are there.
  const collection = quote === 0 && !separator.endsWith("=") && /^[{[]/.test(value);
  const verdict = classifyVariable(collection ? "value" : name, value);
  if (verdict.kind !== "secret") return undefined;
  // What a variable of the environment is set to is no text for people.
  const variable = separator === "=" && /^[A-Z][A-Z\d_]*$/.test(name);
  const at = start + whole.length - raw.length;
  return {
    start: at + quote,
    end: at + quote + value.length,
    what: `a value for ${name}`,
    confidence: !variable && isPlainWords(value) ? "low" : verdict.confidence,
  };
}

/** In `- "NAME=value"` a quote ends the value that stands before the name. */
function inList(whole: string, name: string, raw: string): string {
  const at = whole.indexOf(name);
  const quote = whole[at - 1] ?? "";
  if ((quote !== '"' && quote !== "'") || whole[at + name.length] === quote) return raw;
  const end = raw.indexOf(quote);
  return end >= 0 && /^[,\]\s]*(?:#.*)?$/.test(raw.slice(end + 1)) ? raw.slice(0, end) : raw;
}

/** The value without quotes, comma and carriage return, and the length of the quote before it. */
function valueOf(raw: string): { value: string; quote: 0 | 1 } {
  // Nothing but a comment.
  if (/^#(?:\s|$)/.test(raw)) return { value: "", quote: 0 };
  const quoted = /^(["'])(.*?)\1/.exec(raw);
  if (quoted !== null) return { value: quoted[2] ?? "", quote: 1 };
  return { value: raw.replace(/[ \t]#.*$/, "").replace(/[,\s]+$/, ""), quote: 0 };
}
