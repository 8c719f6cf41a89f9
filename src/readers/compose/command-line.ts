/** `command`, `entrypoint` and the commands of hooks and health checks. */

import type { Span } from "../../model/source.ts";
import type { CommandLine } from "../../model/command.ts";
import type { YamlNode } from "../yaml/node.ts";

/**
 * A list is taken word by word; a text is split as a shell would split it, but no shell runs it.
 * Undefined when nothing is written; an empty text or list gives no words, which clears the image's.
 */
export function commandLine(node: YamlNode | undefined): CommandLine | undefined {
  if (node === undefined || node.kind === "map") return undefined;
  if (node.kind === "list") {
    const words: string[] = [];
    const spans: Span[] = [];
    for (const item of node.items) {
      if (item.kind !== "scalar" || item.value === null) continue;
      words.push(item.text);
      spans.push(item.span);
    }
    return { words, shell: false, span: node.span, spans };
  }
  if (node.value === null) return undefined;
  return { words: splitWords(node.text), shell: false, span: node.span };
}

/** Whether a variable without value takes part in a command. */
export function unresolvedIn(node: YamlNode | undefined): YamlNode | undefined {
  if (node?.kind === "list") return node.items.find((item) => unresolvedIn(item) !== undefined);
  return node?.kind === "scalar" && node.unresolved !== undefined ? node : undefined;
}

/** A command as text that ends within a quote or after a backslash; Compose refuses the project. */
export function unfinishedIn(node: YamlNode | undefined): YamlNode | undefined {
  return node?.kind === "scalar" && node.value !== null && !split(node.text).finished
    ? node
    : undefined;
}

/**
 * Splits at white space outside quotes; quotes and backslashes are removed. Semantics: mattn/go-shellwords
 * v1.0.12, except that it drops everything from an unquoted `;`, `&`, `|`, `<` or `>` on. Nothing of that
 * runs, but it stands in the file, where a secret in it can be read.
 */
function splitWords(text: string): string[] {
  return split(text).words;
}

function split(text: string): { readonly words: string[]; readonly finished: boolean } {
  const words: string[] = [];
  let word = "";
  let started = false;
  let quote = "";
  let escaped = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "\\" && quote !== "'") {
      escaped = index + 1 >= text.length;
      word += text.charAt(index + 1);
      started = true;
      index += 1;
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      started = true;
    } else if (/\s/.test(character)) {
      if (started) words.push(word);
      word = "";
      started = false;
    } else {
      word += character;
      started = true;
    }
  }
  if (started) words.push(word);
  return { words, finished: quote === "" && !escaped };
}

/** The command of a health check: without `CMD`; `CMD-SHELL` and a text are scripts. Undefined for NONE. */
export function healthCommand(node: YamlNode | undefined): CommandLine | undefined {
  if (node === undefined || node.kind === "map") return undefined;
  if (node.kind === "scalar") {
    if (node.value === null) return undefined;
    return { words: [node.text], shell: true, span: node.span };
  }
  const line = commandLine(node);
  const [first, ...words] = line?.words ?? [];
  if (line === undefined || first === undefined || first === "NONE") return undefined;
  const spans = line.spans?.slice(1) ?? [];
  const rest = { words, shell: first === "CMD-SHELL", spans };
  return line.span === undefined ? rest : { ...rest, span: line.span };
}
