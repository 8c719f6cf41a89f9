import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expand } from "./expand.ts";
import { parseDockerfile } from "./parse.ts";
import { printDockerfile } from "./testing.ts";
import type { Dockerfile, Instruction } from "./syntax.ts";

const corpus = new URL("../../../../shared/corpora/buildkit-dockerfile/", import.meta.url);
const absent = !existsSync(corpus);
const read = (path: string): string => readFileSync(new URL(path, corpus), "utf8");

/** The parse result as BuildKit's dumper prints it. */
function dump(instruction: Instruction): string {
  // Go writes a control character as \x00 where JSON writes \u0000.
  const quoted = (text: string): string =>
    ` ${JSON.stringify(text).replaceAll(/\\u00([01][0-9a-f])/g, "\\x$1")}`;
  let out = instruction.name.toLowerCase();
  if (instruction.flags.length > 0) {
    const flags = instruction.flags.map(({ name, value }) =>
      quoted(value === undefined ? `--${name}` : `--${name}=${value}`).trim(),
    );
    out += ` [${flags.join(" ")}]`;
  }
  if (instruction.trigger !== undefined) return `${out} (${dump(instruction.trigger)})`;
  if (instruction.name === "ENV" || instruction.name === "LABEL") {
    for (const { key, value, legacy } of instruction.pairs) {
      out += quoted(key.text) + quoted(value?.text ?? "") + quoted(legacy ? "" : "=");
    }
    return out;
  }
  return out + instruction.words.map((word) => quoted(word.text)).join("");
}

function parsed(folder: string): [name: string, dockerfile: Dockerfile][] {
  return readdirSync(new URL(`${folder}/`, corpus)).map((name) => [
    name,
    parseDockerfile({ path: name, text: read(`${folder}/${name}/Dockerfile`) }),
  ]);
}

test.skipIf(absent)("BuildKit's golden parse results (skipped when the corpus is absent)", () => {
  const files = parsed("testfiles");
  const dumps = files.map(([name, { instructions }]) => [
    name,
    instructions.map((one) => `(${dump(one)})`).join("\n"),
  ]);
  expect(dumps).toEqual(files.map(([name]) => [name, read(`testfiles/${name}/result`).trimEnd()]));
  expect(files.flatMap(([, { instructions }]) => instructions.filter((one) => one.broken))).toEqual(
    [],
  );
  expect(files.map(([, file]) => printDockerfile(file))).toEqual(
    files.map(([, { file }]) => file.text),
  );
  expect(files.length).toBe(33);
});

test.skipIf(absent)("what BuildKit's parser refuses is a problem (skipped when absent)", () => {
  const files = parsed("testfiles-negative");
  expect(files.map(([name, { problems }]) => [name, problems.length])).toEqual(
    files.map(([name]) => [name, 1]),
  );
  expect(files.length).toBe(4);
});

const lookupIn = (variables: ReadonlyMap<string, string>) => (name: string) => {
  const value = variables.get(name);
  return value === undefined ? undefined : { value };
};

test.skipIf(absent)("BuildKit's envVarTest (skipped when the corpus is absent)", () => {
  const variables = new Map([
    ["PWD", "/home"],
    ["SHELL", "bash"],
    ["KOREAN", "한국어"],
    ["NULL", ""],
  ]);
  const cases = read("envVarTest")
    .split("\n")
    .filter((line) => /^[AU]/.test(line))
    .map((line) => line.split("|").map((part) => part.trim()));
  const results = cases.map(([platform, source = ""]) => {
    const { text, error } = expand(source, { escape: "\\", lookup: lookupIn(variables) });
    return [platform, source, error === undefined ? text : "error"];
  });
  expect(results).toEqual(cases);
  expect(cases.length).toBeGreaterThan(150);
});

test.skipIf(absent)("BuildKit's wordsTest (skipped when the corpus is absent)", () => {
  const variables = new Map<string, string>();
  const wanted: unknown[] = [];
  const results: unknown[] = [];
  for (const line of read("wordsTest").split("\n")) {
    if (line.startsWith("#") || line === "") continue;
    if (line.startsWith("ENV ")) {
      const assignment = line.slice(3).replace(/^ +/, "");
      const equals = assignment.indexOf("=");
      variables.set(assignment.slice(0, equals), assignment.slice(equals + 1));
      continue;
    }
    const [source = "", expected = ""] = line.split("|");
    const result = expand(source.trim(), { escape: "\\", lookup: lookupIn(variables) });
    results.push([line, result.error === undefined ? result.words : ["error"]]);
    wanted.push([line, expected.replace(/^ +/, "").split(",")]);
  }
  expect(results).toEqual(wanted);
  expect(wanted.length).toBeGreaterThan(20);
});
