/**
 * Makes text from input safe to show: no control characters, no escape sequences, nothing that
 * changes the order or hides the presence of characters (bidi controls, zero-width characters).
 *
 * What is taken out stays visible: a C0 control as its control picture (ESC is `␛`), anything else
 * as `�`. Joiners and variation selectors are dropped, since they only choose how a glyph looks and
 * terminals do not agree on the width of what they join.
 */

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Everything that may not reach an output as it is. Categories and properties: Unicode UAX #44. */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/gu;

const PLAIN_JSON = /^[\n\x20-\x7e]*$/;
const BEYOND_ASCII = /[^\n\x20-\x7e]+/g;

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/g;

/** Text from input on one line: line breaks and tabs become a space. */
export function plainLine(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(LINE_BREAK, " ").replace(UNSAFE, visible);
}

/** Text from input as lines, each of them plain; trailing empty lines are dropped. */
export function plainLines(text: string): string[] {
  if (PRINTABLE_ASCII.test(text)) return [text];
  const lines = text.split(LINE_BREAK).map((line) => line.replace(UNSAFE, visible));
  while (lines.length > 1 && lines.at(-1)?.trim() === "") lines.pop();
  return lines;
}

/**
 * Output whose lines the runner of a workflow takes for no command: `::` after leading blanks of any script (GitHub), `##[` and
 * `##vso[` anywhere (GitHub's older form and Azure Pipelines). One character gives way to one that looks alike.
 */
export function withoutCommands(text: string): string {
  return withoutOldCommands(text.replace(/^([^\S\n]*)::/gm, "$1\u2236:"));
}

/** Only the form that counts anywhere in a line: for output whose lines are commands of ours. */
export function withoutOldCommands(text: string): string {
  return text.replace(/##(?=\[|vso\[)/gi, "\u266f#");
}

/** One character of source text as it may be shown; empty for what is dropped. A tab stays for the caller. */
export function plainCharacter(character: string): string {
  if (character >= " " && character <= "~") return character;
  return character.replace(UNSAFE, visible);
}

function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0xfffd;
  if (code === 0x09) return " ";
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  if (code === 0x200c || code === 0x200d || isVariationSelector(code)) return "";
  return "\ufffd";
}

function isVariationSelector(code: number): boolean {
  return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
}

/**
 * JSON with everything outside of plain text written as `\uXXXX`, so that a file that is shown in a
 * terminal does no harm and no data is lost. `indent` as in `JSON.stringify`.
 */
export function safeJson(value: unknown, indent = 2): string {
  let json = JSON.stringify(value, undefined, indent);
  // Nearly all of a report is ASCII, which is passed over many times faster than by Unicode properties.
  if (!PLAIN_JSON.test(json)) {
    json = json.replace(BEYOND_ASCII, (text) => text.replace(UNSAFE, escapeUnits));
  }
  return json.includes("##") ? json.replace(/##(?=\[|vso\[)/gi, "\\u0023#") : json;
}

function escapeUnits(character: string): string {
  let escaped = "";
  for (let index = 0; index < character.length; index++) {
    escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
