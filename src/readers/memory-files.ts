/** Files held in memory: for tests, for standard input, for rule pages. */

import type { SourceFile } from "../model/source.ts";
import type { Files } from "./files.ts";

/** Files from a table of path to text. A directory exists when a file stands below it. */
export function memoryFiles(table: Readonly<Record<string, string>>): Files {
  const cache = new Map<string, SourceFile>();
  const paths = Object.keys(table);
  const clean = (path: string): string => path.replace(/^(\.\/)+/, "").replace(/\/+$/, "") || ".";
  const below = (path: string): string[] =>
    clean(path) === "." ? paths : paths.filter((name) => name.startsWith(`${clean(path)}/`));
  return {
    read: (path) => {
      const name = clean(path);
      const text = Object.hasOwn(table, name) ? table[name] : undefined;
      if (text === undefined) {
        return {
          ok: false,
          why: "it does not exist",
          settle: `create ${name} or correct the path`,
        };
      }
      const file = cache.get(name) ?? { path: name, text };
      cache.set(name, file);
      return { ok: true, file };
    },
    kind: (path) => {
      if (Object.hasOwn(table, clean(path))) return "file";
      return below(path).length > 0 ? "directory" : "missing";
    },
    list: (path) => {
      const prefix = clean(path) === "." ? "" : `${clean(path)}/`;
      return [
        ...new Set(below(path).map((name) => name.slice(prefix.length).split("/")[0] ?? "")),
      ].sort();
    },
  };
}
