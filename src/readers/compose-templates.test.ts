import { expect, test } from "vitest";
import { readText } from "./read-text.ts";

const service = (name: string, file: string, of: string): string =>
  `services:\n  ${name}:\n    extends: {file: ${file}, service: ${of}}\n`;
const BASE = "services:\n  base:\n    image: alpine:3.20\n    privileged: true\n";

function names(files: Readonly<Record<string, string>>): string[] {
  return readText(files)
    .workloads.map(({ id }) => id)
    .sort();
}

test("a service that another file extends is judged where it runs only", () => {
  const files = { "compose.yaml": service("web", "common.yaml", "base"), "common.yaml": BASE };
  expect(names(files)).toEqual(["compose.yaml#services.web"]);
  const [web] = readText(files).workloads;
  expect(web?.image).toMatchObject({ known: true, value: { text: "alpine:3.20" } });
});

test("a chain through files leaves the service at its end", () => {
  const middle = `${service("mid", "base.yaml", "base")}  alone:\n    image: nginx:1.27\n`;
  expect(
    names({
      "compose.yaml": service("web", "common.yaml", "mid"),
      "common.yaml": middle,
      "base.yaml": BASE,
    }),
  ).toEqual(["common.yaml#services.alone", "compose.yaml#services.web"]);
});

test("a service that a template makes of one of its own goes with it", () => {
  const own = `${BASE}  web:\n    extends: base\n`;
  expect(
    names({ "compose.yaml": service("web", "common.yaml", "web"), "common.yaml": own }),
  ).toEqual(["compose.yaml#services.web"]);
});

test.each([
  ["nobody extends it", { "common.yaml": BASE }, ["common.yaml#services.base"]],
  [
    "it is run by name",
    { "compose.yaml": BASE, "compose.prod.yaml": service("web", "compose.yaml", "base") },
    ["compose.prod.yaml#services.web", "compose.yaml#services.base"],
  ],
  [
    "it is extended in its own file",
    { "stack.yaml": `${BASE}  web:\n    extends: base\n` },
    ["stack.yaml#services.base", "stack.yaml#services.web"],
  ],
  [
    "files extend each other",
    { "a.yaml": service("x", "b.yaml", "y"), "b.yaml": service("y", "a.yaml", "x") },
    ["a.yaml#services.x", "b.yaml#services.y"],
  ],
])("a service stays when %s", (_, files, expected) => {
  expect(names(files)).toEqual(expected);
});

test("what is unknown of a template is told at the service that runs only", () => {
  const base = "services:\n  base:\n    image: ${IMAGE}\n    user: ${NOBODY}\n";
  const { unknowns } = readText({
    "compose.yaml": service("web", "common.yaml", "base"),
    "common.yaml": base,
  });
  expect(unknowns.length).toBeGreaterThan(0);
  expect(unknowns.filter(({ workload }) => workload === "common.yaml#services.base")).toEqual([]);
});

test("a service that another project includes is judged once", () => {
  const files = {
    "compose.yaml": "include: [sub/stack.yaml]\nservices:\n  web:\n    image: nginx:1.27\n",
    "sub/stack.yaml": BASE,
  };
  expect(names(files)).toEqual(["compose.yaml#services.web", "sub/stack.yaml#services.base"]);
});
