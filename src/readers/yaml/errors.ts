/** Syntax errors in the project's own words: the parser's messages may quote text, which may be a secret. */

import type { ErrorCode, YAMLError } from "yaml";
import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";

const texts: Readonly<Partial<Record<ErrorCode, readonly [why: string, settle: string]>>> = {
  ALIAS_PROPS: ["an alias cannot have a tag or an anchor of its own", "remove the tag or anchor"],
  BAD_ALIAS: ["an alias or an anchor has no usable name", "name it, as in `&base` and `*base`"],
  BAD_DIRECTIVE: ["a `%` directive is not understood", "remove the directive"],
  BAD_DQ_ESCAPE: [
    "a backslash in a double-quoted text begins no known escape",
    "write `\\\\` for a backslash, or use single quotes",
  ],
  BAD_INDENT: ["the indentation is wrong here", "align the line with its neighbours"],
  BAD_PROP_ORDER: ["a tag or anchor stands at the wrong place", "put it after the `-`, `?` or `:`"],
  BAD_SCALAR_START: [
    "a plain text cannot begin with this character",
    "put the text between quotes",
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    "a mapping begins where a plain value is expected",
    "move it to the next line and indent it, or put the text between quotes",
  ],
  BLOCK_IN_FLOW: [
    "a block collection stands inside brackets",
    "write it with brackets too, or move it out",
  ],
  KEY_OVER_1024_CHARS: ["a key is longer than 1024 characters", "shorten the key"],
  MISSING_CHAR: [
    "a character is missing here (a colon, a comma, a quote, a bracket or a space)",
    "complete the line",
  ],
  MULTILINE_IMPLICIT_KEY: ["a key goes over several lines", "check for a missing colon"],
  MULTIPLE_ANCHORS: ["a node has two anchors", "keep one"],
  MULTIPLE_DOCS: ["there are several documents", "keep one"],
  MULTIPLE_TAGS: ["a node has two tags", "keep one"],
  TAB_AS_INDENT: ["a tab is used as indentation", "indent with spaces"],
  UNEXPECTED_TOKEN: ["something unexpected stands here", "check quotes, brackets and indentation"],
};

/** The unknown of a syntax error, at its place. */
export function describeError(file: SourceFile, error: YAMLError): Unknown {
  const length = file.text.length;
  const start = Math.max(0, Math.min(error.pos[0], length));
  const end = Math.max(start, Math.min(error.pos[1], length));
  const [why, settle] = texts[error.code] ?? ["it is not valid YAML here", "correct the line"];
  return unknownAt({ file, start, end }, "YAML document", why, settle);
}
