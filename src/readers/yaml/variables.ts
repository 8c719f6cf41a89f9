/** Environment variables as a list of `NAME=value`, each with its place. */

import type { Span } from "../../model/source.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import { asString } from "./access.ts";
import type { Report } from "./fields.ts";
import { listAt, wrongItem } from "./fields.ts";
import type { YamlMap, YamlScalar } from "./node.ts";

export function variablesAt(
  parent: YamlMap | undefined,
  list: string,
  surface: EnvironmentVariable["surface"],
  report: Report,
): EnvironmentVariable[] {
  const variables: EnvironmentVariable[] = [];
  for (const item of listAt(parent, list, report)) {
    const text = asString(item);
    if (item.kind !== "scalar" || text === undefined) {
      report(wrongItem(item, list, "text of the form NAME=value"));
      continue;
    }
    const equals = text.indexOf("=");
    // Without `=` it is a name only when it looks like one; anything else may be a value, even a secret.
    if (equals < 0 && !/^\w{1,200}$/.test(text)) {
      report(wrongItem(item, list, "text of the form NAME=value"));
      continue;
    }
    const name = equals < 0 ? text : text.slice(0, equals);
    const spans = spansOf(item, equals);
    variables.push({
      name,
      ...(equals < 0 ? {} : { value: text.slice(equals + 1) }),
      from: equals < 0 ? "unresolved" : "literal",
      surface,
      origin: { kind: "set", span: spans.name },
      valueSpan: spans.value,
    });
  }
  return variables;
}

/** Name and value within the text, where no escape shifts them; else the whole text for both. */
function spansOf(item: YamlScalar, equals: number): { readonly name: Span; readonly value: Span } {
  const { span, text } = item;
  const quote = item.style === "double" || item.style === "single" ? 1 : 0;
  const raw = span.file.text.slice(span.start + quote, span.end - quote);
  if (equals < 0 || raw !== text) return { name: span, value: span };
  const middle = span.start + quote + equals;
  return {
    name: { ...span, start: span.start + quote, end: middle },
    value: { ...span, start: middle + 1, end: span.end - quote },
  };
}
