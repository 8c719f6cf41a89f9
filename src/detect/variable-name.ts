/** Whether a text that stands where a variable's name belongs looks like one. */

import { findSecretsInText } from "./find-secrets.ts";

const NAME = /^[A-Za-z_][\w.[\]-]{0,199}$/;

/** Variables that are written in lower case by everybody. */
const LOWER_CASE = /^(?:https?|ftp|no|all|rsync)_proxy$/;

/** Changes between letters and digits in one word, from which on it is taken for base64 or a password. */
const MANY_CHANGES = 3;

/**
 * Whether a name from an environment file may be printed. A line of a key or a password that stands
 * without a name is read as one: `export hunter2`, `kQ0vA9x==`. `assigned` tells that a `=` follows;
 * without it only the usual spelling in capitals counts.
 */
export function looksLikeVariableName(name: string, assigned: boolean): boolean {
  if (!NAME.test(name) || findSecretsInText(name).length > 0) return false;
  if (!assigned && !/^[A-Z_][A-Z0-9_]*$/.test(name) && !LOWER_CASE.test(name)) return false;
  return name.split(/[_.[\]-]/).every((word) => !isMixed(word));
}

/** Letters and digits in turns: `kQ0vA9x`, `4f9a1c7e`; `Oauth2Url` and `S3` are words. */
function isMixed(word: string): boolean {
  if (word.length < 8) return false;
  let changes = 0;
  for (let index = 1; index < word.length; index++) {
    if (isDigit(word, index) !== isDigit(word, index - 1)) changes += 1;
  }
  return changes >= MANY_CHANGES || (word.length >= 40 && /[a-z]/.test(word));
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}
