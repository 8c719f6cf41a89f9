import { expect, test } from "vitest";
import { kindsByContent } from "./classify.ts";

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
