/** Where and how the report goes. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nearest } from "../../../model/nearest.ts";
import type { FormatOptions, Report } from "../../../report/contract.ts";
import type { FormatName } from "../../../report/index.ts";
import { formatNames, isFormatName, loadFormat } from "../../../report/index.ts";
import { colorWanted, widthWanted } from "../../terminal.ts";
import type { Io, OptionValues, UsageProblem } from "../../command.ts";

export interface Output {
  readonly format: FormatName;
  /** Undefined for standard output. */
  readonly file?: string;
}

/** Reads every `-f FORMAT[=FILE]`. Only one format can go to standard output. */
export function parseOutputs(options: OptionValues): readonly Output[] | UsageProblem {
  const outputs: Output[] = [];
  for (const text of options.texts("format")) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!isFormatName(name)) {
      const near = nearest(name, formatNames);
      return {
        problem: `there is no format ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${near}?`}`,
        help: `formats are ${formatNames.join(", ")}`,
      };
    }
    if (equals >= 0 && text.length === equals + 1) {
      return { problem: `-f ${text} names no file`, help: `write -f ${name}=FILE` };
    }
    outputs.push(equals < 0 ? { format: name } : { format: name, file: text.slice(equals + 1) });
  }
  if (outputs.length === 0) outputs.push({ format: "terminal" });
  const toStandardOutput = outputs.filter((output) => output.file === undefined);
  if (toStandardOutput.length > 1) {
    return {
      problem: `${toStandardOutput.map((output) => output.format).join(" and ")} cannot both go to standard output`,
      help: "send all but one to a file: -f sarif=plimsoll.sarif",
    };
  }
  const width = options.text("width") ?? "100";
  if (!/^\d{2,4}$/.test(width) || Number(width) < 40) {
    return {
      problem: `--width is a number of columns from 40, not ${width}`,
      help: "leave it out for the terminal's",
    };
  }
  return outputs;
}

/** Renders and writes every output. Gives what went wrong, if anything did. */
export async function writeReports(
  report: Report,
  outputs: readonly Output[],
  options: OptionValues,
  io: Io,
): Promise<UsageProblem | undefined> {
  for (const { format, file } of outputs) {
    const render = await loadFormat(format);
    const text = render(report, formatOptions(options, io, file !== undefined));
    if (file === undefined) {
      io.out(text);
      continue;
    }
    try {
      const full = resolve(io.workingDirectory, file);
      makeDirectory(dirname(full));
      writeFileSync(full, text);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
      return {
        problem: `${file} cannot be written (${code})`,
        help: "give a path that can be written",
      };
    }
  }
  return undefined;
}

function formatOptions(options: OptionValues, io: Io, toFile: boolean): FormatOptions {
  return {
    width: toFile ? Number(options.text("width") ?? 100) : widthWanted(options.text("width"), io),
    color: colorWanted(options.text("color"), io, toFile),
    showSuppressed: options.flag("show-suppressed"),
    posture: options.flag("posture"),
    links: !toFile && io.outIsTerminal && (io.environment["CI"] ?? "") === "",
  };
}

/** With its parents. Not by `recursive: true`, which never returns for some impossible paths (below /proc). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!existsSync(directory)) throw error;
  }
}
