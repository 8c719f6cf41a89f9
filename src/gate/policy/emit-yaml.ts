/** Plain data as YAML that people would write: short lists and mappings of one line, no quotes where none are needed. */

export type Emitted = string | boolean | readonly Emitted[] | { readonly [key: string]: Emitted };

const WIDTH = 96;
/** Read as something else than text where nothing is around them. */
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
/** Begins with a letter, a slash, a digit or an underscore, and holds nothing that YAML takes for its own. */
const PLAIN = /^[A-Za-z0-9_/](?:[\w./@+-]|:(?=[\w/]))*$/;
/** What a reader of YAML may take for a number or a date is one only where the format has numbers. */
const NUMERIC = /^(?:[\d.][\d._:eE+-]*|0[xXoObB]\w*)$/;

/** `indent` spaces stand before each line. */
export function emitMapping(
  data: { readonly [key: string]: Emitted | undefined },
  indent: number,
): string[] {
  return Object.entries(data).flatMap(([key, value]) =>
    value === undefined ? [] : emitEntry(scalar(key), value, indent),
  );
}

function emitEntry(key: string, value: Emitted, indent: number): string[] {
  const margin = " ".repeat(indent);
  const line = `${margin}${key}: ${flow(value)}`;
  const isFlat = typeof value !== "object" || isListOfScalars(value) || isSmall(value);
  if (typeof value !== "object" || (isFlat && line.length <= WIDTH)) return [line];
  if (Array.isArray(value)) {
    return [`${margin}${key}:`, ...value.map((item) => `${margin}  - ${flow(item as Emitted)}`)];
  }
  return [`${margin}${key}:`, ...emitMapping(value as Record<string, Emitted>, indent + 2)];
}

function isListOfScalars(value: Emitted): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== "object");
}

/** A mapping of scalars only. */
function isSmall(value: Emitted): boolean {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item !== "object")
  );
}

function flow(value: Emitted): string {
  if (typeof value === "string") return scalar(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => flow(item as Emitted)).join(", ")}]`;
  const entries = Object.entries(value as Record<string, Emitted>);
  return `{${entries.map(([key, item]) => `${scalar(key)}: ${flow(item)}`).join(", ")}}`;
}

function scalar(text: string): string {
  const plain = PLAIN.test(text) && !WORDS.test(text);
  // A colon makes a number one of base 60 to old readers.
  const strange = NUMERIC.test(text) && !/^\d+(?:\.\d+)?$/.test(text);
  return plain && !strange ? text : JSON.stringify(text);
}
