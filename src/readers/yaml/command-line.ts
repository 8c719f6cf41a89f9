/** A command in exec form, written as a list of words. */

import type { Span } from "../../model/source.ts";
import type { CommandLine } from "../../model/command.ts";
import { asText, entryOf, entrySpan } from "./access.ts";
import type { Report } from "./fields.ts";
import { listAt, wrongItem } from "./fields.ts";
import type { YamlNode } from "./node.ts";

/** A list of words at a key, each with its place. `textOf` says which scalars are words. */
export function commandLine(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
  textOf: (node: YamlNode) => string | undefined = asText,
): CommandLine | undefined {
  const entry = entryOf(parent, name);
  const words: string[] = [];
  const spans: Span[] = [];
  for (const item of listAt(parent, name, report)) {
    const text = textOf(item);
    if (text === undefined) report(wrongItem(item, name, "text"));
    words.push(text ?? "");
    spans.push(item.span);
  }
  if (entry === undefined || words.length === 0) return undefined;
  return { words, spans, shell: false, span: entrySpan(entry) };
}
