/** Words for details: lists of names and values, bounded, each once, in order of appearance. */

import type { FieldPath } from "./pod.ts";

const MOST_LISTED = 8;

/** `"a"`, `"a" and "b"`, `"a", "b" and 7 more`. */
export function quoted(items: Iterable<string>): string {
  return joined([...new Set(items)].map((item) => JSON.stringify(item)));
}

/** `a`, `a and b`, `a, b and 7 more`. */
export function joined(items: Iterable<string>): string {
  const all = [...new Set(items)];
  const listed =
    all.length <= MOST_LISTED
      ? all
      : [...all.slice(0, MOST_LISTED - 1), `${all.length - MOST_LISTED + 1} more`];
  const last = listed.at(-1) ?? "";
  return listed.length < 2 ? last : `${listed.slice(0, -1).join(", ")} and ${last}`;
}

/** `container "a"`, `containers "a" and "b"`. */
export function containersNamed(containers: readonly { readonly name: string }[]): string {
  const names = new Set(containers.map(({ name }) => name));
  return `${names.size === 1 ? "container" : "containers"} ${quoted(names)}`;
}

/** `the pod`, `container "a"`, `the pod and containers "a" and "b"`. */
export function settersNamed(scopes: readonly { readonly container?: string }[]): string {
  const names = scopes.flatMap(({ container }) =>
    container === undefined ? [] : [{ name: container }],
  );
  const parts = names.length < scopes.length ? ["the pod"] : [];
  if (names.length > 0) parts.push(containersNamed(names));
  return parts.join(" and ");
}

/** A value as people would write it, cut when long. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** `spec.containers[0].securityContext.capabilities.add[1]`, `metadata.annotations['a/b']`. */
export function fieldName(path: FieldPath): string {
  let name = "";
  for (const part of path) {
    if (typeof part === "number") name += `[${part}]`;
    else if (!/^[A-Za-z]\w*$/.test(part)) name += `['${part}']`;
    else name += name === "" ? part : `.${part}`;
  }
  return name;
}
