/**
 * Secrets in attestations: provenance tells every build argument in its mode `max`, with the Dockerfile
 * and the steps' environment.
 * Sources: buildkit 73ed6825c solver/llbsolver/provenance.go (SLSA 0.2 and 1), docs/attestations.
 */

import type { SecretSighting } from "../../../model/image-contents.ts";
import { findAssignedSecrets } from "../../../detect/assignments.ts";
import { asObject, parseJson } from "../manifest/descriptor.ts";
import type { Problem } from "../manifest/store.ts";
import type { DocumentContext } from "./config-secrets.ts";
import type { TextSighting } from "./secrets-in-text.ts";
import { commandSecrets, valueSecrets, variableSecret } from "./secrets-in-text.ts";

const MAX_SIGHTINGS = 2000;
const MAX_PARSED = 8 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_VALUES = 2_000_000;
/** A Dockerfile and other sources that provenance carries in base64. */
const MIN_ENCODED = 40;
const MAX_ENCODED = 4 * 1024 * 1024;

/** Secrets of a JSON document, by the names that it gives to them and by their looks. */
export function attestationSecrets(
  bytes: Uint8Array,
  field: string,
  context: DocumentContext,
): readonly SecretSighting[] | Problem {
  // A bill of materials may be long; what is made of it takes many times as much memory.
  if (bytes.length > MAX_PARSED) return bytesSecrets(bytes, field, context);
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return parsed;
  const found: SecretSighting[] = [];
  let values = 0;
  const take = (path: string, sightings: readonly TextSighting[]): void => {
    for (const { start: _start, end: _end, ...sighting } of sightings) {
      if (found.length >= MAX_SIGHTINGS) return;
      found.push({
        ...sighting,
        encoding: "plain",
        state: { is: "live" },
        place: { image: context.image, field: path },
      });
    }
  };
  const visit = (value: unknown, name: string, path: string, depth: number): void => {
    values += 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES || found.length >= MAX_SIGHTINGS) return;
    if (typeof value === "string") {
      const signed = name === "payload" ? signedDocument(value) : undefined;
      if (signed === undefined) take(path, secretsIn(value, name, context));
      else visit(signed.value, "", path, depth + 1);
    } else if (Array.isArray(value)) {
      for (const [index, item] of (value as unknown[]).entries()) {
        visit(item, name, `${path}[${String(index)}]`, depth + 1);
      }
    } else {
      for (const [key, item] of Object.entries(asObject(value) ?? {})) {
        visit(item, key, `${path}${pathStep(key)}`, depth + 1);
      }
    }
  };
  visit(parsed.value, "", field, 0);
  return found;
}

/** A signed statement carries its document in base64. Source: secure-systems-lab/dsse, envelope.md. */
function signedDocument(payload: string): { readonly value: unknown } | undefined {
  // `eyJ` is how `{"` begins.
  if (!payload.startsWith("eyJ") && !payload.startsWith("ew")) return undefined;
  const parsed = parseJson(Buffer.from(payload, "base64"));
  return "value" in parsed && asObject(parsed.value) !== undefined ? parsed : undefined;
}

function pathStep(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 200))}]`;
}

function secretsIn(value: string, name: string, { keyedHash }: DocumentContext): TextSighting[] {
  const argument = /^(?:build-arg|label):(.+)$/.exec(name)?.[1];
  if (argument !== undefined) return optional(variableSecret(argument, value, 0, keyedHash));
  if (name === "env") {
    const equals = value.indexOf("=");
    if (equals < 0) return [];
    return optional(
      variableSecret(value.slice(0, equals), value.slice(equals + 1), equals + 1, keyedHash),
    );
  }
  if (name === "args" || name === "command") return commandSecrets(value, keyedHash);
  if (name === "data" && value.length >= MIN_ENCODED && value.length <= MAX_ENCODED) {
    return inDockerfile(Buffer.from(value, "base64").toString("latin1"), keyedHash);
  }
  return valueSecrets(value, keyedHash);
}

/** A file that is in the document: its assignments count too. */
function inDockerfile(text: string, keyedHash: DocumentContext["keyedHash"]): TextSighting[] {
  return findAssignedSecrets(text.replace(/^(\s*)(?:ENV|ARG)\s/gim, "$1    ")).map(
    ({ start, end, what, confidence }) => ({
      detector: "embedded-source",
      title: `${what.replace(/^an? /, "")} in a build source`,
      confidence,
      checksum: "none",
      keyedHash: keyedHash(Buffer.from(text.slice(start, end), "latin1")),
      start,
      end,
    }),
  );
}

function optional<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** A text is searched in parts that overlap by more than any secret is long. */
const PART = 1024 * 1024;
const OVERLAP = 24 * 1024;

/** Secrets of a document that is not taken apart, by their looks. */
export function bytesSecrets(
  bytes: Uint8Array,
  field: string,
  { image, keyedHash }: DocumentContext,
): SecretSighting[] {
  const seen = new Set<string>();
  const found: SecretSighting[] = [];
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < all.length && found.length < MAX_SIGHTINGS; at += PART) {
    const text = all.toString("latin1", at, at + PART + OVERLAP);
    for (const { start: _start, end: _end, ...sighting } of valueSecrets(text, keyedHash)) {
      const key = `${sighting.detector} ${sighting.keyedHash ?? ""}`;
      if (seen.has(key) || found.length >= MAX_SIGHTINGS) continue;
      seen.add(key);
      found.push({
        ...sighting,
        encoding: "plain",
        state: { is: "live" },
        place: { image, field },
      });
    }
  }
  return found;
}
