/** Hides what is secret in the words of a command. */

import { secretsInWords } from "./commands.ts";
import type { Range } from "./line.ts";
import { mergeRanges, replaceRanges, secretRangesInText } from "./line.ts";
import { collectPatterns } from "./patterns.ts";

/** Commands with more text than this are not shown word by word. In UTF-16 units. */
const MAX_JOINED = 65_536;

/** The same commands recur in many workloads; so many short ones are remembered. */
const remembered = new Map<string, readonly string[]>();
const MAX_REMEMBERED = 5000;

/** The words with the mask in place of what is secret by its form or by its place among them. */
export function maskWords(words: readonly string[]): readonly string[] {
  const key = words.join("\0");
  const earlier = remembered.get(key);
  if (earlier !== undefined) return earlier;
  const masked = maskAnew(words);
  if (key.length <= 400 && remembered.size < MAX_REMEMBERED) remembered.set(key, masked);
  return masked;
}

function maskAnew(words: readonly string[]): string[] {
  const hidden = words.map((word): Range[] => secretRangesInText(word));
  for (const { word, start, end } of secretsInWords(words, () => true)) {
    hidden[word]?.push({ start, end });
  }
  for (const { word, start, end } of formsOverWords(words)) hidden[word]?.push({ start, end });
  return words.map((word, index) => replaceRanges(word, mergeRanges(hidden[index] ?? [])));
}

/** `Authorization:`, `Bearer`, `X` as words of their own: what has a secret form when they are put together. */
export function formsOverWords(words: readonly string[]): (Range & { readonly word: number })[] {
  const joined = words.join(" ");
  if (joined.length > MAX_JOINED) return [];
  const forms: Range[] = [];
  collectPatterns(joined, forms);
  const merged = mergeRanges(forms);
  const found: (Range & { readonly word: number })[] = [];
  let next = 0;
  let offset = 0;
  for (const [index, word] of words.entries()) {
    const end = offset + word.length;
    while ((merged[next]?.end ?? Infinity) <= offset) next += 1;
    for (let at = next; (merged[at]?.start ?? Infinity) < end; at++) {
      const range = merged[at] ?? { start: end, end };
      const start = Math.max(0, range.start - offset);
      found.push({ word: index, start, end: Math.min(word.length, range.end - offset) });
    }
    offset = end + 1;
  }
  return found;
}
