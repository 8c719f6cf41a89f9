/** Rows of the posture table. */

import type { Fact, Origin } from "../../model/fact.ts";
import { describeOrigin, describeUnknown } from "./origin.ts";

/**
 * How a row compares with what the engine does when nothing is said. `later`: not decided before the
 * container is started.
 */
export type Mark = "tighter" | "looser" | "default" | "unknown" | "later";

export interface LayerRow {
  readonly value: string;
  /** Where it comes from; empty when there is nothing to come from. */
  readonly origin: string;
  readonly mark: Mark;
}

export interface Layer {
  readonly name: string;
  /** What the layer decides, as a clause: "what it can see". */
  readonly question: string;
  readonly rows: readonly LayerRow[];
}

export function row(value: string, origin: Origin, mark: Mark): LayerRow {
  return { value, origin: describeOrigin(origin), mark };
}

/** The row of one fact; `judge` is asked only for a known value. */
export function factRow<T>(
  fact: Fact<T>,
  judge: (value: T, origin: Origin) => { readonly value: string; readonly mark: Mark },
): LayerRow {
  if (!fact.known) return row(describeUnknown(fact), fact.origin, "unknown");
  const { value, mark } = judge(fact.value, fact.origin);
  return row(value, fact.origin, mark);
}

/** One of several facts of a layer, before those of the same origin share a row. */
export interface Part {
  readonly text: string;
  readonly origin: string;
  readonly mark: Mark;
}

/** Parts with the same origin share a row, those that are unknown never do; worst first. */
export function joinParts(parts: readonly Part[], separator = "; "): LayerRow[] {
  const groups = Map.groupBy(parts, ({ origin, mark, text }) =>
    mark === "unknown" ? `unknown ${origin} ${text}` : origin,
  );
  const rows = [...groups.values()].map((group) => ({
    value: group.map(({ text }) => text).join(separator),
    origin: group[0]?.origin ?? "",
    mark: worst(group.map(({ mark }) => mark)),
  }));
  return rows.sort((left, right) => GRAVITY.indexOf(left.mark) - GRAVITY.indexOf(right.mark));
}

const GRAVITY: readonly Mark[] = ["looser", "unknown", "tighter", "default", "later"];

function worst(marks: readonly Mark[]): Mark {
  return GRAVITY.find((mark) => marks.includes(mark)) ?? "default";
}
