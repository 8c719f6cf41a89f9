/** Variables of a build: ARG and ENV, and words that use them. */

import type { RelatedPlace } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { BuildArgument } from "../../model/build.ts";
import { expand } from "./expand.ts";
import { printableWord } from "./instruction.ts";

export interface BuildVariable {
  /** Absent: it has a value that cannot be told, or (`declared`) none at all. */
  readonly value?: string;
  readonly kind: "ARG" | "ENV" | "build argument" | "automatic";
  /** ARG without a value from anywhere: expansion sees it as unset. */
  readonly declared?: boolean;
  /** Why its value cannot be told, as a clause. */
  readonly why?: string;
  readonly span?: Span;
}

/** Variables in view. A stage looks further in the stage that it is based on. */
export interface Scope {
  readonly own: Map<string, BuildVariable>;
  readonly parent?: Scope;
  readonly shared: SharedNames;
}

/** What all scopes of a file share, so that looking up names stays cheap in any chain of stages. */
export interface SharedNames {
  /** Names that are set anywhere. */
  readonly names: Set<string>;
  /** Scopes that may still be looked through. */
  stepsLeft: number;
}

const MAX_STEPS = 20_000_000;

/** A scope that looks further in another. One that declares nothing is passed over. */
export function scopeWithin(parent: Scope): Scope {
  const next = parent.own.size === 0 ? parent.parent : parent;
  return { own: new Map(), shared: parent.shared, ...(next === undefined ? {} : { parent: next }) };
}

/** A scope of a stage that is based on no other; it shares its names with the global one. */
export function scopeBeside(other: Scope): Scope {
  return { own: new Map(), shared: other.shared };
}

export function setVariable(scope: Scope, name: string, variable: BuildVariable): void {
  scope.own.set(name, variable);
  scope.shared.names.add(name);
}

/**
 * The arguments that BuildKit gives to every build.
 * Source: moby/buildkit 73ed6825c, frontend/dockerfile/dockerfile2llb/platform.go, defaultArgs.
 */
const AUTOMATIC = ["BUILD", "TARGET"].flatMap((side) =>
  ["PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT"].map((part) => side + part),
);

/** The scope of FROM lines before any ARG: automatic arguments, whose values depend on the platform. */
export function globalScope(
  passed: ReadonlyMap<string, BuildArgument>,
  target: string | undefined,
): Scope {
  const scope: Scope = { own: new Map(), shared: { names: new Set(), stepsLeft: MAX_STEPS } };
  const why = "depends on the platform that is built for";
  for (const name of AUTOMATIC) {
    const argument = passed.get(name);
    setVariable(
      scope,
      name,
      argument === undefined ? { kind: "automatic", why } : passedVariable(argument),
    );
  }
  setVariable(scope, "TARGETSTAGE", { kind: "automatic", value: target ?? "default" });
  return scope;
}

/** The variable that a caller's build argument makes. */
export function passedVariable(argument: BuildArgument): BuildVariable {
  const { span } = argument.origin;
  return {
    kind: "build argument",
    ...(argument.value === undefined
      ? { why: `is passed as a build argument whose value is not in the source` }
      : { value: argument.value }),
    ...(span === undefined ? {} : { span }),
  };
}

export function findVariable(scope: Scope, name: string): BuildVariable | undefined {
  const { shared } = scope;
  if (!shared.names.has(name)) return undefined;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    if (shared.stepsLeft-- <= 0) {
      return { kind: "automatic", why: "stands behind more stages than are looked through" };
    }
    const found = at.own.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A word after expansion. */
export interface Resolved {
  /** With variables of unknown value left as written. */
  readonly text: string;
  /** Set when the text is not all known: why, and what would settle it. */
  readonly doubt?: { readonly why: string; readonly settle: string };
  /** Where the variables that took part get their values. */
  readonly through: readonly RelatedPlace[];
  /** How the text was worked out, when variables took part. */
  readonly derived?: string;
  /** BuildKit refuses the word. */
  readonly error?: string;
}

/** What limits the work on all words of a file. */
export interface Budget {
  /** Characters that expansion may still give. */
  characters: number;
}

const MAX_PLACES = 8;

/** Expands a word in a scope. */
export function resolve(
  word: string,
  scope: Scope,
  escape: string,
  budget: Budget = { characters: Number.MAX_SAFE_INTEGER },
): Resolved {
  if (budget.characters <= 0) {
    const why = "the values of this file's variables are too large to work out";
    return {
      text: word,
      through: [],
      doubt: { why, settle: "use fewer or shorter variables" },
      error: why,
    };
  }
  const expansion = expand(word, {
    escape,
    unset: "keep-references",
    lookup: (name) => {
      const variable = findVariable(scope, name);
      return variable?.declared === true ? undefined : variable;
    },
  });
  budget.characters -= expansion.text.length;
  const names = [...expansion.used, ...expansion.unresolved, ...expansion.defaulted];
  if (expansion.error !== undefined) {
    return {
      text: word,
      through: placesOf(names, scope),
      doubt: { why: expansion.error, settle: "correct the word, or give the variable a value" },
      error: expansion.error,
    };
  }
  const shown = printable(word);
  return {
    text: expansion.text,
    through: placesOf(names, scope),
    ...(expansion.unresolved.length === 0 ? {} : { doubt: doubtOf(expansion.unresolved, scope) }),
    ...(expansion.defaulted.length > 0
      ? { derived: `default of \`${shown}\`` }
      : names.length > 0
        ? { derived: `value of \`${shown}\`` }
        : {}),
  };
}

function printable(word: string): string {
  const line = word.replaceAll(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function doubtOf(names: readonly string[], scope: Scope): { why: string; settle: string } {
  const name = names[0] ?? "";
  const shown = printableWord(name);
  const variable = findVariable(scope, name);
  if (variable?.why !== undefined) {
    return {
      why: `\`${shown}\` ${variable.why}`,
      settle: `write the value itself, or a default that does not need ${shown}`,
    };
  }
  return {
    why: `\`${shown}\` has no value: nothing in this file gives it one`,
    settle: `give it a default (ARG ${shown}=…), pass it with --build-arg ${shown}=…, or write the value itself`,
  };
}

function placesOf(names: readonly string[], scope: Scope): RelatedPlace[] {
  const places: RelatedPlace[] = [];
  for (const name of names.slice(0, MAX_PLACES)) {
    const variable = findVariable(scope, name);
    if (variable?.span === undefined) continue;
    const label =
      variable.declared === true
        ? `${name} is declared here without a value`
        : variable.kind === "build argument"
          ? `${name} is passed here`
          : `${name} gets its value here`;
    places.push({ span: variable.span, label });
  }
  return places;
}
