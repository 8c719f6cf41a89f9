/** `plimsoll explain`: rules, capabilities, system calls, layers, namespaces, fields. */

import type { Explanation } from "../../linux/explain.ts";
import { explainWord, explainableTerms } from "../../linux/explain.ts";
import { nearest } from "../../model/nearest.ts";
import { EXCEPTION_RULE } from "../../rules/exceptions/apply.ts";
import { exceptionPage } from "../../rules/exceptions/page.ts";
import { rules } from "../../rules/registry.ts";
import type { ExitStatus, Invocation } from "../command.ts";
import { wrap } from "../help.ts";
import { renderMarkdown } from "../markdown.ts";
import { printable } from "../printable.ts";
import { colorWanted } from "../terminal.ts";

/** Every word that can be explained: rule ids and the terms of Linux and the engines. */
export function explainableWords(): readonly string[] {
  return [...rules.map((rule) => rule.id), EXCEPTION_RULE, ...explainableTerms()];
}

export async function runExplain(invocation: Invocation): Promise<ExitStatus> {
  const { io, options } = invocation;
  const asked = options.text("width");
  if (asked !== undefined && (!/^\d{2,4}$/.test(asked) || Number(asked) < 40)) {
    io.err(`plimsoll: --width is a number of columns from 40, not ${printable(asked)}\n`);
    return 2;
  }
  const width =
    asked === undefined ? Math.max(40, Math.min(io.columns ?? 100, 100)) : Number(asked);
  const color = colorWanted(options.text("color"), io, false);
  const [word, ...more] = invocation.arguments;
  if (word === undefined) {
    io.out(ruleList(width));
    return 0;
  }
  if (more.length > 0) {
    io.err("plimsoll: explain takes one word\n");
    return 2;
  }
  const page = await pageFor(word);
  if (page !== undefined) {
    io.out(renderMarkdown(page, { width, color }));
    return 0;
  }
  const near = nearest(word.replace(/^CAP_/i, ""), explainableWords());
  io.err(
    `plimsoll: nothing is known of ${printable(JSON.stringify(word))}` +
      `${near === undefined ? "" : `; did you mean ${near}?`}\n` +
      "  `plimsoll explain` lists the rules; capabilities, system calls, layers and fields can be explained too\n",
  );
  return 2;
}

/** The Markdown page of a word. */
async function pageFor(word: string): Promise<string | undefined> {
  const rule = rules.find((candidate) => candidate.id === word.toLowerCase());
  if (rule !== undefined) {
    const { pages } = await import("../../rules/pages.ts");
    return pages[rule.id];
  }
  if (word === EXCEPTION_RULE) return exceptionPage;
  const explanations = explainWord(word);
  return explanations.length === 0 ? undefined : explanations.map(pageOf).join("\n");
}

/** An explanation of Linux or an engine, as the same Markdown that rule pages are written in. */
function pageOf({ title, meaning, gain, notes, setting }: Explanation): string {
  return [
    `# ${title}`,
    "",
    meaning,
    "",
    "## What an attacker gains",
    "",
    gain,
    "",
    ...notes.flatMap((note) => [note, ""]),
    ...(setting.length === 0 ? [] : ["## How it is set", ""]),
    ...setting.map(({ form, text }) => `- ${form}: ${text}`),
    "",
  ].join("\n");
}

function ruleList(width: number): string {
  const column = Math.max(...rules.map((rule) => rule.id.length)) + 2;
  const lines: string[] = [];
  for (const layer of new Set(rules.map((rule) => rule.layer))) {
    lines.push(layer.replaceAll("-", " "), "");
    for (const rule of rules.filter((candidate) => candidate.layer === layer)) {
      const [first = "", ...rest] = wrap(`${rule.title} (${rule.severity})`, width - column - 2);
      lines.push(`  ${rule.id.padEnd(column)}${first}`);
      for (const line of rest) lines.push(`  ${" ".repeat(column)}${line}`);
    }
    lines.push("");
  }
  lines.push("`plimsoll explain RULE` tells what a rule finds, why, and how to fix it.", "");
  return lines.join("\n");
}
