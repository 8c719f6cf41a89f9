import { expect, test } from "vitest";
import { kindsByContent, mayMatter } from "./classify.ts";

const service = "services:\n  web:\n    image: nginx\n";
const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");

test.each([
  ["a Compose file of any name", "stack.yml", service, ["compose"]],
  ["one that begins with a comment", "stack.yml", `# web\n---\n${service}`, ["compose"]],
  ["one that is indented as a whole", "stack.yml", indented(service), ["compose"]],
  [
    "one in JSON",
    "stack.json",
    '{\n  "services": {\n    "a": {\n      "image": "x"}}}',
    ["compose"],
  ],
  [
    "a JSON schema of services",
    "schema.json",
    '{"properties": {\n  "services": {\n    "properties": {\n  "image": {}}}}}',
    [],
  ],
  ["a chart's values with services", "values.yaml", `hub:\n${indented(service)}`, []],
  ["a chart's values that list services", "values.yaml", `tolerations: []\n${service}`, []],
  [
    "a Dockerfile of another name",
    "build-it",
    "# base\nARG V=1\n\nFROM x\nRUN y\n",
    ["dockerfile"],
  ],
  [
    "a script that tells where it is from",
    "start",
    "#!/bin/sh\n# From https://x\nexport A\nCOPY a\n",
    [],
  ],
  ["a manifest", "web.yaml", "apiVersion: v1\nkind: Pod\n", ["kubernetes"]],
  [
    "a list of manifests",
    "web.yaml",
    "- apiVersion: v1\n  kind: Pod\n- kind: Pod\n",
    ["kubernetes"],
  ],
  ["a manifest in braces", "web.yaml", "{apiVersion: v1,\nkind: Pod}", ["kubernetes"]],
  ["a manifest in JSON", "web.json", '{"kind": "Pod", "apiVersion": "v1"}', ["kubernetes"]],
  ["an indented manifest", "web.yaml", "  apiVersion: v1\n  kind: Pod\n", ["kubernetes"]],
  [
    "an interface description that speaks of kinds",
    "api.yaml",
    "swagger: '2.0'\ndefinitions:\n  apiVersion: x\n  kind: y\n",
    [],
  ],
])("%s", (_, path, text, kinds) => {
  expect(kindsByContent(path, text)).toEqual(kinds);
});

test("many comment signs are read in linear time", () => {
  const started = performance.now();
  expect(kindsByContent("notes", `FROM ${"# ".repeat(100_000)}`)).toEqual([]);
  expect(kindsByContent("notes", "# ".repeat(100_000))).toEqual([]);
  expect(performance.now() - started).toBeLessThan(1000);
});

test.each([
  "run.bats",
  "lib.Makefile",
  "Makefile.local",
  "x.mak",
  ".bashrc",
  ".envrc",
  ".justfile",
  "guide.mdx",
  ".gitlab-ci.yml",
  "start",
])("a file named %s is opened", (name) => {
  expect(mayMatter(`a/b/${name}`)).toBe(true);
});

test.each(["main.go", "package-lock.json", "a.dockerignore", "x.png", "notes.txt", ".npmrc"])(
  "a file named %s is passed over unread",
  (name) => {
    expect(mayMatter(`a/b/${name}`)).toBe(false);
  },
);

test("a GitLab file is one by its name, whatever its keys look like", () => {
  const text =
    "image: docker:27\nservices:\n  - docker:27-dind\njob:\n  script:\n    - docker run --privileged alpine:3.20\n";
  expect(kindsByContent(".gitlab-ci.yml", text)).toEqual(["run-lines"]);
});

test("so is a workflow of GitHub", () => {
  const text =
    "on: push\njobs:\n  a:\n    runs-on: x\n    services:\n      db:\n        image: postgres:16\n";
  expect(kindsByContent(".github/workflows/ci.yml", text)).toEqual(["run-lines"]);
});
