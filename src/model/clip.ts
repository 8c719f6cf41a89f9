/** Bounds for texts that repeat what a file says. */

/** The text, cut with an ellipsis beyond `length` UTF-16 code units. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.charCodeAt(length - 2);
  // Not between the halves of a character.
  return `${text.slice(0, end >= 0xd800 && end < 0xdc00 ? length - 2 : length - 1)}…`;
}
