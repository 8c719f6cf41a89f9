/** The file behind a path of the image, where a COPY or ADD of the build put it there. */

import { baseName, dirName, joinPath } from "../paths.ts";
import type { BuildContext } from "./build-context.ts";
import type { CopyRecord, StageState } from "./evaluator.ts";
import { heredocOf } from "./heredoc.ts";
import type { LogicalText } from "./logical-text.ts";
import { hasWildcards, matchSegment } from "./pattern-matcher.ts";
import { heredocText } from "./run-script.ts";

const MAX_STAGES = 8;
const MAX_CANDIDATES = 10_000;

/** Where programs are looked for: the PATH that BuildKit sets when the base image sets none. */
const SEARCH = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The text of a program as the image will hold it. `path` may be a name to look for. */
export function imageFile(
  state: StageState,
  path: string,
  context: BuildContext | undefined,
): LogicalText | undefined {
  const budget = { left: MAX_CANDIDATES };
  const paths = path.startsWith("/")
    ? [joinPath(path)]
    : path.includes("/")
      ? [joinPath(state.workdir ?? "/", path)]
      : SEARCH.map((directory) => `${directory}/${path}`);
  for (const candidate of paths) {
    const found = find(state, candidate, context, MAX_STAGES, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}

function find(
  last: StageState,
  path: string,
  context: BuildContext | undefined,
  stagesLeft: number,
  budget: { left: number },
): LogicalText | undefined {
  for (let state: StageState | undefined = last; state !== undefined; state = state.parent) {
    for (let index = state.copies.length - 1; index >= 0; index--) {
      const copy = state.copies[index];
      if (copy === undefined || budget.left-- <= 0) return undefined;
      const found = fromCopy(copy, path, context, stagesLeft, budget);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function fromCopy(
  copy: CopyRecord,
  path: string,
  context: BuildContext | undefined,
  stagesLeft: number,
  budget: { left: number },
): LogicalText | undefined {
  const { step, fromStage } = copy;
  const target = step.target.replace(/(?<=.)\/$/, "");
  const below = target === "/" ? path.slice(1) : path.slice(target.length + 1);
  const isBelow = target === "/" || path.startsWith(`${target}/`);
  if (!isBelow && path !== target) return undefined;
  const inline = fromHeredoc(copy, path);
  if (inline !== undefined) return inline;
  for (const { text: source } of step.sources) {
    if (budget.left-- <= 0) return undefined;
    for (const candidate of origins(source, path, target, isBelow ? below : undefined)) {
      if (fromStage !== undefined) {
        if (stagesLeft <= 0) continue;
        const absolute = joinPath("/", candidate);
        const found = find(fromStage, absolute, context, stagesLeft - 1, budget);
        if (found !== undefined) return found;
      } else if (step.from === undefined && context !== undefined) {
        const relative = joinPath("/", candidate).slice(1);
        const full = joinPath(context.directory, relative);
        if (relative === "" || context.files.kind(full) !== "file") continue;
        const read = context.files.read(full);
        if (read.ok) return { file: read.file, text: read.file.text, starts: [0], offsets: [0] };
      }
    }
  }
  return undefined;
}

/** Which source paths may have become `path`: the source itself, or an entry of the source's directory. */
function origins(
  source: string,
  path: string,
  target: string,
  below: string | undefined,
): readonly string[] {
  if (hasWildcards(source)) {
    const name = baseName(path);
    return below === name && matchSegment(baseName(source), name)
      ? [joinPath(dirName(source), name)]
      : [];
  }
  if (path === target) return [source];
  if (below === undefined) return [];
  return below === baseName(source) ? [source, joinPath(source, below)] : [joinPath(source, below)];
}

/** `COPY <<EOF /path`: the content stands in the Dockerfile. */
function fromHeredoc({ step, instruction }: CopyRecord, path: string): LogicalText | undefined {
  const inline = instruction.words.filter(({ text }) => heredocOf(text) !== undefined);
  const count = inline.length + step.sources.length;
  for (const heredoc of instruction.heredocs) {
    const isDirectory = step.target.endsWith("/") || count > 1;
    const full = isDirectory ? joinPath(step.target, heredoc.name) : step.target;
    if (full === path) return heredocText(instruction.line, heredoc);
  }
  return undefined;
}
