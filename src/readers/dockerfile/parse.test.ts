import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { spanIn, spansIn } from "./logical-text.ts";
import { parseDockerfile } from "./parse.ts";
import { printDockerfile } from "./testing.ts";
import type { Dockerfile } from "./syntax.ts";

const parse = (text: string): Dockerfile => parseDockerfile({ path: "Dockerfile", text });
const names = (text: string): string[] => parse(text).instructions.map(({ name }) => name);
const wordsOf = (text: string): string[][] =>
  parse(text).instructions.map(({ words }) => words.map((word) => word.text));

/** What does not hold of a text although it must of any: nothing is lost, no gaps, places lie inside. */
function faults(text: string): string[] {
  const tree = parse(text);
  const found: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) found.push(what);
  };
  must(printDockerfile(tree) === text, "printing gives the text");
  let at = 0;
  for (const item of tree.items) {
    for (const piece of item.kind === "instruction" ? item.pieces : [item]) {
      must(piece.start === at && piece.end > at, `pieces follow each other at ${at}`);
      at = piece.end;
    }
  }
  for (const { line, words, flags, pairs, heredocs, keyword, rest } of tree.instructions) {
    const ranges = [keyword, rest, ...words, ...flags];
    for (const { key, value } of pairs) ranges.push(key, value ?? key);
    for (const { start, end } of ranges) {
      const span = spanIn(line, start, end);
      must(span.start >= 0 && span.end <= text.length, "a word lies inside");
      const parts = spansIn(line, start, end).map((one) => spanText(one));
      must(parts.join("") === line.text.slice(start, end), "the spans of a word hold its text");
    }
    for (const { bodyStart, bodyEnd } of heredocs)
      must(bodyEnd >= bodyStart, "a body has a length");
  }
  for (const { span } of tree.problems) {
    must(span !== undefined && span.start >= 0 && span.end <= text.length, "a problem lies inside");
  }
  return found;
}

test("any text is kept, and every place lies inside", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(faults(text)).toEqual([]);
    }),
  );
});

const fragments = [
  "FROM a",
  "from a AS b",
  "RUN x",
  "RUN <<EOF",
  "RUN <<-'E' 3<<F",
  "COPY <<A /a",
  "EOF",
  "\tE",
  "F",
  "\\",
  "`",
  "\\\\",
  " \\ ",
  "\n",
  "\n",
  "\r\n",
  "\r",
  "# c",
  "# escape=`\n",
  "# syntax=x\n",
  "ONBUILD ",
  "ENV a=b c='d e'",
  "ENV a b",
  "CMD [",
  '["a","b"]',
  "--mount=type=bind ",
  "--x='y",
  "USER ${A:-0}",
  "\uFEFF",
  "\t",
  " ",
  "\u0085",
  '"',
  "{{ x }}",
];

