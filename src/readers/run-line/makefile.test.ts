import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { kindOfFile } from "./looks-like.ts";
import { readText } from "./testing.ts";

/** The images that the recipes run. */
function images(text: string): string[] {
  return readText("Makefile", text).workloads.map(({ image }) =>
    image.known ? image.value.text : "?",
  );
}

test.each<[string, string, string[]]>([
  [
    "a recipe behind the rule",
    "b: ; docker run app:1\nc: b;@docker run app:2\n",
    ["app:1", "app:2"],
  ],
  ["two colons", "b:: c ; -docker run app:1\n", ["app:1"]],
  ["continued", "b: ; docker run \\\n  app:1\n", ["app:1"]],
  [
    "another prefix, and the tab again",
    ".RECIPEPREFIX = >\na:\n> docker run app:1\n.RECIPEPREFIX =\nb:\n\tdocker run app:2\n",
    ["app:1", "app:2"],
  ],
  [
    ".ONESHELL",
    ".ONESHELL:\na:\n\tIMAGE=app:1\n\tdocker run $$IMAGE\nb:\n\tdocker run $$IMAGE\n",
    ["app:1", "?"],
  ],
  ["a shell for each line", "a:\n\tIMAGE=app:1\n\tdocker run $$IMAGE\n", ["?"]],
  ["a recipe by its name", "define go\ndocker run app:1\nendef\na:\n\t$(go)\n", ["app:1"]],
  [
    "a recipe that is called",
    "define go\n\tdocker run app:1 $(1)\nendef\na:\n\t$(call go,x)\n",
    ["app:1", "app:1"],
  ],
  ["what make runs itself", "ID := $(shell docker run -d app:1)\n", ["app:1"]],
  ["within a condition", "ifeq ($(shell docker run app:1 id -u),0)\nendif\n", ["app:1"]],
])("%s", (_, text, expected) => {
  expect(images(text)).toEqual(expected);
});

test.each([
  "# b: ; docker run app:1\n",
  "help: ## help ; docker run app:1\n",
  "X = a: ; docker run app:1\n",
  "a: X = b ; docker run app:1\n",
  "a: X := b ; docker run app:1\n",
  "define help\na: ; echo docker run app:1\nendef\n",
  "# X := $(shell docker run app:1)\n",
  "X := $(info docker run app:1)\n",
])("no recipe: %j", (text) => {
  expect(images(text)).toEqual([]);
});

test("places are those of the recipe", () => {
  const [workload] = readText("Makefile", "b: a ; @docker run --privileged app:1\n").workloads;
  expect(workload?.source === undefined ? "" : spanText(workload.source)).toBe("docker run");
});

test("any text: no crash, and places inside of it", () => {
  const part = fc.constantFrom(
    "\n",
    "\t",
    " ",
    ":",
    ";",
    "=",
    "#",
    "\\\n",
    "$(shell ",
    "$(call x,",
    ")",
    "a",
    ".RECIPEPREFIX = >",
    ">",
    ".ONESHELL:",
    "define x",
    "endef",
    "docker run -v /:/h a",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      for (const { source } of readText("Makefile", text).workloads) {
        expect(source.start).toBeLessThanOrEqual(source.end);
        expect(source.end).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});

test.each<[string, boolean]>([
  ["Makefile", true],
  ["makefile.am", true],
  ["Makefile.linux", true],
  ["rules.mk", true],
  ["makefile.test.ts", false],
  ["Makefile.py", false],
])("%s is a Makefile: %s", (path, expected) => {
  expect(kindOfFile(path, "a:\n\tdocker run app:1\n") === "makefile").toBe(expected);
});
