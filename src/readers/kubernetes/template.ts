/** Recognises manifests that are templates and were not rendered: Helm, Jinja and the like. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { FoundPod } from "./objects.ts";

/** What a template engine would act on. `{{ .Name }}` in an argument of a program is no such thing. */
const ACTION =
  /\{%|\{\{-?\s{0,20}(?:\$|\/\*|(?:\(\s{0,5})?\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|(?:include|template|if|range|with|end|else|define|block|toYaml|tpl|required|default|quote|lookup|values|cookiecutter)\b)/g;
/** When the file cannot be parsed, any `{{ … }}` explains it. */
const ANY_ACTION = /\{%|\{\{/;

/** One unknown for a file that is a template, at its first action; undefined for any other. */
export function templateUnknown(
  file: SourceFile,
  unparsable: boolean,
  pods: readonly FoundPod[],
): Unknown | undefined {
  if (!file.text.includes("{{") && !file.text.includes("{%")) return undefined;
  const start = unparsable ? ANY_ACTION.exec(file.text)?.index : firstActionIn(file, pods);
  if (start === undefined) return undefined;
  return unknownAt(
    actionSpan(file, start),
    "unrendered template",
    "the file holds template actions, so what the cluster would get is not known",
    "render it: `helm template … | plimsoll check -`",
  );
}

function firstActionIn(file: SourceFile, pods: readonly FoundPod[]): number | undefined {
  const spans = pods
    .map(({ object }) => object.span)
    .sort((left, right) => left.start - right.start);
  let at = 0;
  for (const { index } of file.text.matchAll(ACTION)) {
    for (let span = spans[at]; span !== undefined && span.end <= index; span = spans[at]) at++;
    const span = spans[at];
    if (span === undefined) return undefined;
    if (span.start <= index) return index;
  }
  return undefined;
}

function actionSpan(file: SourceFile, start: number): Span {
  const lineEnd = file.text.slice(start, start + 200).search(/[\r\n]/);
  const line = file.text.slice(start, lineEnd < 0 ? start + 200 : start + lineEnd);
  const closing = /\}\}|%\}/.exec(line);
  return { file, start, end: start + (closing === null ? line.length : closing.index + 2) };
}
