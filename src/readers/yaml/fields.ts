/** Typed fields of an object: absent, of the wanted type with its place, or of a wrong type. */

import type { Fact, InheritedOrigin, RelatedPlace, SetOrigin, Unknown } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { asBoolean, asNumber, asString, entryOf, entrySpan, isNull } from "./access.ts";
import type { YamlEntry, YamlMap, YamlNode } from "./node.ts";

/** Takes an unknown into the reading. */
export type Report = (unknown: Unknown) => void;

/** A field that is written. Its value is undefined when it is not of the wanted type. */
export interface Field<T> {
  readonly name: string;
  readonly value: T | undefined;
  /** What the API wants here: "true or false". */
  readonly wanted: string;
  readonly span: Span;
  readonly through?: readonly RelatedPlace[];
  /** "the pod", for a field that containers take over. */
  readonly from?: string;
}

/** A field read by `convert`; undefined when it is absent or null, which the API takes for absent. */
export function field<T>(
  parent: YamlNode | undefined,
  name: string,
  wanted: string,
  convert: (node: YamlNode) => T | undefined,
): Field<T> | undefined {
  const entry = entryOf(parent, name);
  if (entry === undefined || isNull(entry.value)) return undefined;
  const through = entry.value.through ?? entry.key.through;
  return {
    name,
    value: convert(entry.value),
    wanted,
    span: entrySpan(entry),
    ...(through === undefined ? {} : { through }),
  };
}

export function booleanField(
  parent: YamlNode | undefined,
  name: string,
): Field<boolean> | undefined {
  return field(parent, name, "true or false, without quotes", asBoolean);
}

/** A whole number from 0. */
export function integerField(
  parent: YamlNode | undefined,
  name: string,
): Field<number> | undefined {
  return field(parent, name, "a whole number, without quotes", (node) => {
    const value = asNumber(node);
    return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  });
}

export function textField(parent: YamlNode | undefined, name: string): Field<string> | undefined {
  return field(parent, name, "text", asString);
}

/** The same field as containers take it over from `from`. */
export function inheritedField<T>(
  original: Field<T> | undefined,
  from: string,
): Field<T> | undefined {
  return original === undefined ? undefined : { ...original, from };
}

export function originOf(written: Field<unknown>): SetOrigin | InheritedOrigin {
  const { span, through, from } = written;
  const places = through === undefined ? {} : { through };
  return from === undefined
    ? { kind: "set", span, ...places }
    : { kind: "inherited", from, span, ...places };
}

/** The fact that a field decides; `otherwise` when it is absent, unknown when it is of a wrong type. */
export function factOf<T>(written: Field<T> | undefined, otherwise: Fact<T>): Fact<T> {
  if (written === undefined) return otherwise;
  const origin = originOf(written);
  if (written.value !== undefined) return known(written.value, origin);
  return unknownFact(
    `${written.name} must be ${written.wanted}`,
    `correct ${written.name}`,
    origin,
  );
}

/** A field that must be a map. A wrong type is reported and reads as absent. */
export function mapAt(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
): YamlMap | undefined {
  const entry = entryOf(parent, name);
  if (entry === undefined || isNull(entry.value)) return undefined;
  if (entry.value.kind === "map") return entry.value;
  reportWrong(entry, name, "a map", report);
  return undefined;
}

const NO_ITEMS: readonly YamlNode[] = [];

/** The items of a field that must be a list. A wrong type is reported and reads as absent. */
export function listAt(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
): readonly YamlNode[] {
  const entry = entryOf(parent, name);
  if (entry === undefined || isNull(entry.value)) return NO_ITEMS;
  if (entry.value.kind === "list") return entry.value.items;
  reportWrong(entry, name, "a list", report);
  return NO_ITEMS;
}

/** Items of a list that must be maps; each other one is reported. */
export function mapsAt(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
): readonly YamlMap[] {
  const maps: YamlMap[] = [];
  for (const item of listAt(parent, name, report)) {
    if (item.kind === "map") maps.push(item);
    else report(wrongItem(item, name, "a map"));
  }
  return maps;
}

/** The value of a text field; a wrong type is reported and reads as absent. */
export function textAt(
  parent: YamlNode | undefined,
  name: string,
  report: Report,
): string | undefined {
  return reported(textField(parent, name), report);
}

/** The value of a field; a wrong type is reported and reads as absent. */
export function reported<T>(written: Field<T> | undefined, report: Report): T | undefined {
  if (written !== undefined && written.value === undefined) {
    report(wrongType(written.span, written.name, written.wanted));
  }
  return written?.value;
}

export function wrongItem(item: YamlNode, list: string, wanted: string): Unknown {
  return wrongType(item.span, `an entry of ${list}`, wanted);
}

function reportWrong(entry: YamlEntry, name: string, wanted: string, report: Report): void {
  report(wrongType(entrySpan(entry), name, wanted));
}

function wrongType(span: Span, name: string, wanted: string): Unknown {
  return unknownAt(
    span,
    `field ${name}`,
    `it must be ${wanted}, so nothing could be read from it`,
    `correct ${name}`,
  );
}
