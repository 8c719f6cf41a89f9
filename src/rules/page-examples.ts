/**
 * Examples of rule pages: fenced code whose info string names language, form and verdict.
 *
 *     ```yaml compose bad
 *     ```dockerfile good
 *     ```text with=.dockerignore
 *
 * `bad` must give a finding of the page's rule, `good` must give none. A block `with=PATH` is a
 * further file of the next example. Blocks without verdict are illustrations. Images are described in JSON:
 * `image-testing.ts` says how, and makes one.
 */

export interface PageExample {
  readonly form: "dockerfile" | "compose" | "kubernetes" | "run-line" | "oci-config" | "image";
  readonly verdict: "good" | "bad";
  /** Path to text: the example itself and the files that go with it. */
  readonly files: Readonly<Record<string, string>>;
  /** Line of the page on which the block begins, counted from 1. */
  readonly line: number;
}

const PATH_OF = {
  dockerfile: "Dockerfile",
  compose: "compose.yaml",
  kubernetes: "manifest.yaml",
  "run-line": "run.sh",
  "oci-config": "config.json",
  image: "image.json",
} as const;

/** The examples of a page, in order. */
export function pageExamples(page: string): readonly PageExample[] {
  const examples: PageExample[] = [];
  let companions: Record<string, string> = {};
  for (const { info, text, line } of fencedBlocks(page)) {
    const words = info.split(/\s+/);
    const companion = words.find((word) => word.startsWith("with="));
    if (companion !== undefined) {
      companions[companion.slice("with=".length)] = text;
      continue;
    }
    const verdict = words.find((word) => word === "good" || word === "bad");
    const form = words.find((word) => Object.hasOwn(PATH_OF, word));
    if (verdict === undefined || form === undefined) continue;
    const key = form as keyof typeof PATH_OF;
    examples.push({
      form: key,
      verdict,
      files: { ...companions, [PATH_OF[key]]: text },
      line,
    });
    companions = {};
  }
  return examples;
}

function fencedBlocks(page: string): { info: string; text: string; line: number }[] {
  const blocks: { info: string; text: string; line: number }[] = [];
  let open: { fence: string; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of page.split("\n").entries()) {
    const fence = /^(`{3,})(.*)$/.exec(line);
    if (open === undefined) {
      if (fence === null) continue;
      open = {
        fence: fence[1] ?? "```",
        info: (fence[2] ?? "").trim(),
        line: index + 1,
        lines: [],
      };
    } else if (line.trim() === open.fence) {
      blocks.push({ info: open.info, text: `${open.lines.join("\n")}\n`, line: open.line });
      open = undefined;
    } else open.lines.push(line);
  }
  return blocks;
}
