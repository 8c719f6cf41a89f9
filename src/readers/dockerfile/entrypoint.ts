/** Whether the command of an image starts as root and then gives root up. */

import type { Span } from "../../model/source.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { ShellCommand, ShellWord } from "../../model/shell-command.ts";
import { baseName } from "../paths.ts";
import { effectiveWords } from "../shell/effective-words.ts";
import { findPrivilegeDrop } from "../shell/privilege-drop.ts";
import { isShell } from "../shell/shells.ts";
import type { BuildContext } from "./build-context.ts";
import type { SetCommand, StageState } from "./evaluator.ts";
import { imageFile } from "./image-files.ts";
import { spanIn } from "./logical-text.ts";
import { commandsOf, shellCommands } from "./run-script.ts";

/** Scripts that run scripts are followed this far. */
const MAX_SCRIPTS = 4;

/**
 * The drop that ENTRYPOINT makes, else CMD, else the entrypoint of the base image where that is known
 * and still in force.
 */
export function privilegeDropOf(
  state: StageState,
  context: BuildContext | undefined,
): PrivilegeDrop | undefined {
  const { entrypoint, command, baseDrop } = state;
  if (entrypoint === undefined) {
    return baseDrop ?? (command === undefined ? undefined : dropOfCommand(state, command, context));
  }
  const own =
    dropOfCommand(state, entrypoint, context) ??
    (command === undefined ? undefined : dropOfCommand(state, command, context));
  if (own !== undefined || baseDrop === undefined) return own;
  // The base's own script, named again.
  const keepsScript = entrypoint.line.words.some(
    (word) => baseName(word) === "docker-entrypoint.sh",
  );
  return keepsScript ? baseDrop : undefined;
}

function dropOfCommand(
  state: StageState,
  { instruction, shell, line }: SetCommand,
  context: BuildContext | undefined,
): PrivilegeDrop | undefined {
  if (line.words.length === 0) return undefined;
  let commands = commandsOf(instruction, shell);
  const { keyword, rest } = instruction;
  const named = spanIn(instruction.line, keyword.start, Math.max(keyword.end, rest.end));
  for (let scripts = 0; scripts <= MAX_SCRIPTS; scripts++) {
    const drop = findPrivilegeDrop(commands);
    if (drop !== undefined) {
      return {
        tool: drop.tool,
        ...(drop.to === undefined ? {} : { to: drop.to }),
        origin: dropOrigin(drop.span, named, scripts),
      };
    }
    const path = scriptPath(commands);
    const script = path === undefined ? undefined : imageFile(state, path, context);
    if (script === undefined) return undefined;
    commands = shellCommands(script);
  }
  return undefined;
}

function dropOrigin(span: Span, named: Span, scripts: number): PrivilegeDrop["origin"] {
  if (scripts === 0) return { kind: "set", span };
  return { kind: "set", span, through: [{ span: named, label: "the image starts this script" }] };
}

/** The program or script that a list of commands ends in: the last `exec`, else the last command. */
function scriptPath(commands: readonly ShellCommand[]): string | undefined {
  const started = commands.findLast(
    ({ words }) => words[0]?.text === "exec" && words.length > 1 && words[1]?.dynamic === false,
  );
  const last = started ?? commands.findLast(({ words }) => words.length > 0);
  if (last === undefined) return undefined;
  const words = effectiveWords<ShellWord>(last);
  const first = words[0];
  if (first === undefined || first.dynamic) return undefined;
  if (!isShell(first.text)) return first.text;
  const operand = words.slice(1).find(({ text }) => !/^[-+]/.test(text));
  return operand === undefined || operand.dynamic ? undefined : operand.text;
}
