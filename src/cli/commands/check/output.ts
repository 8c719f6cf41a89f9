/** Where and how the report goes. */

import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { nearest } from "../../../model/nearest.ts";
import type { FormatOptions, Report } from "../../../report/contract.ts";
import type { FormatName } from "../../../report/index.ts";
import { formatNames, isFormatName, loadFormat } from "../../../report/index.ts";
import { systemReason } from "../../system-error.ts";
import { printableLine } from "../../printable.ts";
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
  const files = outputs.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) {
    return {
      problem: `two formats go to ${twice}, and the second would overwrite the first`,
      help: "give each a file of its own",
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
    const rendered = render(report, formatOptions(options, io, file !== undefined));
    const blocks = typeof rendered === "string" ? [rendered] : inBlocks(rendered);
    if (file === undefined) {
      for (const block of blocks) io.out(block);
      continue;
    }
    try {
      const full = resolve(io.workingDirectory, file);
      const made = makeDirectory(dirname(full));
      if (made !== undefined) {
        io.err(`plimsoll: made the folder ${printableLine(made)} for ${printableLine(file)}\n`);
      }
      writeBlocks(full, blocks);
    } catch (error) {
      return {
        problem: `${file} cannot be written (${systemReason(error)})`,
        help: "give a path that can be written",
      };
    }
  }
  return undefined;
}

function writeBlocks(full: string, blocks: Iterable<string>): void {
  const descriptor = openSync(full, "w");
  try {
    for (const block of blocks) writeFileSync(descriptor, block);
  } finally {
    closeSync(descriptor);
  }
}

/** UTF-16 code units that are written at once, about. */
const BLOCK = 256 * 1024;

/** Many small pieces as few large ones. */
function* inBlocks(pieces: Iterable<string>): Generator<string> {
  let block = "";
  for (const piece of pieces) {
    block += piece;
    if (block.length < BLOCK) continue;
    yield block;
    block = "";
  }
  if (block !== "") yield block;
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

/**
 * With its parents; gives the outermost folder that was made. Not by `recursive: true`, which never returns
 * for some impossible paths (below /proc).
 */
function makeDirectory(directory: string): string | undefined {
  if (existsSync(directory)) return undefined;
  const above = makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another run may have made it meanwhile.
    if (!existsSync(directory)) throw error;
    return above;
  }
  return above ?? directory;
}