test("any mixture of what Dockerfiles are made of is kept", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 40 }), (parts) => {
      expect(faults(parts.join(""))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

const corpus = new URL(
  "../../../../shared/corpora/buildkit-dockerfile/testfiles/",
  import.meta.url,
);

test.skipIf(!existsSync(corpus))(
  "real Dockerfiles with parts cut out, doubled and put in are kept (skipped without the corpus)",
  () => {
    const texts = readdirSync(corpus).map((name) =>
      readFileSync(new URL(`${name}/Dockerfile`, corpus), "utf8"),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.nat({ max: 60 }),
        fc.constantFrom(...fragments),
        (text, where, length, fragment) => {
          const at = where % (text.length + 1);
          const put = text.slice(0, at) + fragment + text.slice(at + length);
          const doubled = text.slice(0, at + length) + text.slice(at);
          expect([...faults(put), ...faults(doubled)]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  },
);

test.each<[string, string, string[]]>([
  [
    "an escaped backslash at the end of a line continues nothing",
    "RUN x \\\\\nUSER a\n",
    ["RUN", "USER"],
  ],
  ["three backslashes continue nothing", "RUN x \\\\\\\nUSER a\n", ["RUN", "USER"]],
  ["a lone backslash continues", "RUN x \\\n\\\nUSER a\n", ["RUN"]],
  ["blanks may follow the backslash", "RUN x \\ \t\n y\nUSER a", ["RUN", "USER"]],
  [
    "comments within a continuation end nothing, whatever they end in",
    "RUN x \\\n# c \\\n y\nUSER a",
    ["RUN", "USER"],
  ],
  [
    "empty lines within a continuation are passed over",
    "RUN x \\\n\n\n y\nUSER a",
    ["RUN", "USER"],
  ],
  ["CRLF", "FROM a\r\nRUN x \\\r\n y\r\nUSER b\r\n", ["FROM", "RUN", "USER"]],
  ["a byte order mark", "\uFEFFFROM a\n", ["FROM"]],
  ["escape=` makes the backslash ordinary", "# escape=`\nRUN x \\\nRUN y `\n z\n", ["RUN", "RUN"]],
  [
    "an unknown directive ends the directives",
    "# foo=bar\n# escape=`\nRUN x `\nRUN y\n",
    ["RUN", "RUN"],
  ],
  ["an empty line ends the directives", "\n# escape=`\nRUN x `\nRUN y\n", ["RUN", "RUN"]],
  ["a heredoc hides instructions", "RUN <<EOF\nUSER a\nEOF\nUSER b\n", ["RUN", "USER"]],
  ["a heredoc with a file descriptor", "RUN 3<<EOF cat\nUSER a\nEOF\nUSER b\n", ["RUN", "USER"]],
  ["two heredocs", "COPY <<A <<B /x/\nUSER a\nA\nUSER b\nB\nUSER c\n", ["COPY", "USER"]],
  ["<<- takes an indented end", "RUN <<-EOF\n\tx\n\tEOF\nUSER b\n", ["RUN", "USER"]],
  ["<< takes no indented end", "RUN <<EOF\n\tEOF\nUSER b\nEOF\n", ["RUN"]],
  ["no heredoc in exec form", 'RUN ["a", "<<EOF"]\nUSER b\n', ["RUN", "USER"]],
  ["no heredoc in CMD", "CMD cat <<EOF\nUSER b\n", ["CMD", "USER"]],
  ["a heredoc behind ONBUILD", "ONBUILD RUN <<EOF\nUSER a\nEOF\nUSER b\n", ["ONBUILD", "USER"]],
  ["a here-string is no heredoc", "RUN cat <<<EOF\nUSER b\n", ["RUN", "USER"]],
  ["a continued line opens a heredoc", "RUN a \\\n <<EOF\nUSER a\nEOF\nUSER b", ["RUN", "USER"]],
])("%s", (_, text, wanted) => {
  expect(names(text)).toEqual(wanted);
  expect(faults(text)).toEqual([]);
});

test("the quotes of a heredoc's word are no part of its name", () => {
  const { heredocs } = parse("RUN <<'EOF' cat <<B\nx\nEOF\ny\nB\n").instructions[0] ?? {
    heredocs: [],
  };
  expect(heredocs.map(({ name }) => name)).toEqual(["EOF", "B"]);
});

test("invalid JSON is shell form", () => {
  expect(wordsOf('CMD [\'a\', \'b\']\nCMD ["a"\nCMD ["a", "b"] # x\n')).toEqual([
    ["['a', 'b']"],
    ['["a"'],
    ['["a", "b"] # x'],
  ]);
});

test("a word in a continued line has its own place", () => {
  const text = "FROM a\nRUN one \\\n  # note\n  tw\\\no three\n";
  const run = parse(text).instructions[1];
  const at = run?.line.text.indexOf("two") ?? -1;
  const { line } = run ?? { line: parse("FROM a").instructions[0]?.line };
  if (line === undefined) throw new Error("no line");
  expect(spansIn(line, at, at + 3).map((span) => spanText(span))).toEqual(["tw", "o"]);
  expect(spanText(spanIn(line, at, at + 3))).toBe("tw\\\no");
  const three = line.text.indexOf("three");
  expect(spanText(spanIn(line, three, three + 5))).toBe("three");
});

test.each<[string, string, RegExp]>([
  ["a directive that stands twice", "# syntax=a\n# syntax=b\nFROM a\n", /twice/],
  ["a bad escape", "# escape=x\nFROM a\n", /neither a backslash nor a backtick/],
  ["a heredoc without an end", "FROM a\nRUN <<EOF\nx\n", /no end/],
  ["a misspelt instruction", "FROM a\nUSR app\n", /did you mean USER/],
  ["numbers in exec form", "FROM a\nCMD [1]\n", /other than strings/],
  ["ENV without a value", "FROM a\nENV A\n", /name and a value/],
  ["no instruction", "# only\n", /no instruction/],
])("%s is told with a place and what to do", (_, text, wanted) => {
  const { problems } = parse(text);
  expect(problems).toHaveLength(1);
  expect(`${problems[0]?.why} ${problems[0]?.settle}`).toMatch(wanted);
});

test.each<[string, string, number]>([
  ["one long continued command", `FROM a\nRUN a \\\n${"  b \\\n".repeat(100_000)}c\n`, 2],
  [
    "a megabyte of instructions",
    "RUN echo hello world\nENV X=$X:a Y='b c'\n".repeat(25_000),
    50_000,
  ],
  ["many line endings", `FROM a\nRUN x${"\r".repeat(500_000)}`, 2],
  ["many heredocs on a line", `RUN ${"<<A ".repeat(5000)}\n${"A\n".repeat(5000)}`, 1],
  ["heredocs without end", `FROM a\n${"RUN <<A\n".repeat(50_000)}`, 2],
  ["nested JSON", `CMD ${"[".repeat(60_000)}\n`, 1],
  ["nested ONBUILD", `${"ONBUILD ".repeat(50_000)}\n`, 1],
])("%s is read in linear time", (_, text, count) => {
  const start = performance.now();
  expect(parse(text).instructions).toHaveLength(count);
  expect(performance.now() - start).toBeLessThan(4000);
});
