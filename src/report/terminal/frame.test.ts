import { expect, test } from "vitest";
import type { SourceFile } from "../../model/source.ts";
import { spanOf } from "../testing.ts";
import { drawFrame } from "./frame.ts";
import { createPaint } from "./paint.ts";

const open = { rangesIn: () => [] };

function frame(file: SourceFile, marks: readonly [string, string][], width = 80): string {
  const places = marks.map(([text, label]) => ({ span: spanOf(file, text), label }));
  return drawFrame(places, "high", { width, paint: createPaint(false), masker: open }).lines.join(
    "\n",
  );
}

test("carets stand below what they mark, behind tabs, wide and combining characters", () => {
  const file = { path: "a.yaml", text: "\tname: 世界 🎉 e\u0301 root\r\n" };
  expect(frame(file, [["root", "here"]])).toMatchInlineSnapshot(`
    " --> a.yaml:1:17
      |
    1 |     name: 世界 🎉 é root
      |                     ^^^^ here"
  `);
});

test("lines between are left out, a single one is shown", () => {
  const file = { path: "a.yaml", text: "one\ntwo\nthree\nfour\nfive\nsix\n" };
  expect(
    frame(file, [
      ["three", "this"],
      ["one", "named here"],
      ["six", "used here"],
    ]),
  ).toMatchInlineSnapshot(`
    " --> a.yaml:3:1
      |
    1 | one
      | --- named here
    2 | two
    3 | three
      | ^^^^^ this
    ...
    6 | six
      | --- used here"
  `);
});

test("a long line is cut around what it marks", () => {
  const file = {
    path: "a.sh",
    text: `docker run ${"-e A=b ".repeat(40)}--privileged ${"x ".repeat(90)}`,
  };
  expect(frame(file, [["--privileged", "all of it"]])).toMatchInlineSnapshot(`
    " --> a.sh:1:292
      |
    1 | …e A=b -e A=b -e A=b -e A=b -e A=b -e A=b --privileged x x x x x x x x x x …
      |                                           ^^^^^^^^^^^^ all of it"
  `);
});

test("marks that are far apart on a long line are each shown", () => {
  const file = {
    path: "a.sh",
    text: `docker run --privileged ${"-e A=b ".repeat(40)}--pid=host nginx`,
  };
  expect(
    frame(file, [
      ["--pid=host", "this"],
      ["--privileged", "and this"],
    ]),
  ).toMatchInlineSnapshot(`
    " --> a.sh:1:305
      |
    1 | …b -e A=b -e A=b -e A=b -e A=b -e A=b -e A=b -e A=b -e A=b --pid=host nginx
      |                                                            ^^^^^^^^^^ this
    1 | docker run --privileged -e A=b -e A=b -e A=b -e A=b -e A=b -e A=b -e A=b -…
      |            ------------ and this"
  `);
});

test("a span over many lines shows both of its ends", () => {
  const text = "RUN a && \\\n    b && \\\n    c && \\\n    d && \\\n    e\n";
  const file = { path: "Dockerfile", text };
  expect(frame(file, [[text.trimEnd(), "as root"]])).toMatchInlineSnapshot(`
    " --> Dockerfile:1:1
      |
    1 | RUN a && \\
      | ^^^^^^^^^^
    ...
    5 |     e
      |     ^ as root"
  `);
});

test("a label that has no room stands below", () => {
  const file = { path: "a.yaml", text: `${" ".repeat(50)}privileged: true\n` };
  const label = "this gives the container every capability and every device of the host";
  expect(frame(file, [["privileged: true", label]])).toMatchInlineSnapshot(`
    " --> a.yaml:1:51
      |
    1 |                                                   privileged: true
      |                                                   ^^^^^^^^^^^^^^^^
      |                                     this gives the container every
      |                                     capability and every device of the host"
  `);
});

test("an empty span at the end of a file is a single caret", () => {
  const file = { path: "a.yaml", text: "a: b\n" };
  const places = [{ span: { file, start: 5, end: 5 }, label: "something is missing" }];
  const { lines } = drawFrame(places, "high", {
    width: 80,
    paint: createPaint(false),
    masker: open,
  });
  expect(lines.at(-1)).toBe("  | ^ something is missing");
});

test("no place is lost when there are many", () => {
  const text = Array.from({ length: 40 }, (_, index) => `line-${index}.`).join("\n");
  const file = { path: "a.yaml", text };
  const shown = frame(
    file,
    Array.from({ length: 40 }, (_, index) => [`line-${index}.`, `part ${index}`]),
  );
  for (let index = 0; index < 40; index++) expect(shown).toContain(`part ${index}`);
});

test("a line of megabytes is named and not shown", () => {
  const file = { path: "a.json", text: `{"a":"${"x".repeat(3_000_000)}","privileged":true}` };
  expect(frame(file, [['"privileged":true', ""]])).toContain("too long to show");
});
