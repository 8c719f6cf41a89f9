/** Parses YAML and JSON files into nodes with places. Never throws; what cannot be read is an unknown. */

import { Composer, Lexer, Parser } from "yaml";
import type { CST, Document } from "yaml";
import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { byteOffset } from "../../model/source.ts";
import { MAX_FILE_BYTES } from "../files.ts";
import { convertDocument } from "./convert.ts";
import { describeError } from "./errors.ts";
import type { YamlDocument, YamlFile } from "./node.ts";
import type { BooleanWords } from "./resolve-scalar.ts";

export interface ParseOptions {
  /** Which words are booleans; `yaml-1.1` (yes, no, on, off…) unless said otherwise. */
  readonly booleans?: BooleanWords;
}

/** How deep collections may nest. */
export const MAX_DEPTH = 200;
/** How many tokens a file may have, spaces and line ends included. */
const MAX_TOKENS = 600_000;
/** How many documents a file may have. */
export const MAX_DOCUMENTS = 20_000;
/** How many `%` directives a file may have. */
const MAX_DIRECTIVES = 100;
/** How many errors of a file are reported one by one. */
const MAX_ERRORS = 20;

/** What the package is asked for: text scalars only (own resolution follows), no quadratic checks. */
const COMPOSER_OPTIONS = {
  schema: "failsafe",
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/**
 * All documents of a file. A document with a syntax error has no root and an unknown at the error; the
 * other documents are read all the same. A file with template actions that make it unparsable has one
 * unknown for all of them.
 */
export function parseYaml(file: SourceFile, options: ParseOptions = {}): YamlFile {
  // The package makes an Error for each mistake; a file full of them would cost seconds in stack traces.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return readDocuments(file, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readDocuments(file: SourceFile, options: ParseOptions): YamlFile {
  const whole: Span = { file, start: 0, end: file.text.length };
  if (file.text.length > MAX_FILE_BYTES || byteLengthExceeds(file, MAX_FILE_BYTES)) {
    return refused(file, "it is larger than 8 MiB", "split it into smaller files");
  }
  if (file.text.includes("\0")) {
    return refused(file, "it is not text: it holds NUL bytes", "give a text file");
  }
  const unknowns: Unknown[] = [];
  const report = (unknown: Unknown): void => {
    if (unknowns.length < MAX_ERRORS) unknowns.push(unknown);
  };
  const documents: YamlDocument[] = [];
  const template = templateAction(file);
  let templated = false;

  for (const outcome of composed(file)) {
    if ("refused" in outcome) {
      report(outcome.refused);
      continue;
    }
    const { document } = outcome;
    const [start, end] = document.range;
    const span: Span = { file, start, end: Math.min(end, file.text.length) };
    if (document.errors.length > 0) {
      documents.push({ root: undefined, span });
      // What follows the first error is most often its consequence.
      const [error] = document.errors;
      if (template !== undefined) templated = true;
      else if (error !== undefined) report(describeError(file, error));
      continue;
    }
    const converted = convertDocument(file, document, options.booleans ?? "yaml-1.1");
    if (converted.templated) {
      templated = true;
      documents.push({ root: undefined, span });
      continue;
    }
    for (const unknown of converted.unknowns) report(unknown);
    documents.push({ root: converted.root, span });
  }
  if (templated) {
    report(
      unknownAt(
        template ?? whole,
        "unrendered template",
        "the file holds template actions ({{ … }}) and is no YAML until they are rendered",
        "render it first and check the result: `helm template . | plimsoll check -`",
      ),
    );
  }
  return { documents, unknowns };
}

/** The first `{{ … }}` of a file. */
function templateAction(file: SourceFile): Span | undefined {
  const start = file.text.indexOf("{{");
  const close = start < 0 ? -1 : file.text.indexOf("}}", start + 2);
  return close < 0 ? undefined : { file, start, end: Math.min(close + 2, start + 200) };
}

function refused(file: SourceFile, why: string, settle: string): YamlFile {
  return { documents: [], unknowns: [{ path: file.path, what: "file", why, settle }] };
}

function byteLengthExceeds(file: SourceFile, limit: number): boolean {
  return file.text.length * 3 > limit && byteOffset(file, file.text.length) > limit;
}

type Outcome = { readonly document: Document.Parsed } | { readonly refused: Unknown };

/** Composes document by document, stopping at the first bound that is hit. */
function* composed(file: SourceFile): Generator<Outcome> {
  const parser = new Parser();
  const composer = new Composer(COMPOSER_OPTIONS);
  const counts = { documents: 0, directives: 0 };
  let tokens = 0;
  const beyond = ({ offset, why, settle }: Bound): Outcome => {
    const span = { file, start: offset, end: Math.min(file.text.length, offset + 1) };
    return { refused: unknownAt(span, "the rest of the file", why, settle) };
  };
  for (const lexeme of new Lexer().lex(file.text)) {
    tokens += 1;
    if (tokens > MAX_TOKENS) {
      const why = `it has more than ${MAX_TOKENS} tokens`;
      yield beyond({ offset: parser.offset, why, settle: "split it into smaller files" });
      return;
    }
    for (const token of parser.next(lexeme)) {
      const bound = boundHit(token, counts);
      if (bound !== undefined) {
        yield beyond(bound);
        return;
      }
      for (const document of composer.next(token)) yield { document };
    }
  }
  for (const token of parser.end()) {
    const bound = boundHit(token, counts);
    if (bound !== undefined) {
      yield beyond(bound);
      return;
    }
    for (const document of composer.next(token)) yield { document };
  }
  for (const document of composer.end()) yield { document };
}

interface Bound {
  readonly offset: number;
  readonly why: string;
  readonly settle: string;
}

/** Counts a token of the top level. The bound that it exceeds, if it does. */
function boundHit(
  token: CST.Token,
  counts: { documents: number; directives: number },
): Bound | undefined {
  if (token.type === "directive" && ++counts.directives > MAX_DIRECTIVES) {
    const why = `it has more than ${MAX_DIRECTIVES} directives`;
    return { offset: token.offset, why, settle: "remove them" };
  }
  if (token.type !== "document") return undefined;
  const deep = tooDeep(token);
  if (deep !== undefined) {
    const why = `collections nest deeper than ${MAX_DEPTH} levels`;
    return { offset: deep, why, settle: "nest less deeply" };
  }
  if (++counts.documents > MAX_DOCUMENTS) {
    const why = `it has more than ${MAX_DOCUMENTS} documents`;
    return { offset: token.offset, why, settle: "split the file" };
  }
  return undefined;
}

/** The offset at which a document nests too deeply, without recursion. */
function tooDeep(document: CST.Document): number | undefined {
  const stack: { readonly token: CST.Token; readonly depth: number }[] = [];
  const push = (token: CST.Token | null | undefined, depth: number): void => {
    if (token !== null && token !== undefined && "items" in token) stack.push({ token, depth });
  };
  push(document.value, 1);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (!("items" in token)) continue;
    for (const item of token.items) {
      push(item.key, depth + 1);
      push(item.value, depth + 1);
    }
  }
  return undefined;
}
