/** Judges by its name alone whether a variable holds a secret. */

import type { SecretSort } from "./name-table.ts";
import {
  beginnings,
  bundledPrefixes,
  descriptors,
  fileNameEndings,
  modifiers,
  neutralEndings,
  nouns,
  wholeNames,
} from "./name-table.ts";
import { splitName } from "./name-words.ts";

export interface NameVerdict {
  /** Hundredths: 70 and more is a secret, 30 to 69 may be one, less is none. */
  readonly score: number;
  readonly sort: SecretSort | undefined;
  /** A front-end build tool puts the variable into the bundle for browsers. */
  readonly bundled: boolean;
  /** Why, as a clause that names words and no value. */
  readonly why: string;
}

export const SECRET_SCORE = 70;
export const MAYBE_SCORE = 30;

/**
 * The head noun decides, as in English: `TOKEN_TTL` is a duration, `SECRET_VERSION_TOKEN` a token.
 * Endings that change nothing (`_PROD`, `_OLD`, numbers) are passed over; the words before the head
 * raise or lower the score (`API_KEY`, `SORT_KEY`, `PUBLIC_KEY`).
 */
export function classifyName(name: string): NameVerdict {
  // In capitals it is the shell's working directory.
  if (name === "pwd")
    return { score: 85, sort: "password", bundled: false, why: "the name is known" };
  const prefix = bundledPrefixes.find((pattern) => pattern.test(name));
  const words = joinPhrases(splitName(prefix === undefined ? name : name.replace(prefix, "")));
  return {
    ...judgeWords(words, prefix === undefined ? 0 : BUNDLED),
    bundled: prefix !== undefined,
  };
}

/** What is put into a bundle is often meant to be public. */
const BUNDLED = -20;

function judgeWords(words: readonly string[], bonus: number): Omit<NameVerdict, "bundled"> {
  const known = knownName(words);
  if (known !== undefined) return { ...known, why: "the name is known" };
  const kept = withoutNeutralEndings(words);
  const head = kept.at(-1);
  if (head === undefined) return { score: 0, sort: undefined, why: "the name has no words" };
  const noun = Object.hasOwn(nouns, head) ? nouns[head] : undefined;
  if (noun === undefined) return { score: 0, sort: undefined, why: whyNone(kept, head) };
  const score = kept.length === 1 ? noun.alone : noun.score + modifierSum(kept, noun.sort);
  return {
    score: Math.max(0, Math.min(100, score + bonus)),
    sort: noun.sort,
    why: `the name ends in "${head}"`,
  };
}

function knownName(words: readonly string[]): { sort: SecretSort; score: number } | undefined {
  const phrase = words.join(" ");
  if (Object.hasOwn(wholeNames, phrase)) return wholeNames[phrase];
  if (fileNameEndings.some((ending) => phrase.endsWith(ending))) return { sort: "key", score: 0 };
  const beginning = words.length > 2 && words.slice(0, words[0] === "tf" ? 2 : 3).join(" ");
  return beginning !== false && Object.hasOwn(beginnings, beginning)
    ? beginnings[beginning]
    : undefined;
}

function whyNone(words: readonly string[], head: string): string {
  const about = words.find(
    (word) => Object.hasOwn(nouns, word) && (nouns[word]?.score ?? 0) >= SECRET_SCORE,
  );
  return about !== undefined && descriptors.has(head)
    ? `the name ends in "${head}", so it says something about a ${about}`
    : "no word of the name stands for a secret";
}

/** The strongest words count: one that raises and one that lowers; more of a kind add nothing. */
function modifierSum(words: readonly string[], sort: SecretSort): number {
  const table = modifiers[sort];
  let up = 0;
  let down = 0;
  for (const word of words.slice(0, -1)) {
    const points = Object.hasOwn(table, word) ? (table[word] ?? 0) : 0;
    up = Math.max(up, points);
    down = Math.min(down, points);
  }
  return up + down;
}

function withoutNeutralEndings(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1) {
    const last = words[end - 1] ?? "";
    if (!neutralEndings.has(last) && !/^\d+$/.test(last)) break;
    end -= 1;
  }
  return words.slice(0, end);
}

const PHRASES: Readonly<Record<string, string>> = {
  "connection string": "connstr",
  "connect string": "connstr",
  "conn string": "connstr",
  "conn str": "connstr",
  "connection strings": "connstr",
  "connection uri": "connstr",
  "connection url": "connstr",
  "webhook url": "webhook",
  "webhook uri": "webhook",
  "hook url": "webhook",
  "web hook": "webhook",
  "pass phrase": "passphrase",
  "pass word": "password",
  "pass code": "passcode",
};

/** Two words that are one in meaning. */
function joinPhrases(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const phrase = PHRASES[`${joined.at(-1) ?? ""} ${word}`];
    if (phrase === undefined) joined.push(word);
    else joined[joined.length - 1] = phrase;
  }
  return joined;
}
