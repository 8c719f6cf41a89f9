/** `plimsoll man`: the manual page in man(7) macros, made from the command table. */

import type { Command, ExitStatus, Invocation } from "../command.ts";
import { optionText } from "../help.ts";
import { version } from "../version.ts";

export function runMan({ commands, io }: Invocation): Promise<ExitStatus> {
  io.out(manualPage(commands));
  return Promise.resolve(0);
}

/** The whole page. */
function manualPage(commands: readonly Command[]): string {
  const lines = [
    `.TH PLIMSOLL 1 "" "plimsoll ${version}" "User Commands"`,
    ".SH NAME",
    "plimsoll \\- what containers may do, and how to make it less",
    ".SH SYNOPSIS",
  ];
  for (const command of commands) lines.push(".B plimsoll", text(command.usage), ".br");
  lines.push(".SH COMMANDS");
  for (const command of commands) {
    lines.push(`.SS ${text(command.usage)}`);
    for (const paragraph of command.description) lines.push(text(paragraph), ".PP");
    for (const option of command.options) {
      const short = option.short === undefined ? "" : `\\-${option.short}, `;
      const value = option.value === undefined ? "" : ` ${text(option.value)}`;
      lines.push(".TP", `.B ${short}\\-\\-${text(option.name)}${value}`, text(optionText(option)));
    }
    for (const example of command.examples) {
      lines.push(".TP", `.I ${text(example.line)}`, text(example.note));
    }
  }
  lines.push(
    ".SH ENVIRONMENT",
    text(
      "Every option can be set as PLIMSOLL_ and its name in capitals with _ for -: PLIMSOLL_FAIL_ON=high. NO_COLOR turns colour off.",
    ),
    ".SH FILES",
    ".TP",
    ".I plimsoll.yaml",
    text("Configuration, here or in a directory above, up to the root of the checkout."),
    ".SH EXIT STATUS",
    ...[
      "0|nothing at or above \\-\\-fail\\-on",
      "1|findings",
      "2|usage or configuration error",
      "3|nothing to check",
      "4|incomplete and \\-\\-strict",
      "70|a bug in Plimsoll",
    ].flatMap((row) => {
      const [status = "", meaning = ""] = row.split("|");
      return [".TP", `.B ${status}`, meaning];
    }),
  );
  return `${lines.join("\n")}\n`;
}

/** Escapes what roff would read as its own: backslashes, hyphens, a leading dot or quote. */
function text(plain: string): string {
  return plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replace(/^([.'])/, "\\&$1");
}
