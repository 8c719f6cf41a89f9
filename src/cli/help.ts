/** Help texts, made from the command table. */

import type { Command, Option } from "./command.ts";
import { environmentName } from "./parse-arguments.ts";

const WIDTH = 80;

/** `plimsoll --help`. */
export function generalHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  return [
    `plimsoll ${version}: what your containers may do, and how to make it less`,
    "",
    "Usage: plimsoll [COMMAND] [TARGET…]",
    "",
    "Commands:",
    ...commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    "",
    "`plimsoll TARGET…` is `plimsoll check TARGET…`.",
    "`plimsoll COMMAND --help` tells more, with examples.",
    "",
  ].join("\n");
}

/** `plimsoll COMMAND --help`. */
export function commandHelp(command: Command): string {
  const lines = [`Usage: plimsoll ${command.usage}`, ""];
  for (const paragraph of command.description) lines.push(...wrap(paragraph, WIDTH), "");
  if (command.options.length > 0) {
    lines.push("Options:");
    for (const option of command.options) lines.push(...optionHelp(option));
    lines.push(
      "",
      ...wrap(
        "Each option can also be set in the environment: --fail-on as PLIMSOLL_FAIL_ON. A name that is nearly one of those is refused.",
        WIDTH,
      ),
      "",
    );
  }
  if (command.examples.length > 0) {
    lines.push("Examples:");
    for (const { line, note } of command.examples) lines.push(`  ${line}`, `      ${note}`);
    lines.push("");
  }
  return lines.join("\n");
}

/** `-f, --format FORMAT[=FILE]` */
function optionSignature(option: Option): string {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return `${short}--${option.name}${option.value === undefined ? "" : ` ${option.value}`}`;
}

/** What an option says of itself: summary, choices, default, whether it may be repeated. */
export function optionText(option: Option): string {
  const extras = [
    ...(option.choices === undefined ? [] : [`one of ${option.choices.join(", ")}`]),
    ...(option.default === undefined ? [] : [`default ${option.default}`]),
    ...(option.repeatable === true ? ["may be repeated"] : []),
  ];
  return extras.length === 0 ? option.summary : `${option.summary} (${extras.join("; ")})`;
}

export { environmentName };

function optionHelp(option: Option): string[] {
  return [
    `  ${optionSignature(option)}`,
    ...wrap(optionText(option), WIDTH - 10).map((line) => `          ${line}`),
  ];
}

/** Breaks a paragraph into lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}
