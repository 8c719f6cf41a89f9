import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_SWAGGER, engineApiFiles } from "../../../scripts/generate-engine-api.ts";
import { corrections } from "./by-hand/corrections.ts";
import { legacyFields } from "./by-hand/legacy-fields.ts";
import {
  optionalBodies,
  queryCorrections,
  responseKinds,
  undocumentedOperations,
} from "./by-hand/operations.ts";
import { fieldClasses } from "./classes.ts";
import { describedOperations } from "./generated/operations.ts";
import { operations } from "./operations.ts";
import { routes } from "./routes.ts";
import { reachableStructs, structs, type Struct } from "./structs.ts";
import type { WireType } from "./types.ts";

const requestTypes: readonly WireType[] = [...operations.values()].flatMap(({ body, query }) => [
  ...(body.kind === "json" ? [body.type] : []),
  ...[...query.values()].flatMap(({ type }) => (type === undefined ? [] : [type])),
]);

const requestStructs = (): ReadonlySet<Struct> => {
  const seen = new Set<Struct>();
  for (const type of requestTypes) reachableStructs(type, seen);
  return seen;
};

describe("the schema", () => {
  const swagger = join(import.meta.dirname, "../../..", DEFAULT_SWAGGER);

  test.skipIf(!existsSync(swagger))("is what the generator makes of the swagger file", () => {
    for (const [name, text] of Object.entries(engineApiFiles(readFileSync(swagger, "utf8")))) {
      expect(readFileSync(join(import.meta.dirname, "generated", name), "utf8"), name).toBe(text);
    }
  });

  test("every field that a request can hold has a class: a new one is decided by hand", () => {
    const unclassified = [...requestStructs()].flatMap((struct) =>
      [...struct.fields.values()]
        .map(({ owner, name }) => `${owner}.${name}`)
        .filter((field) => !fieldClasses.has(field)),
    );
    expect(unclassified).toEqual([]);
  });

  test("every class is of a field that there is", () => {
    const fields = new Set(
      [...structs.values()].flatMap((struct) =>
        [...struct.fields.values()].map(({ owner, name }) => `${owner}.${name}`),
      ),
    );
    expect([...fieldClasses.keys()].filter((field) => !fields.has(field))).toEqual([]);
    expect([...fieldClasses.values()].filter(({ reason }) => reason.length < 8)).toEqual([]);
  });

  test("what the facts call host root is class 2", () => {
    const classes =
      "Binds Mounts Privileged CapAdd SecurityOpt PidMode Runtime MaskedPaths VolumesFrom"
        .split(" ")
        .map((field) => fieldClasses.get(`HostConfig.${field}`)?.class);
    expect(new Set(classes)).toEqual(new Set([2]));
    expect(fieldClasses.get("Mount.VolumeOptions.DriverConfig.Options")?.class).toBe(2);
    expect(fieldClasses.get("HostConfig.CapDrop")?.class).toBe(0);
  });

  test("no request type holds something of which the schema does not say what it is", () => {
    const loose = [...requestStructs()].flatMap((struct) =>
      [...struct.fields.values()]
        .filter(({ type }) => JSON.stringify(type).includes('"any"'))
        .map(({ name }) => `${struct.name}.${name}`),
    );
    expect(loose).toEqual([]);
  });

  test("field names are ASCII: folding by two characters is then complete", () => {
    const names = [...structs.values()].flatMap((struct) => [...struct.fields.keys()]);
    expect(names.length).toBeGreaterThan(700);
    expect(names.filter((name) => !/^[\x20-\x7e]+$/.test(name))).toEqual([]);
  });

  test("no two fields of a struct fold to the same name", () => {
    const folded = [...structs.values()].filter(({ fields }) => {
      const names = [...fields.values()].filter(({ writtenAs }) => writtenAs === undefined);
      return new Set(names.map(({ name }) => name.toUpperCase())).size < names.length;
    });
    expect(folded.map(({ name }) => name)).toEqual([]);
    for (const { struct, writtenAs } of legacyFields) {
      if (writtenAs !== undefined) expect(structs.get(struct)?.fields.has(writtenAs)).toBe(true);
    }
  });

  test("corrections change something, and name structs that there are", () => {
    for (const { struct, field } of legacyFields)
      expect(structs.get(struct)?.fields.has(field)).toBe(true);
    for (const [name, list] of Object.entries(corrections)) {
      for (const row of list) {
        for (const [field, type] of Object.entries(row.fields)) {
          expect(structs.get(name)?.fields.has(field), `${name}.${field}`).toBe(type !== null);
        }
      }
    }
  });
});

describe("operations and routes", () => {
  test("every operation has a route, and every documented route is where the swagger file says", () => {
    const routed = new Set(routes.map(({ operation }) => operation.id));
    expect([...operations.keys()].filter((id) => !routed.has(id))).toEqual([]);
    expect(operations.size).toBe(108 + Object.keys(undocumentedOperations).length);
    for (const { method, operation, pattern } of routes) {
      const described = describedOperations[operation.id] ?? undocumentedOperations[operation.id];
      expect(described?.method).toBe(method);
      const plain = (path: string): string =>
        path.replaceAll(/\{[^}]*\}/g, "{}").replace(/(?<=s)\/$/, "");
      expect(plain(described?.path ?? ""), operation.id).toBe(plain(pattern));
    }
  });

  test("tables by hand name operations that there are", () => {
    const named = [
      ...Object.keys(queryCorrections),
      ...Object.keys(responseKinds),
      ...optionalBodies,
    ];
    expect(named.filter((id) => !operations.has(id))).toEqual([]);
  });
});
