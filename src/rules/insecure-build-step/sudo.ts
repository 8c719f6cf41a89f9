/** `RUN sudo …`: the image has sudo. */

import type { RunStep } from "../../model/build-steps.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import { effectiveWords, prefixesOf } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import { draft } from "./weakness.ts";

/** A finding on the first step that uses sudo, unless steps bring it (which is said there) or remove it. */
export function usesSudo(runs: readonly RunStep[]): FindingDraft[] {
  const commands = runs.filter(({ inImage }) => inImage).flatMap((run) => run.commands);
  const first = commands.find((command) => prefixesOf(command).includes("sudo"));
  if (first === undefined || commands.some(installsOrRemoves)) return [];
  return [
    draft({
      severity: "low",
      message: "a step uses sudo, so the image has it",
      detail:
        "It is a setuid program whose purpose is to give root back to a process that gave it up. Nobody types a password in a build: what it gives to the step's user, it gives to whoever takes that user over.",
      help: "Take root with `USER root` for the steps that need it, go back with `USER 1000`, and leave sudo out of the image",
      label: "a way back to root",
      at: first.span,
      subject: "uses sudo",
    }),
  ];
}

/** `apt-get install sudo`, `apt-get purge sudo`, `apk del sudo`. */
function installsOrRemoves(command: ShellCommand): boolean {
  const [program, ...words] = effectiveWords(command).map(({ text }) => text);
  return (
    /(?:^|\/)(?:apt|apt-get|apk|yum|dnf\d?|microdnf|zypper|dpkg|rpm)$/.test(program ?? "") &&
    words.some((word) => /^sudo(?:=.*)?$/.test(word))
  );
}
