/** Hides what stands under the top-level `secrets:` and `configs:` of a Compose file, right or wrong. */

import type { SourceFile } from "../../model/source.ts";
import { lineStarts, lineText } from "../../model/source.ts";
import { isPureReference } from "./harmless.ts";
import type { Range } from "./line.ts";

/** Keys of one secret or config that say where it is; all else may be the secret itself. */
const PLACES = new Set(["file", "name", "environment", "external", "driver", "template_driver"]);

const SECTION = /^(\s*(?:\{\s*)?)["']?(?:secrets|configs)["']?\s*:/;
const FLOW_SECTION = /(?:^|[\s{,])["']?(?:secrets|configs)["']?\s{0,8}:\s{0,8}(?=\{)/g;
const KEY =
  /^(\s*(?:-\s+)?)(?:"([^"]{0,253})"|'([^']{0,253})'|([^\s"'{}[\],#:][^:{}[\],]{0,252}))\s*:(?=\s|$)\s*/;

type Hidden = ReadonlyMap<number, readonly Range[]>;

const known = new WeakMap<SourceFile, Hidden>();

/** Ranges of a line that are, or may be, the content of a secret or config. */
export function inComposeSecrets(file: SourceFile, line: number): readonly Range[] {
  let hidden = known.get(file);
  if (hidden === undefined) {
    hidden = hiddenLines(file);
    known.set(file, hidden);
  }
  return hidden.get(line) ?? [];
}

interface Flow {
  /** The depth outside of it. */
  readonly base: number;
  /** How many maps and lists are open; 1 is the map of all secrets. */
  depth: number;
  key: string;
  /** Nothing is hidden above this depth: labels. */
  openFrom: number | undefined;
}

interface Section {
  readonly root: number;
  /** The indentation of the secrets' names. */
  names: number | undefined;
  /** Lines that are indented further belong to a scalar, or to labels. */
  deeper: { readonly than: number; readonly hide: boolean } | undefined;
  flow: Flow | undefined;
}

/** One pass over the file. */
function hiddenLines(file: SourceFile): Hidden {
  const hidden = new Map<number, readonly Range[]>();
  if (!/\b(?:secrets|configs)["']?\s*:/.test(file.text)) return hidden;
  const count = lineStarts(file).length;
  const root = rootIndent(file, count);
  const compose = /\bservices["']?\s*:/.test(file.text);
  let section: Section | undefined;
  for (let line = 1; line <= count; line++) {
    const text = lineText(file, line);
    if (text.trim() === "") continue;
    const indent = indentOf(text);
    const comment = text[indent] === "#";
    const item = /^\s*-\s/.test(text);
    if (section !== undefined && section.flow === undefined && !comment) {
      if (indent < root || (indent === root && !item)) section = undefined;
    }
    if (section !== undefined) {
      if (!comment || section.deeper?.hide === true) hidden.set(line, inSection(section, text));
      if (section.flow !== undefined && section.flow.depth <= 0) section = undefined;
      continue;
    }
    const opening = SECTION.exec(text);
    if (opening !== null && (opening[1] ?? "").length === root) {
      section = { root, names: undefined, deeper: undefined, flow: undefined };
      hidden.set(line, afterKey(section, text, opening[0].length, root, "", 0));
      if (section.flow !== undefined && section.flow.depth <= 0) section = undefined;
    } else if (compose) {
      const ranges = [...text.matchAll(FLOW_SECTION)].slice(0, 8).flatMap((found) => {
        const flow: Flow = { base: 0, depth: 0, key: "", openFrom: undefined };
        return scanFlow(flow, text, found.index + found[0].length);
      });
      if (ranges.length > 0) hidden.set(line, ranges);
    }
  }
  return hidden;
}

/** The indentation of the file's outermost keys. */
function rootIndent(file: SourceFile, count: number): number {
  let least = Infinity;
  for (let line = 1; line <= count && least > 0; line++) {
    const text = lineText(file, line);
    if (/^\s*(?:$|#|---|\.\.\.|%|[{}]\s*$)/.test(text)) continue;
    least = Math.min(least, indentOf(text));
  }
  return least === Infinity ? 0 : least;
}

function inSection(section: Section, text: string): Range[] {
  if (section.flow !== undefined) return goOnFlow(section, section.flow, text, 0);
  const indent = indentOf(text);
  if (section.deeper !== undefined) {
    if (indent > section.deeper.than) {
      return section.deeper.hide ? [{ start: indent, end: text.length }] : [];
    }
    section.deeper = undefined;
  }
  const match = KEY.exec(text);
  if (match === null) {
    if (/^[{[]/.test(text.trimStart())) {
      const base = section.names === undefined ? 0 : 1;
      section.flow = { base, depth: base, key: "", openFrom: undefined };
      return goOnFlow(section, section.flow, text, indent);
    }
    return [{ start: indent, end: text.length }];
  }
  section.names ??= indent;
  const key = match[2] ?? match[3] ?? match[4] ?? "";
  const deep = indent > section.names || /-\s+$/.test(match[1] ?? "");
  return afterKey(section, text, match[0].length, indent, deep ? key.trim() : "", deep ? 2 : 1);
}

/** What stands behind a key. `key` is empty where the key is the name of a secret. */
function afterKey(
  section: Section,
  text: string,
  start: number,
  indent: number,
  key: string,
  depth: number,
): Range[] {
  const at = start + (/^\s*(?:[&!]\S*\s*)*/.exec(text.slice(start))?.[0].length ?? 0);
  const value = text.slice(at);
  const empty = value === "" || value.startsWith("#");
  if (key === "labels" && (empty || /^[{[]/.test(value))) {
    section.deeper = { than: indent, hide: false };
    return [];
  }
  if (empty) return [];
  if (value.startsWith("{") || value.startsWith("[")) {
    section.flow = { base: depth, depth, key, openFrom: undefined };
    return goOnFlow(section, section.flow, text, at);
  }
  if (PLACES.has(key) || isPureReference(value) || /^\*[\w.-]+\s*$/.test(value)) return [];
  section.deeper = { than: indent, hide: true };
  return /^[|>][-+\d]{0,2}\s*(?:#.*)?$/.test(value) ? [] : [{ start: at, end: text.length }];
}

/** A flow map that ends within a block map ends alone; the section goes on. */
function goOnFlow(section: Section, flow: Flow, text: string, from: number): Range[] {
  const ranges = scanFlow(flow, text, from);
  if (flow.base > 0 && flow.depth <= flow.base) section.flow = undefined;
  return ranges;
}

/** The scalars of a flow map or list from `from` on, but keys and what says where a secret is. */
function scanFlow(flow: Flow, text: string, from: number): Range[] {
  const ranges: Range[] = [];
  let at = from;
  while (at < text.length) {
    const sign = text[at] ?? "";
    if (sign === "{" || sign === "[") {
      flow.depth += 1;
      if (flow.key === "labels" && flow.depth > 2) flow.openFrom ??= flow.depth;
      flow.key = "";
      at += 1;
    } else if (sign === "}" || sign === "]") {
      if (flow.openFrom === flow.depth) flow.openFrom = undefined;
      flow.depth -= 1;
      flow.key = "";
      at += 1;
      if (flow.base === 0 && flow.depth <= 0) return ranges;
    } else if (sign === ",") {
      flow.key = "";
      at += 1;
    } else if (/[\s:]/.test(sign)) at += 1;
    else if (sign === "#" && /\s/.test(text[at - 1] ?? " ")) return ranges;
    else {
      const end = endOfScalar(text, at);
      const key = /^\s*:(?=\s|$|["'{[])/.test(text.slice(end, end + 40)) && flow.key === "";
      const scalar = text.slice(at, end);
      if (key) flow.key = scalar.replace(/^["']|["']$/g, "").trim() || "?";
      else if (
        flow.openFrom === undefined &&
        !(flow.depth >= 2 && PLACES.has(flow.key)) &&
        !isPureReference(scalar)
      ) {
        const quoted = /^(["']).*\1$/.test(scalar) && scalar.length > 1 ? 1 : 0;
        ranges.push({ start: at + quoted, end: end - quoted });
      }
      at = end;
    }
  }
  return ranges;
}

function endOfScalar(text: string, from: number): number {
  const quote = text[from] ?? "";
  if (quote === '"' || quote === "'") {
    for (let at = from + 1; at < text.length; at++) {
      if (text[at] === "\\" && quote === '"') at += 1;
      else if (text[at] === quote) return at + 1;
    }
    return text.length;
  }
  const reference = text.startsWith("${", from) ? text.indexOf("}", from) + 1 : 0;
  let at = Math.max(from + 1, reference);
  for (; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (",{}[]".includes(sign)) break;
    if (sign === ":" && /^(?:\s|$)/.test(text.slice(at + 1, at + 2))) break;
  }
  return at;
}

function indentOf(text: string): number {
  return text.length - text.trimStart().length;
}
