/** Every mistake of a plimsoll.yaml, each with its place, what is expected there, and what was probably meant. */

import type * as z from "zod";
import { severities } from "../../model/finding.ts";
import { nearest } from "../../model/nearest.ts";
import type { SourceFile } from "../../model/source.ts";
import { positionAt } from "../../model/source.ts";
import {
  asString,
  entriesOf,
  entryOf,
  get,
  itemsOf,
  nodeAt,
  spanAt,
} from "../../readers/yaml/access.ts";
import type { YamlNode } from "../../readers/yaml/node.ts";
import { parseStandard } from "../../standards/pod-security/parse-standard.ts";
import type { UsageProblem } from "../command.ts";
import { configSchema, exceptionSchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

interface Problem {
  /** Where in the file, UTF-16. */
  readonly at: number;
  readonly problem: string;
  readonly help: string;
}

const SETTINGS = ["off", ...severities];
const THRESHOLDS = [...severities, "none"];

/** What stands at a path; `*` is any key or index. */
const EXPECTED: Readonly<Record<string, string>> = {
  "": "settings, one a line: `fail-on: high`",
  "fail-on": `one of ${THRESHOLDS.join(", ")}`,
  exclude: 'a list of globs: [vendor/, "*.test.yaml"]',
  "exclude.*": "a glob, as text",
  rules: "rule ids with a setting each: `host-port: off`",
  "rules.*": `one of ${SETTINGS.join(", ")}, or {severity: …}`,
  "rules.*.severity": `one of ${severities.join(", ")}`,
  standards: "a list of standards: [pod-security:baseline@1.32]",
  "standards.*": "a standard, as text: pod-security:baseline@1.32",
  baseline: "the path of a baseline file, as text",
  strict: "true or false",
  "inline-exceptions": "true or false",
  exceptions: "a list of exceptions, each with `rule` and `reason`",
  "exceptions.*": "a mapping with `rule` and `reason`",
  "exceptions.*.rule": "a rule id, or a list of them",
  "exceptions.*.rule.*": "a rule id",
  "exceptions.*.path": "a glob, as text: tools/**",
  "exceptions.*.workload": "a workload's id, or its part after #, as text",
  "exceptions.*.subject": "what the finding is about, as text",
  "exceptions.*.reason": "why the risk is accepted, as text",
  "exceptions.*.until": "a day of the calendar, YYYY-MM-DD",
};

/** Words among which a suggestion is looked for. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  "fail-on": THRESHOLDS,
  "rules.*": SETTINGS,
  "rules.*.severity": severities,
  strict: ["true", "false"],
  "inline-exceptions": ["true", "false"],
};

/** What the schema refuses and what it cannot tell, in the order of the file. */
export function configProblems(
  issues: readonly Issue[],
  root: YamlNode,
  file: SourceFile,
  ruleIds: readonly string[],
): UsageProblem[] {
  const refused = issues.flatMap((issue) => issueProblems(issue, [], root));
  return inOrder([...refused, ...meaningProblems(root, ruleIds)], file);
}

/** What no schema can tell: rules and standards that there are not, and globs that match nothing. */
function meaningProblems(root: YamlNode, ruleIds: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const add = (at: number, problem: string, help: string): void => {
    problems.push({ at, problem, help });
  };
  const checkRule = (at: number, rule: string): void => {
    if (ruleIds.includes(rule)) return;
    const near = nearest(rule, ruleIds);
    const help =
      near === undefined ? "`plimsoll explain` lists the rules" : `did you mean ${near}?`;
    add(at, `there is no rule ${quoted(rule)}`, help);
  };
  const checkGlob = (node: YamlNode | undefined, mayNegate: boolean): void => {
    const glob = asString(node);
    const problem = glob === undefined ? undefined : globProblem(glob, mayNegate);
    if (node === undefined || glob === undefined || problem === undefined) return;
    add(node.span.start, `the glob ${quoted(glob)} ${problem}`, GLOB_HELP);
  };
  for (const [rule, { key }] of entriesOf(get(root, "rules"))) checkRule(key.span.start, rule);
  for (const node of itemsOf(get(root, "exclude"))) checkGlob(node, true);
  for (const node of itemsOf(get(root, "standards"))) {
    const text = asString(node);
    const standard = text === undefined ? undefined : parseStandard(text);
    if (standard?.ok === false) add(node.span.start, standard.why, standard.settle);
  }
  for (const exception of itemsOf(get(root, "exceptions"))) {
    const rule = get(exception, "rule");
    for (const node of rule?.kind === "list" ? rule.items : [rule]) {
      const id = asString(node);
      if (node !== undefined && id !== undefined) checkRule(node.span.start, id);
    }
    checkGlob(get(exception, "path"), false);
  }
  return problems;
}

const GLOB_HELP =
  "globs are those of .gitignore, relative to this file: tools/**, *.test.yaml, vendor/";

function globProblem(glob: string, mayNegate: boolean): string | undefined {
  if (glob.trim() === "" || glob === "!") return "is empty, so it matches nothing";
  if (/[\r\n]/.test(glob)) return "holds a line break";
  if (glob.startsWith("#"))
    return "is a comment to .gitignore; write \\# for a name that begins so";
  if (!mayNegate && glob.startsWith("!")) return "is negated, so it matches nothing by itself";
  if (/^!?(\.\.?)(\/|$)/.test(glob)) return "begins with . or .., which no path here does";
  if (hasOpenBracket(glob)) return "has a [ that nothing closes";
  return undefined;
}

function hasOpenBracket(glob: string): boolean {
  const open = glob.replace(/\\./g, "").lastIndexOf("[");
  return open >= 0 && !glob.replace(/\\./g, "").includes("]", open + 2);
}

function issueProblems(issue: Issue, prefix: Path, root: YamlNode): Problem[] {
  const path = [...prefix, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownKey(key, path, root));
  }
  if (issue.code === "invalid_union") {
    // Of the alternatives, the one that came furthest is the one that was meant.
    const deeper = issue.errors
      .filter((errors) =>
        errors.some((one) => one.path.length > 0 || one.code === "unrecognized_keys"),
      )
      .flat();
    if (deeper.length > 0) return deeper.flatMap((one) => issueProblems(one, path, root));
  }
  return [valueProblem(path, root)];
}

