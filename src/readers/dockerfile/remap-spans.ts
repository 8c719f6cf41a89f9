/** Moves the spans of a result from a text to the file that the text stands in. */

import type { SourceFile, Span } from "../../model/source.ts";

/** A copy of plain data in which every span of `file` is what `locate` gives for it. */
export function remapSpans<T>(
  value: T,
  file: SourceFile,
  locate: (start: number, end: number) => Span,
): T {
  const done = new Map<object, unknown>();
  const remap = (one: unknown): unknown => {
    if (typeof one !== "object" || one === null) return one;
    const earlier = done.get(one);
    if (earlier !== undefined) return earlier;
    if (isSpan(one)) {
      const moved = one.file === file ? locate(one.start, one.end) : one;
      done.set(one, moved);
      return moved;
    }
    const copy: unknown = Array.isArray(one)
      ? one.map((item) => remap(item))
      : Object.fromEntries(
          Object.entries(one).map(([key, item]) => [
            key,
            key === "path" && item === file.path && "what" in one && "settle" in one
              ? locate(0, 0).file.path
              : remap(item),
          ]),
        );
    done.set(one, copy);
    return copy;
  };
  return remap(value) as T;
}

function isSpan(value: object): value is Span {
  return "file" in value && "start" in value && "end" in value;
}
