import { describe, expect, test } from "vitest";
import { operations } from "../api/operations.ts";
import {
  ALWAYS,
  areaNames,
  areas,
  areasWithAll,
  expandWord,
  neverAdmitted,
  operationsOf,
  wordOf,
  wordsFor,
  wordsIn,
} from "./words.ts";

interface Row {
  readonly admits: readonly string[];
  readonly needs?: readonly string[];
  readonly reads?: true;
}

const rows = areaNames.flatMap((area) =>
  Object.entries(areas[area] as Record<string, Row>).map(([word, row]) => ({ area, word, row })),
);
const admitted = rows.flatMap(({ row }) => row.admits);

test("every operation of the API has exactly one word, or a reason why it has none", () => {
  const told = [...admitted, ...Object.keys(neverAdmitted)].toSorted();
  expect(told).toEqual([...operations.keys()].toSorted());
});

test("a word needs only operations that other words admit", () => {
  for (const { row, word, area } of rows) {
    for (const id of row.needs ?? []) {
      expect(admitted).toContain(id);
      expect(wordOf(id)).not.toEqual({ area, word });
    }
  }
});

test("reading words neither write nor hand out files", () => {
  for (const { row } of rows) {
    if (row.reads !== true) continue;
    for (const id of row.admits) expect(operations.get(id)?.method).toMatch(/^(GET|HEAD)$/);
  }
  const read = operationsOf(areaNames.flatMap((area) => expandWord(area, "read")));
  for (const id of ["ContainerArchive", "ContainerExport", "ImageGet", "ConfigInspect"]) {
    expect(read.has(id)).toBe(false);
  }
});

describe("groups", () => {
  test("all is every word of its area, where there is such a group", () => {
    for (const area of areaNames) {
      const all = expandWord(area, "all").map(({ word }) => word);
      expect(all).toEqual(areasWithAll.includes(area) ? Object.keys(areas[area]) : []);
      expect(wordsIn(area).includes("all")).toBe(areasWithAll.includes(area));
    }
  });

  test("an area without reading words has no group of them", () => {
    expect(wordsIn("build")).not.toContain("read");
    expect(expandWord("build", "read")).toEqual([]);
    expect(wordsIn("system")).toContain("read");
  });
});

test("exec brings what an exec needs, copy-in the question for the path", () => {
  expect([...operationsOf([{ area: "containers", word: "exec" }])].toSorted()).toEqual([
    "ContainerExec",
    "ExecInspect",
    "ExecResize",
    "ExecStart",
  ]);
  expect([...operationsOf([{ area: "containers", word: "copy-in" }])]).toContain(
    "ContainerArchiveInfo",
  );
});

test("the words of a set of operations give that set again", () => {
  for (const { area, word } of rows) {
    const set = operationsOf([...ALWAYS, { area, word }]);
    expect(operationsOf(wordsFor(set))).toEqual(set);
    expect(wordsFor(set)).toContainEqual({ area, word });
  }
});

test("a word that is none admits nothing", () => {
  expect(expandWord("containers", "lst")).toEqual([]);
  expect(wordOf("NoSuchOperation")).toBeUndefined();
  expect(wordOf("DebugVars")).toBeUndefined();
});
