/**
 * Secrets that a running container shows to whoever looks on: in the arguments of its processes, in what it
 * writes to its log, in what its health checks printed. The values stay here; what leaves are sightings.
 */

import { findAssignedSecrets } from "../../detect/assignments.ts";
import type { ObservedSecret, Workload } from "../../model/workload.ts";
import type { KeyedHash, TextSighting } from "../image/documents/secrets-in-text.ts";
import { commandSecrets, valueSecrets } from "../image/documents/secrets-in-text.ts";
import { asString, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";

/** What an engine tells of a container when it is asked for more than its inspection. */
export interface Observation {
  /** `GET /containers/ID/top`. */
  readonly top?: {
    readonly titles: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** The last lines of its log. */
  readonly logs?: { readonly stdout: Uint8Array; readonly stderr: Uint8Array };
}

interface ObservedContext {
  /** The container as reports name it: `container:web`. */
  readonly target: string;
  readonly keyedHash: KeyedHash;
  /** What it was started with, which is judged by itself. */
  readonly startCommand?: string;
}

/** A container that shows more is bad enough. */
const MAX_SIGHTINGS = 500;

/** The container with all that is seen of it. */
export function observed(
  workload: Workload,
  observation: Observation,
  keyedHash: KeyedHash,
): Workload {
  const { entrypoint, command } = workload.command.known ? workload.command.value : {};
  const startCommand = [...(entrypoint?.words ?? []), ...(command?.words ?? [])].join(" ");
  const context: ObservedContext = { target: workload.id, keyedHash, startCommand };
  const seen = [...readObservation(observation, context), ...healthOutputs(workload, context)];
  return seen.length === 0
    ? workload
    : { ...workload, observed: [...(workload.observed ?? []), ...seen] };
}

/** Sightings in what an engine tells. `process 3 arguments` and `log line 12` count from 1. */
export function readObservation(
  { top, logs }: Observation,
  context: ObservedContext,
): ObservedSecret[] {
  const found: ObservedSecret[] = [];
  const column = top?.titles.findLastIndex((title) => /^(?:CMD|COMMAND|ARGS)$/i.test(title)) ?? -1;
  for (const [index, row] of (top?.rows ?? []).entries()) {
    if (found.length > MAX_SIGHTINGS) break;
    const text = (column < 0 ? row.at(-1) : row[column]) ?? "";
    if (text.trim() === context.startCommand) continue;
    const place = `process ${String(index + 1)} arguments`;
    for (const sighting of commandSecrets(text.slice(0, MAX_ARGUMENTS), context.keyedHash)) {
      found.push(seenAt(sighting, "process", place, context));
    }
  }
  if (logs !== undefined) {
    found.push(...secretsInLog(logs.stdout, "log line", context));
    found.push(...secretsInLog(logs.stderr, "error log line", context));
  }
  return found.slice(0, MAX_SIGHTINGS);
}

/** Source: Linux include/uapi/linux/binfmts.h MAX_ARG_STRLEN. */
const MAX_ARGUMENTS = 131_072;

/** So much of a log is searched at once, in UTF-16 units; a secret over several lines is no longer. */
const PIECE = 1_000_000;

function secretsInLog(bytes: Uint8Array, what: string, context: ObservedContext): ObservedSecret[] {
  const text = new TextDecoder().decode(bytes);
  const found: ObservedSecret[] = [];
  let line = 1;
  for (let start = 0; start < text.length && found.length < MAX_SIGHTINGS;) {
    const newline = text.lastIndexOf("\n", start + PIECE);
    const end =
      start + PIECE >= text.length ? text.length : newline > start ? newline + 1 : start + PIECE;
    const piece = text.slice(start, end);
    let at = 0;
    for (const sighting of secretsInLines(piece, context.keyedHash)) {
      for (; at < sighting.start; at++) if (piece[at] === "\n") line++;
      found.push(seenAt(sighting, "log", `${what} ${String(line)}`, context));
    }
    for (; at < piece.length; at++) if (piece[at] === "\n") line++;
    start = end;
  }
  return found;
}

/** By their looks, and as `PASSWORD=…`, in order. */
function secretsInLines(text: string, keyedHash: KeyedHash): TextSighting[] {
  const byLooks = valueSecrets(text, keyedHash);
  const utf8 = new TextEncoder();
  const starts = new Set(byLooks.map(({ start }) => start));
  const byName = findAssignedSecrets(text).flatMap(({ start, end, what, confidence }) => {
    if (starts.has(start)) return [];
    const sighting: TextSighting = {
      detector: "named-value",
      title: what,
      confidence,
      checksum: "none",
      keyedHash: keyedHash(utf8.encode(text.slice(start, end))),
      start,
      end,
    };
    return [sighting];
  });
  return [...byLooks, ...byName].sort((left, right) => left.start - right.start);
}

/** What the last health checks printed is part of the inspection. */
function healthOutputs({ source }: Workload, context: ObservedContext): ObservedSecret[] {
  const root = parseYaml(source.file).documents[0]?.root;
  const log = itemsOf(get(get(get(root, "State"), "Health"), "Log"));
  return log.flatMap((item, index) => {
    const node = get(item, "Output");
    const place = `State.Health.Log[${String(index)}].Output`;
    return valueSecrets(asString(node) ?? "", context.keyedHash).map((sighting) =>
      seenAt(sighting, "health-check", place, context, node),
    );
  });
}

function seenAt(
  { start: _start, end: _end, ...sighting }: TextSighting,
  surface: ObservedSecret["surface"],
  field: string,
  { target }: ObservedContext,
  node?: YamlNode,
): ObservedSecret {
  return {
    surface,
    sighting: {
      ...sighting,
      encoding: "plain",
      state: { is: "live" },
      place: { image: target, field },
      ...(node === undefined ? {} : { span: node.span }),
    },
  };
}
