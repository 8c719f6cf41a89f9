/** Fields that may be a map (`A: b`) or a list (`- A=b`), brought into the form of a map. */

import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";

/**
 * The pairs of a field. In a list, an item without separator is a key with a null value, and a later
 * item of the same key wins. Items that are no scalars are left out; validation reports them.
 */
export function pairsOf(
  node: YamlNode | undefined,
  separator: "=" | ":" = "=",
): YamlMap | undefined {
  if (node === undefined || node.kind === "map") return node;
  const items = node.kind === "list" ? node.items : node.value === null ? [] : [node];
  const entries = new Map<string, YamlEntry>();
  for (const item of items) {
    if (item.kind !== "scalar" || item.value === null) continue;
    const entry = splitPair(item, separator);
    entries.delete(entry.key.text);
    entries.set(entry.key.text, entry);
  }
  const { span, through } = node;
  return { kind: "map", span, entries, ...(through === undefined ? {} : { through }) };
}

function splitPair(item: YamlScalar, separator: "=" | ":"): YamlEntry {
  const other = separator === "=" ? "=" : item.text.includes("=") ? "=" : ":";
  const at = item.text.indexOf(other);
  const name = at < 0 ? item.text : item.text.slice(0, at);
  const key: YamlScalar = { ...item, value: name, text: name };
  if (at < 0) return { key, value: { ...item, value: null, text: "", style: "plain" } };
  const text = item.text.slice(at + 1);
  return { key, value: { ...item, value: text, text, span: partSpan(item, at + 1) } };
}

/** The span of the rest of a scalar's text from an offset on; the whole scalar when it is not written so. */
function partSpan(scalar: YamlScalar, offset: number): Span {
  const { span, style } = scalar;
  const quote = style === "single" || style === "double" ? 1 : 0;
  const written = spanText(span).slice(quote, quote === 0 ? undefined : -1);
  const head = scalar.text.slice(0, offset);
  if (style === "block" || !written.startsWith(head)) return span;
  return { ...span, start: span.start + quote + offset, end: span.end - quote };
}
