/** References to other objects in bodies and parameters: each is looked up, and written as the full id. */

import type { Denial } from "../judge/contract.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import type { ObjectKind } from "./denials.ts";
import { at, withEntry } from "./labels.ts";
import type { Found, Objects, Right } from "./objects.ts";

/** Networks that are nobody's: what may join them is the posture's to say. */
const PREDEFINED = new Set(["", "default", "bridge", "host", "none"]);

export function isPredefinedNetwork(name: string): boolean {
  return PREDEFINED.has(name);
}

/** Gathers denials while a body is rewritten; lookups of one request run side by side. */
export class References {
  readonly objects: Objects;
  readonly denials: Denial[] = [];
  readonly #pending: Promise<void>[] = [];

  constructor(objects: Objects) {
    this.objects = objects;
  }

  /** `then` is told the full id. */
  check(
    kind: ObjectKind,
    name: string,
    right: Right,
    place: string,
    then: (found: Found & { readonly ok: true }) => void = () => undefined,
  ): void {
    const settle = (found: Found): void => {
      if (found.ok) then(found);
      else this.denials.push(found.denial);
    };
    const found = this.objects.find(kind, name, right, place);
    if (found instanceof Promise) this.#pending.push(found.then(settle));
    else settle(found);
  }

  /** A question of a caller's own; its denial counts. */
  ask(question: Promise<Denial | undefined>): void {
    this.#pending.push(this.#answered(question));
  }

  async #answered(question: Promise<Denial | undefined>): Promise<void> {
    const denial = await question;
    if (denial !== undefined) this.denials.push(denial);
  }

  network(name: string, place: string): void {
    if (!isPredefinedNetwork(name)) this.check("network", name, "seen", place);
  }

  async settled(): Promise<readonly Denial[]> {
    await Promise.all(this.#pending);
    return this.denials;
  }
}

/** An object that is written to while its references are looked up. */
export class Draft {
  #value: JsonObject;
  readonly path: string;

  constructor(value: JsonValue | undefined, path: string) {
    this.#value = isJsonObject(value) ? value : new Map();
    this.path = path;
  }

  get value(): JsonObject {
    return this.#value;
  }

  place(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  text(key: string): string {
    const value = this.#value.get(key);
    return typeof value === "string" ? value : "";
  }

  texts(key: string): readonly string[] {
    const list = this.#value.get(key);
    return isJsonList(list) ? list.filter((item) => typeof item === "string") : [];
  }

  list(key: string): readonly JsonValue[] {
    const list = this.#value.get(key);
    return isJsonList(list) ? list : [];
  }

  entries(key: string): readonly (readonly [string, JsonValue])[] {
    const map = this.#value.get(key);
    return isJsonObject(map) ? [...map] : [];
  }

  get(...path: readonly string[]): JsonValue | undefined {
    return at(this.#value, ...path);
  }

  set(key: string, value: JsonValue): void {
    this.#value = withEntry(this.#value, key, value);
  }

  setItem(key: string, index: number, value: JsonValue): void {
    this.set(key, this.list(key).with(index, value));
  }
}

/** `container:X`, wherever a mode can be so: the engine would resolve it when the container starts. */
export function checkMode(draft: Draft, key: string, references: References): void {
  const mode = draft.text(key);
  const name = containerOfMode(mode);
  if (name === undefined) return;
  references.check("container", name, "own", draft.place(key), ({ id }) => {
    draft.set(key, `container:${id}`);
  });
}

/** moby api/types/container/hostconfig.go: what stands behind the first colon. */
export function containerOfMode(mode: string): string | undefined {
  return mode.startsWith("container:") ? mode.slice("container:".length) : undefined;
}

/** Fields of an endpoint that name others. */
export function checkEndpoint(
  endpoint: JsonValue | undefined,
  place: string,
  references: References,
): void {
  const draft = new Draft(endpoint, place);
  for (const [index, link] of draft.texts("Links").entries()) {
    const { name } = linkOf(link);
    // The name itself is looked up on the network, so it stays as it is.
    references.check("container", name, "own", `${draft.place("Links")}[${String(index)}]`);
  }
  const network = draft.text("NetworkID");
  if (network !== "") references.network(network, draft.place("NetworkID"));
}

/** moby daemon/pkg/opts/parse.go, ParseLink: `name:alias`, `name`, and `/name:/child/alias` from an inspection. */
export function linkOf(link: string): { readonly name: string; readonly alias: string } {
  const [first = "", second] = link.split(":");
  const name = first.replace(/^\//, "");
  if (second === undefined) return { name, alias: name };
  return {
    name,
    alias: second.startsWith("/") ? second.slice(second.lastIndexOf("/") + 1) : second,
  };
}
