/** Sets of ASCII characters as lookup tables, so that one step of a matcher is one array read. */

/** `table[code]` is 1 for the characters of the set. Codes from 128 on are in no set. */
export type Alphabet = Uint8Array;

const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

export const alphabets = {
  digit: alphabet(DIGITS),
  hex: alphabet(`${DIGITS}abcdef`),
  anyHex: alphabet(`${DIGITS}abcdefABCDEF`),
  upperHex: alphabet(`${DIGITS}ABCDEF`),
  base32: alphabet(`${UPPER}234567`),
  base36: alphabet(DIGITS + LOWER),
  upperBase36: alphabet(DIGITS + UPPER),
  base58: alphabet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
  base62: alphabet(DIGITS + UPPER + LOWER),
  base64: alphabet(`${DIGITS}${UPPER}${LOWER}+/`),
  base64url: alphabet(`${DIGITS}${UPPER}${LOWER}_-`),
  bech32: alphabet("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
  crypt: alphabet(`${DIGITS}${UPPER}${LOWER}./`),
  dotted: alphabet(`${DIGITS}${UPPER}${LOWER}_-.`),
  tilde: alphabet(`${DIGITS}${UPPER}${LOWER}_-.~`),
  /** First characters of session tokens of AWS (`IQoJ`, `FwoG`, `AQoD`). */
  awsSession: alphabet("IFA"),
  /** Base64 of either sort. */
  encoded: alphabet(`${DIGITS}${UPPER}${LOWER}+/_-`),
  base64padded: alphabet(`${DIGITS}${UPPER}${LOWER}+/=`),
  yarnToken: alphabet(`${DIGITS}${UPPER}${LOWER}+/=_.:-`),
  base64urlPadded: alphabet(`${DIGITS}${UPPER}${LOWER}_-=`),
  upper: alphabet(UPPER),
  space: alphabet(" \t"),
  /** What may follow `://` before an `@`. */
  userinfo: alphabet(`${DIGITS}${UPPER}${LOWER}!$%&()*+,-.:;=@[\\]^_{|}~\``),
  /** What stands between the two halves of a login in one line. */
  pairSeparator: alphabet(",:;\t"),
  /** What stands between a name and its value in most formats. */
  assignment: alphabet(" \t\"':=>"),
  /** The second to fourth character of base64 of a number in decimal digits, as Discord's tokens begin. */
  digits64second: alphabet("TDjz"),
  digits64third: alphabet("AEIMQUYcgk"),
  digits64fourth: alphabet("wxyz012345"),
  /** The fourth character of base64 of `{"` and a letter: where a JSON object starts. */
  jsonStart: alphabet("hijklmnopqrstuvwxyz0123456"),
  /** What may not stand directly beside a token. */
  word: alphabet(`${DIGITS}${UPPER}${LOWER}_`),
  none: alphabet(""),
} as const satisfies Readonly<Record<string, Alphabet>>;

export type AlphabetName = keyof typeof alphabets;

function alphabet(characters: string): Alphabet {
  const table = new Uint8Array(128);
  for (let index = 0; index < characters.length; index++) table[characters.charCodeAt(index)] = 1;
  return table;
}

/** Whether a character code is in the set. */
export function isIn(set: Alphabet, code: number | undefined): boolean {
  return code !== undefined && set[code] === 1;
}

/** The characters of a set, in code order. */
export function charactersOf(set: Alphabet): string {
  return Array.from(set, (on, code) => (on === 1 ? String.fromCharCode(code) : "")).join("");
}
