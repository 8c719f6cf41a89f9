/** What `inspect` gives, as a document with places: pretty-printed JSON under the target's name. */

import type { Unknown } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import { get, asString } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";

export interface ContainerDocument {
  /** `container:web`. */
  readonly target: string;
  /** `web`; else the beginning of the id. */
  readonly name: string;
  readonly file: SourceFile;
  readonly root: YamlMap;
  readonly unknowns: readonly Unknown[];
}

/** No engine nests deeper; of what does, the rest is left out. */
const MAX_DEPTH = 60;

/** Parts that say nothing of what the container may do, and are long. */
const LEFT_OUT: ReadonlySet<string> = new Set(["GraphDriver"]);

/**
 * `inspected` is the value or the text of `GET /containers/ID/json`, or what `docker inspect` and
 * `podman inspect` print: a list of one.
 */
export function openDocument(
  inspected: unknown,
  target?: string,
): ContainerDocument | { readonly unknown: Unknown } {
  const value = typeof inspected === "string" ? parsed(inspected) : inspected;
  const object: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const refuse = (path: string, why: string): { readonly unknown: Unknown } => ({
    unknown: {
      path,
      what: "container",
      why,
      settle: "give what `docker inspect NAME` or `podman inspect NAME` prints for one container",
    },
  });
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    return refuse(target ?? "container:", "what inspection gave is no JSON object");
  }
  const name = nameOf(object as Readonly<Record<string, unknown>>);
  const path = target ?? `container:${name}`;
  const { text, whole } = textOf(object);
  const file: SourceFile = { path, text };
  const { documents, unknowns } = parseYaml(file);
  const root = documents[0]?.root;
  if (root?.kind !== "map") {
    return unknowns[0] === undefined
      ? refuse(path, "what inspection gave is empty")
      : { unknown: unknowns[0] };
  }
  const missing = ["Config", "HostConfig"].find((key) => get(root, key)?.kind !== "map");
  if (missing !== undefined) {
    return refuse(path, `it has no ${missing}, so nothing is known of what the container may do`);
  }
  const cut: Unknown[] = whole
    ? []
    : [
        {
          path,
          what: "container",
          why: `it nests deeper than ${String(MAX_DEPTH)} levels, and what lies below was not read`,
          settle: "look at it with `docker inspect`",
        },
      ];
  return { target: path, name, file, root, unknowns: [...unknowns, ...cut] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `/web` as `web`. A name that no engine gives stands for itself nowhere: it may hold anything. */
function nameOf({ Name: name, Id: id }: Readonly<Record<string, unknown>>): string {
  const bare = typeof name === "string" ? name.replace(/^\//, "") : "";
  if (/^[\w][\w.-]{0,254}$/.test(bare)) return bare;
  return typeof id === "string" && /^[0-9a-f]{12,64}$/.test(id) ? id.slice(0, 12) : "unnamed";
}

function textOf(object: object): { readonly text: string; readonly whole: boolean } {
  const state = { whole: true };
  const text = JSON.stringify(pruned(object, 0, state), undefined, 2);
  return { text: `${text}\n`, whole: state.whole };
}

function pruned(value: unknown, depth: number, state: { whole: boolean }): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) {
    state.whole = false;
    return null;
  }
  if (Array.isArray(value)) return value.map((item) => pruned(item, depth + 1, state));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => depth > 0 || !LEFT_OUT.has(key))
      .map(([key, item]) => [
        key,
        pruned(depth === 0 ? inOrder(key, item) : item, depth + 1, state),
      ]),
  );
}

/** Docker gives mounts in an order of chance; reports of one container are to be the same. */
function inOrder(key: string, list: unknown): unknown {
  if (key !== "Mounts" || !Array.isArray(list)) return list;
  const target = (mount: unknown): string => {
    const isObject = typeof mount === "object" && mount !== null && "Destination" in mount;
    return isObject && typeof mount.Destination === "string" ? mount.Destination : "";
  };
  return list.toSorted((left, right) => {
    const [one, other] = [target(left), target(right)];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}

/** The text of a field; undefined when it is absent, empty or of another type. */
export function textOfField(parent: YamlMap | undefined, name: string): string | undefined {
  const text = asString(get(parent, name));
  return text === "" ? undefined : text;
}
