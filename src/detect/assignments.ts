/** Finds secrets in the text of configuration files: by value, and by the name that is given to a value. */

import type { Confidence } from "../model/finding.ts";
import { classifyVariable } from "./classify-variable.ts";
import { isPlainWords, isTypeName } from "./plain-words.ts";
import { isPublished } from "./published.ts";
import { findSecretsInText } from "./find-secrets.ts";

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
  /^(?:[ \t]*(?:-[ \t]{1,8})?(?:export[ \t]{1,8})?["']?)([A-Za-z_][\w.-]{0,100})["']?[ \t]{0,8}(=|:[ \t])[ \t]{0,8}(.*)$/;

/** Lines longer than this are only searched by value. */
const MAX_LINE = 4096;
const MAX_FOUND = 1000;

/** Secrets of a text in order, without overlaps. */
export function findAssignedSecrets(text: string): AssignedSecret[] {
  const byValue = findSecretsInText(text);
  const found: AssignedSecret[] = byValue.map(({ start, end, title, confidence }) => ({
    start,
    end,
    what: `a ${title}`,
    confidence,
  }));
  let next = 0;
  for (let start = 0; start < text.length && found.length < MAX_FOUND;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    while ((byValue[next]?.end ?? Infinity) <= start) next += 1;
    const taken = (byValue[next]?.start ?? Infinity) < end;
    const secret = taken || end - start > MAX_LINE ? undefined : assignedSecret(text, start, end);
    if (secret !== undefined) found.push(secret);
    start = end + 1;
  }
  return found.toSorted((left, right) => left.start - right.start);
}

/** The secret of one line, `[start, end)` of the text, by the name that is given to its value. */
export function assignedSecret(
  text: string,
  start: number,
  end: number,
): AssignedSecret | undefined {
  const parts = ASSIGNMENT.exec(text.slice(start, end).replace(/\r$/, ""));
  if (parts === null) return undefined;
  const [whole, name = "", separator = "", raw = ""] = parts;
  const { value, quote } = valueOf(raw);
  if (isPublished(value) || isTypeName(value)) return undefined;
  // A collection of YAML or JSON is no value: only what stands in it counts, under the names that are there.
  const collection = quote === 0 && separator !== "=" && /^[{[]/.test(value);
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

/** The value without quotes, comma and carriage return, and the length of the quote before it. */
function valueOf(raw: string): { value: string; quote: 0 | 1 } {
  // Nothing but a comment.
  if (/^#(?:\s|$)/.test(raw)) return { value: "", quote: 0 };
  const quoted = /^(["'])(.*?)\1/.exec(raw);
  if (quoted !== null) return { value: quoted[2] ?? "", quote: 1 };
  return { value: raw.replace(/[,\s]+$/, ""), quote: 0 };
}
