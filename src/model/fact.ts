/** Facts: properties of a workload that are a value or *unknown*, always with their origin. */

import type { Span } from "./source.ts";

/** Where a fact comes from. */
export type Origin = SetOrigin | InheritedOrigin | DefaultOrigin;

/** Written at a place. */
export interface SetOrigin {
  readonly kind: "set";
  readonly span: Span;
  /** Other places that took part, in the order in which they led here: an alias, an `extends`, an ARG. */
  readonly through?: readonly RelatedPlace[];
  /** How the value was worked out when it is not what is written: "default of `${UID:-0}`". */
  readonly derived?: string;
}

/** Taken over from something else: a stage, a base image, a pod, another service. */
export interface InheritedOrigin {
  readonly kind: "inherited";
  /** From what, for people: "stage build", "image node:22", "the pod". */
  readonly from: string;
  /** The place that decides, where there is one. */
  readonly span?: Span;
  readonly through?: readonly RelatedPlace[];
  /** For what is known from a table: its upstream and revision. */
  readonly source?: string;
}

/** Nobody set it; the engine's default holds. */
export interface DefaultOrigin {
  readonly kind: "default";
  /** Whose default: "Docker", "Kubernetes", "containerd". */
  readonly of: string;
  /** Upstream file and revision, or documentation page. */
  readonly source: string;
  /** Where the setting would be written: the service's name, the container's entry. */
  readonly span?: Span;
}

/** A second place that a finding or an origin points at, with a few words on its part. */
export interface RelatedPlace {
  readonly span: Span;
  readonly label: string;
}

export type Fact<T> = KnownFact<T> | UnknownFact;

export interface KnownFact<T> {
  readonly known: true;
  readonly value: T;
  readonly origin: Origin;
}

/** A fact that could not be decided. It never counts as safe. */
export interface UnknownFact {
  readonly known: false;
  /** Why it could not be decided, as a clause: "the base image example/app is not at hand". */
  readonly why: string;
  /** What would settle it, as an instruction: "set `user:` on the service". */
  readonly settle: string;
  readonly origin: Origin;
}

export function known<T>(value: T, origin: Origin): KnownFact<T> {
  return { known: true, value, origin };
}

export function unknownFact(why: string, settle: string, origin: Origin): UnknownFact {
  return { known: false, why, settle, origin };
}

/** An origin for a value written at a span. */
export function setAt(span: Span): SetOrigin {
  return { kind: "set", span };
}

/** The other places that took part in a fact. */
export function originPlaces(origin: Origin): readonly RelatedPlace[] {
  return origin.kind === "default" ? [] : (origin.through ?? []);
}

/** Something that could not be read or decided: output, as loud as a finding. */
export interface Unknown {
  readonly span?: Span;
  /** The file, when there is no span (it could not be read as text). */
  readonly path: string;
  readonly workload?: string;
  /** What is not known: "user of service api", "file". */
  readonly what: string;
  readonly why: string;
  /** What would settle it. */
  readonly settle: string;
}

/** An unknown at a span. */
export function unknownAt(span: Span, what: string, why: string, settle: string): Unknown {
  return { span, path: span.file.path, what, why, settle };
}
