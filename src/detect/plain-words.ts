/** Values that are words for people or names of types: translations and schemas give them to names of secrets. */

const TYPE_NAMES = new Set(
  `string boolean integer number object array str int bool text varchar char float double long uuid bytes binary any
  list map dict nvarchar mediumtext longtext bigint smallint timestamp datetime date symbol unknown securestring`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** `string`, `varchar(255)`, `string[]`, `string?`: what a schema says of a property. */
export function isTypeName(value: string): boolean {
  const name = /^([A-Za-z]{1,20})(?:\(\d{1,5}\)|\[\])?\??[;!]?$/.exec(value.trim())?.[1];
  return name !== undefined && TYPE_NAMES.has(name.toLowerCase());
}

/** Letters of any script: UTF-8 that was read as Latin-1 has bytes from 0x80 on. */
const WORD = /^[A-Za-z\u0080-\uffff]?[a-z\u0080-\uffff]{1,40}$/;

/** Marks that stand around words of a text. */
const MARKS = /^["'([]+|["')\].,:;!?]+$/g;

/** Longer values are no text of a few words. */
const MAX_TEXT = 500;

/**
 * Whether a value is one word that can be spoken, with no capital but the first, or a text of several such
 * words: `Passwort`, `Mot de passe`. A secret may be so, but as often it is a label in somebody's language.
 */
export function isPlainWords(value: string): boolean {
  // Properties of Java write the letters of other scripts so.
  const text = value.trim().replace(/\\u[\da-f]{4}/gi, "\u00e9");
  if (text.length > MAX_TEXT) return false;
  const parts = text.split(/\s+/);
  if (parts.length === 1) {
    const word = text.replace(/[.:!?]+$/, "");
    return WORD.test(word) && isSpoken(word);
  }
  const words = parts.filter((part) => {
    const word = part.replace(MARKS, "");
    return WORD.test(word) && isSpoken(word);
  });
  // Numbers, signs and names in capitals stand between the words of texts.
  const short = parts.every((part) => part.length <= 40 && !/\d.*[A-Za-z].*\d/.test(part));
  return short && words.length * 2 > parts.length;
}

/** Random letters soon have five consonants in a row; words of many languages have not more than six. */
export function isSpoken(word: string): boolean {
  return !/[bcdfghjklmnpqrstvwxz]{6}/i.test(word) && !/^[bcdfghjklmnpqrstvwxz]{4,}$/i.test(word);
}
