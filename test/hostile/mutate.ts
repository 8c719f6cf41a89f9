/** Breaks texts, the same way every time. */

/** A number from 0 up to `below`. */
export type Random = (below: number) => number;

/** Mulberry32, seeded by a text. */
export function randomness(seed: string): Random {
  let state = 0x9e3779b9;
  for (const character of seed) state = Math.imul(state ^ character.charCodeAt(0), 0x85ebca6b);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below);
  };
}

/** What is put in where it does not belong. */
const PIECES = [
  "\0",
  "\uFEFF",
  "\r",
  "\r\n",
  "\n",
  "\t",
  "\u2028",
  "😀",
  "é",
  "\ud800",
  "\\",
  "\\\n",
  '"',
  "'",
  "`",
  "$",
  "${",
  "}",
  "$(",
  ")",
  "{{",
  "}}",
  "${{ x }}",
  "#",
  "<<EOF\n",
  "&a ",
  "*a",
  "<<: *a",
  "!reset ",
  "!!binary ",
  "? ",
  ": ",
  "- ",
  "|\n",
  ">-\n",
  "---\n",
  "[",
  "]",
  "{",
  "null",
  "~",
  "-1",
  "1e999",
  "0x",
  "0777",
  "9".repeat(40),
  "true",
  "__proto__",
  "constructor",
  "toString",
  "=",
  ",",
  ":",
  "::",
  "@",
  "/",
  "..",
  "../..",
  "//",
  "ALL",
  "root",
  "0:0",
  "--",
  "--privileged",
  "-v",
  "sh -c '",
  "docker run ",
  "FROM ",
  "ONBUILD ",
  "ARG ",
  "# plimsoll: ignore[",
  " ".repeat(300),
  "a".repeat(3000),
];

/** The text with one to six changes: cut, doubled, swapped, joined with another, or with a piece put in. */
export function mutate(text: string, others: readonly string[], random: Random): string {
  let result = text;
  for (let count = 1 + random(6); count > 0; count--) {
    const at = random(result.length + 1);
    const length = random(random(4) === 0 ? result.length : 20);
    const part = result.slice(at, at + length);
    const rest = result.slice(at + length);
    const before = result.slice(0, at);
    switch (random(7)) {
      case 0:
        result = before + rest;
        break;
      case 1:
        result = before + part + part + rest;
        break;
      case 2:
        result = before + rest.slice(0, 30) + part + rest.slice(30);
        break;
      case 3: {
        const other = others[random(others.length)] ?? "";
        const from = random(other.length);
        result = before + other.slice(from, from + random(200)) + result.slice(at);
        break;
      }
      case 4:
        result = before + String.fromCharCode(random(0x180)) + result.slice(at + 1);
        break;
      default:
        result = before + (PIECES[random(PIECES.length)] ?? "") + result.slice(at + random(3));
    }
  }
  return result.slice(0, 100_000);
}