function unknownKey(key: string, path: Path, root: YamlNode): Problem {
  const known = keysAt(path);
  const near = nearest(key, known);
  return {
    at: spanAt(root, [...path, key]).start,
    problem: `unknown key ${quoted(key)}${path.length === 0 ? "" : ` in ${pathText(path)}`}`,
    help: near === undefined ? `keys here are ${known.join(", ")}` : `did you mean ${near}?`,
  };
}

function valueProblem(path: Path, root: YamlNode): Problem {
  const pattern = patternOf(path);
  const expected = expectedAt(pattern);
  const span = spanAt(root, path);
  const node = nodeAt(root, path);
  const name = path.length === 0 ? "the file" : pathText(path);
  if (node === undefined)
    return { at: span.start, problem: `${name} is missing`, help: `expected ${expected}` };
  const word = node.kind === "scalar" ? node.text : "";
  const choices = CHOICES[pattern];
  const near = choices === undefined ? undefined : nearest(word, choices);
  // A misspelt severity stands at its value, a whole setting at its key.
  return {
    at:
      entryOf(nodeAt(root, path.slice(0, -1)), String(path.at(-1)))?.value.span.start ?? span.start,
    // What is no configuration at all may be a file of secrets that was named by mistake.
    problem: `${name} is ${path.length === 0 && node.kind === "scalar" ? "a single value" : described(node)}`,
    help: `expected ${expected}${near === undefined || near === word ? "" : `; did you mean ${near}?`}`,
  };
}

function expectedAt(pattern: string): string {
  return EXPECTED[pattern] ?? "something else; docs/configuration.md describes every key";
}

/** `exceptions.*.rule` of `exceptions.3.rule`. */
function patternOf(path: Path): string {
  return path
    .map((part, index) =>
      typeof part === "number" || (index === 1 && path[0] === "rules") ? "*" : part,
    )
    .join(".");
}

/** `exceptions[0].rule` */
function pathText(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part + 1}]` : `.${clipped(part)}`))
    .join("")
    .replace(/^\./, "");
}

function keysAt(path: Path): string[] {
  if (path.length === 0) return Object.keys(configSchema.shape);
  if (path[0] === "exceptions") return Object.keys(exceptionSchema.shape);
  return ["severity"];
}

/** What a value is, in the words of YAML. */
function described(node: YamlNode): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  const { value, text } = node;
  if (value === null) return "empty";
  if (typeof value === "string")
    return value.trim() === "" ? "an empty text" : `the text ${quoted(text)}`;
  return typeof value === "number" ? `the number ${clipped(text)}` : clipped(text);
}

function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}

function inOrder(problems: readonly Problem[], file: SourceFile): UsageProblem[] {
  const seen = new Set<string>();
  return problems
    .toSorted((left, right) => left.at - right.at)
    .flatMap(({ at, problem, help }) => {
      const { line, column } = positionAt(file, at);
      const text = `${file.path}:${line}:${column}: ${problem}`;
      if (seen.has(text)) return [];
      seen.add(text);
      return [{ problem: text, help }];
    });
}
