/** Facts of fields that an engine always writes, asked for or not. */

import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { entryOf, entrySpan } from "../yaml/access.ts";
import type { Field } from "../yaml/fields.ts";
import { factOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

/** The fact of a field. What is the engine's default was asked for by nobody, so that it stays a default. */
export function appliedFact<T>(written: Field<T> | undefined, otherwise: Fact<T>): Fact<T> {
  if (written === undefined) return otherwise;
  const { origin } = otherwise;
  if (otherwise.known && written.value === otherwise.value && origin.kind === "default") {
    return known(otherwise.value, { ...origin, span: written.span });
  }
  return factOf(written, otherwise);
}

/** The engine's default with the place of the field that shows it, where there is one. */
export function shownAt<T>(fact: Fact<T>, parent: YamlMap | undefined, name: string): Fact<T> {
  const entry = entryOf(parent, name);
  const { origin } = fact;
  if (entry === undefined || origin.kind !== "default") return fact;
  return { ...fact, origin: { ...origin, span: entrySpan(entry) } };
}

/** The place of a field; `otherwise` when it is absent. */
export function placeOf(parent: YamlMap | undefined, name: string, otherwise: Span): Span {
  const entry = entryOf(parent, name);
  return entry === undefined ? otherwise : entrySpan(entry);
}

export function isKnownTrue(fact: Fact<boolean>): boolean {
  return fact.known && fact.value;
}
