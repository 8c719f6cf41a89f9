/** Secrets in the texts of an image's documents: variables, commands, anything else. */

import { classifyVariable } from "../../../detect/classify-variable.ts";
import type { SecretMatch } from "../../../detect/detector.ts";
import { findSecretsInText } from "../../../detect/find-secrets.ts";
import { findCommandSecrets, findPipedSecrets } from "../../../detect/command-secrets.ts";
import type { SourceFile } from "../../../model/source.ts";
import { effectiveWords } from "../../shell/effective-words.ts";
import { parseShell } from "../../shell/parse.ts";
import type { SecretSighting } from "../../../model/image-contents.ts";

/** A sighting before it has a place in an image. */
export interface TextSighting extends Pick<
  SecretSighting,
  "detector" | "title" | "confidence" | "checksum" | "name" | "keyedHash" | "expires"
> {
  /** Half-open range in the text. */
  readonly start: number;
  readonly end: number;
}

export type KeyedHash = (value: Uint8Array) => string;

const utf8 = new TextEncoder();

/** Judges `NAME=value` as a variable; `offset` is where the value stands. */
export function variableSecret(
  name: string,
  value: string,
  offset: number,
  keyedHash: KeyedHash,
): TextSighting | undefined {
  const verdict = classifyVariable(name, value);
  if (verdict.kind === "not-secret") return undefined;
  return {
    detector:
      verdict.detector ??
      (verdict.defaultCredential === true ? "default-credential" : "named-value"),
    title:
      verdict.defaultCredential === true
        ? "well-known default credential"
        : "value named like a secret",
    confidence: verdict.kind === "maybe" ? "low" : verdict.confidence,
    checksum: "none",
    name,
    keyedHash: keyedHash(utf8.encode(value)),
    start: offset,
    end: offset + value.length,
  };
}

/** Secrets in a text by what they look like. */
export function valueSecrets(text: string, keyedHash: KeyedHash): TextSighting[] {
  return findSecretsInText(text).map((match) => fromMatch(match, text, keyedHash));
}

/** Secrets in a command line: by their looks, and as what an option or tool takes for a password. */
export function commandSecrets(text: string, keyedHash: KeyedHash): TextSighting[] {
  const byLooks = valueSecrets(text, keyedHash);
  const file: SourceFile = { path: "", text };
  const commands = parseShell(text, (start, end) => ({ file, start, end }));
  const used = commands.flatMap((command, index) => {
    const words = effectiveWords(command);
    const before = command.joinedBy === "|" ? commands[index - 1] : undefined;
    return [
      ...findCommandSecrets(command, words),
      ...(before === undefined ? [] : findPipedSecrets(before, command, words)),
    ];
  });
  const byUse = used.flatMap((found): TextSighting[] => {
    const { start, end } = found.span;
    if (byLooks.some((other) => other.start < end && start < other.end)) return [];
    return [
      {
        detector: "command-secret",
        title: found.what,
        confidence: found.confidence,
        checksum: "none",
        keyedHash: keyedHash(utf8.encode(text.slice(start, end))),
        start,
        end,
      },
    ];
  });
  return [...byLooks, ...byUse];
}

function fromMatch(
  { start, end, detector, title, confidence, checksum, expires }: SecretMatch,
  text: string,
  keyedHash: KeyedHash,
): TextSighting {
  return {
    detector,
    title,
    confidence,
    checksum,
    keyedHash: keyedHash(utf8.encode(text.slice(start, end))),
    ...(expires === undefined ? {} : { expires }),
    start,
    end,
  };
}
