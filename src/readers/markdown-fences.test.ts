import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../model/source.ts";
import { fencesAsFile, manifestFences } from "./markdown-fences.ts";
import { readText } from "./read-text.ts";

const pod = (name: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers:\n  - {name: a, image: "app:1", securityContext: {privileged: true}}`;
const project = (image: string): string =>
  `services:\n  web:\n    image: ${image}\n    privileged: true`;
const fence = (body: string, language = "yaml", mark = "```"): string =>
  `${mark}${language}\n${body}\n${mark}\n`;
const ids = (text: string): string[] =>
  readText({ "README.md": text }).workloads.map(({ id }) => id.replace("README.md#", ""));

test.each<[string, string, string[]]>([
  [
    "manifests",
    `# x\n${fence(pod("a"))}text\n${fence(pod("b"), "yml")}`,
    ["Pod/a/containers/a", "Pod/b/containers/a"],
  ],
  [
    "Compose files, each by itself",
    fence(project("a:1")) + fence(project("b:1")),
    ["services.web", "services.web"],
  ],
  [
    "JSON",
    fence(
      JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "j" },
        spec: { containers: [{ name: "a", image: "b" }] },
      }),
      "json",
    ),
    ["Pod/j/containers/a"],
  ],
  [
    "more words behind the language",
    fence(pod("a"), 'yaml title="pod.yaml"'),
    ["Pod/a/containers/a"],
  ],
  ["other marks", fence(pod("a"), "yaml", "~~~~"), ["Pod/a/containers/a"]],
  ["in a list", fence(pod("a")).replace(/^/gm, "   "), ["Pod/a/containers/a"]],
  ["in a quotation", fence(pod("a")).replace(/^/gm, "> "), ["Pod/a/containers/a"]],
  ["one that does not close", `\`\`\`yaml\n${pod("a")}\n`, ["Pod/a/containers/a"]],
  [
    "beside run lines",
    `${fence(pod("a"))}${fence("docker run app:1", "sh")}`,
    ["line:1:app", "Pod/a/containers/a"],
  ],
])("%s", (_, text, expected) => {
  expect(ids(text)).toEqual(expected);
});

test.each([
  pod("a"),
  fence(pod("a"), "text"),
  fence(pod("a"), "diff"),
  fence("services: [a, b]\nimage: x"),
  fence("on: push\njobs: {a: {services: {db: {image: x}}}}"),
  fence("apiVersion: v1\nkind: ConfigMap\ndata: {a: b}"),
])("nothing in %j", (text) => {
  expect(ids(text)).toEqual([]);
  expect(readText({ "README.md": text }).unknowns).toEqual([]);
});

test("places are those in the Markdown file", () => {
  const text = `# é\r\n\r\n${fence(pod("a")).replaceAll("\n", "\r\n")}`;
  const { workloads } = readText({ "README.md": text });
  const span = workloads[0]?.runtime?.privileged.origin.span;
  expect(span === undefined ? "" : spanText(span)).toBe("privileged: true");
  expect(text.slice(span?.start, span?.end)).toBe("privileged: true");
});

test("an example that is not whole is no loss", () => {
  const { workloads, unknowns } = readText({
    "README.md": fence("apiVersion: v1\nkind: Pod\nspec:\n  containers: [\n") + fence(pod("b")),
  });
  expect(workloads.map(({ name }) => name)).toEqual(["container a of Pod b"]);
  expect(unknowns.every(({ workload }) => workload !== undefined)).toBe(true);
});

test("an example does not take a Dockerfile away from its own report", () => {
  const { workloads } = readText({
    Dockerfile: "FROM scratch\n",
    "README.md": fence("services:\n  web:\n    build: ."),
  });
  expect(workloads.map(({ kind }) => kind).toSorted()).toEqual([
    "compose-service",
    "dockerfile-stage",
  ]);
});

test("more Compose files than are read are told", () => {
  const { workloads, unknowns } = readText({ "README.md": fence(project("a:1")).repeat(30) });
  expect(workloads).toHaveLength(20);
  expect(unknowns.some(({ what }) => what === "the rest of the file")).toBe(true);
});

test("the blank file is as long as the Markdown, whatever it holds", () => {
  const part = fc.constantFrom(
    "```yaml",
    "```",
    "~~~",
    "> ",
    "\n",
    "\r\n",
    "a: b",
    "  ",
    "é",
    "\u{1F600}",
    "````json",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const file = { path: "a.md", text: parts.join("") };
      const fences = manifestFences(file);
      const blank = fencesAsFile(file, fences);
      expect(blank.text).toHaveLength(file.text.length);
      for (const { text, bodyStart, bodyEnd } of fences) {
        expect(blank.text.slice(bodyStart, bodyEnd)).toBe(text);
      }
    }),
  );
});
