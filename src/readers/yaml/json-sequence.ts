/** Several JSON values in one file, one after the other, as `kubectl` reads them and YAML does not. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { YamlDocument, YamlEntry, YamlFile, YamlNode, YamlScalar } from "./node.ts";
import type { ParseOptions } from "./parse.ts";
import { parseYaml } from "./parse.ts";

/** Objects of one file; the same as documents of a YAML file. */
const MAX_OBJECTS = 20_000;
/** Characters of a sequence that are read; about what the bound on a YAML file's tokens comes to. */
const MAX_LENGTH = 2 * 1024 * 1024;

/** Like `parseYaml`, and each object of a sequence of JSON objects is a document of its own. */
export function parseManifests(file: SourceFile, options: ParseOptions = {}): YamlFile {
  const parts = jsonObjects(file.text);
  if (parts.length < 2) return parseYaml(file, options);
  const documents: YamlDocument[] = [];
  const unknowns: Unknown[] = [];
  for (const [index, { start, end }] of parts.entries()) {
    if (end > MAX_LENGTH || index >= MAX_OBJECTS) {
      const why = `it holds more than ${MAX_OBJECTS} JSON objects, or more than ${MAX_LENGTH / 1024 / 1024} MiB of them`;
      const span = { file, start, end: start + 1 };
      unknowns.push(unknownAt(span, "the rest of the file", why, "split it into smaller files"));
      break;
    }
    const part: SourceFile = { path: file.path, text: file.text.slice(start, end) };
    const parsed = parseYaml(part, options);
    const move: Move = (span) => ({ file, start: span.start + start, end: span.end + start });
    for (const document of parsed.documents) {
      const { root, span } = document;
      documents.push({
        root: root === undefined ? undefined : moved(root, move),
        span: move(span),
      });
    }
    for (const unknown of parsed.unknowns) {
      unknowns.push(
        unknown.span === undefined ? unknown : { ...unknown, span: move(unknown.span) },
      );
    }
  }
  return { documents, unknowns };
}

/**
 * The objects of a text that holds nothing but JSON objects, with white space between them; none for any other
 * text. The last one reaches to the end of the text when it does not close.
 */
function jsonObjects(text: string): readonly { readonly start: number; readonly end: number }[] {
  const parts: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"' && depth > 0) at = stringEnd(text, at);
    else if (character === "{" || character === "[") {
      if (depth === 0 && character === "[") return [];
      if (depth++ === 0) start = at;
    } else if (character === "}" || character === "]") {
      if (depth === 0) return [];
      if (--depth > 0) continue;
      parts.push({ start, end: at + 1 });
    } else if (depth === 0 && !/\s/.test(character)) return [];
  }
  if (depth > 0) parts.push({ start, end: text.length });
  return parts;
}

/** Where a JSON string closes. */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (character === '"') return at;
  }
  return text.length;
}

type Move = (span: Span) => Span;

/** JSON has no aliases, so a node stands at one place. */
function moved(node: YamlNode, move: Move): YamlNode {
  const span = move(node.span);
  if (node.kind === "scalar") return { ...node, span };
  if (node.kind === "list")
    return { ...node, span, items: node.items.map((item) => moved(item, move)) };
  const entries = new Map(
    [...node.entries].map(([name, { key, value }]): [string, YamlEntry] => [
      name,
      { key: movedKey(key, move), value: moved(value, move) },
    ]),
  );
  return { ...node, span, entries };
}

function movedKey(key: YamlScalar, move: Move): YamlScalar {
  return { ...key, span: move(key.span) };
}
