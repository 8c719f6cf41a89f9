/** Splits the names of variables, flags and keys into words. */

import { nameWords } from "./name-table.ts";

/** Names longer than this are cut; no real name is. */
const MAX_NAME = 256;
/** The longest piece without a separator that is taken apart by dictionary. */
const MAX_GLUED = 48;
const LONGEST_WORD = 16;

/**
 * The words of a name in lower case: `DB_PASS`, `db-pass`, `db.pass`, `dbPass`, `DBPASS` all give
 * `db pass`. Trailing digits of a word are dropped (`password1`), words of digits stay.
 */
export function splitName(name: string): string[] {
  const words: string[] = [];
  for (const piece of name.slice(0, MAX_NAME).split(/[^A-Za-z0-9]+/)) {
    for (const part of splitCamel(piece)) words.push(...splitGlued(part.toLowerCase()));
  }
  return words;
}

/** `accessToken` → access Token, `APIKey` → API Key, `DBPASSWORD` stays whole. */
function splitCamel(piece: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 1; index < piece.length; index++) {
    const before = piece.charCodeAt(index - 1);
    const here = piece.charCodeAt(index);
    const after = piece.charCodeAt(index + 1);
    const lowerToUpper = !isUpper(before) && isUpper(here) && isLower(before);
    const endOfCapitals = isUpper(before) && isUpper(here) && isLower(after);
    if (lowerToUpper || endOfCapitals) {
      parts.push(piece.slice(start, index));
      start = index;
    }
  }
  if (start < piece.length) parts.push(piece.slice(start));
  return parts;
}

/**
 * Takes a piece without separators apart when all of it is made of known words (`dbpassword`), or
 * when it ends in a word that names nothing but secrets (`acmepassword`). `compass` and `monkey`
 * stay whole, since `com` and `mon` are no words.
 */
function splitGlued(piece: string): string[] {
  const bare = withoutTrailingDigits(piece);
  if (nameWords.has(piece)) return [piece];
  if (nameWords.has(bare)) return [bare];
  if (bare.length > MAX_GLUED) return [bare];
  const known = segment(bare);
  if (known !== undefined) return known;
  for (const suffix of GLUED_SUFFIXES) {
    if (bare.endsWith(suffix) && bare.length > suffix.length) {
      return [bare.slice(0, -suffix.length), ...(segment(suffix) ?? [suffix])];
    }
  }
  return [bare];
}

/** Words that end a glued name and name nothing but secrets, whatever stands before them. */
const GLUED_SUFFIXES = [
  "password",
  "passwd",
  "passphrase",
  "secretkey",
  "accesskey",
  "privatekey",
  "apikey",
  "secret",
  "token",
  "credentials",
  "credential",
];

/** The division of `text` into the fewest known words, if there is one. */
function segment(text: string): string[] | undefined {
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= text.length; end++) {
    for (let start = Math.max(0, end - LONGEST_WORD); start < end; start++) {
      const before = best[start];
      if (before === undefined || !nameWords.has(text.slice(start, end))) continue;
      if ((best[end]?.length ?? Infinity) > before.length + 1) {
        best[end] = [...before, text.slice(start, end)];
      }
    }
  }
  const found = best[text.length];
  return found === undefined ? undefined : [...found];
}

function withoutTrailingDigits(piece: string): string {
  const bare = piece.replace(/\d{1,4}$/, "");
  return bare.length >= 3 ? bare : piece;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}
