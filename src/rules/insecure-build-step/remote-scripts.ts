/** `curl … | sh`: a script from the network is run unseen. */

import type { RunStep } from "../../model/build-steps.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import { draft } from "./weakness.ts";

const FETCHERS = /^(?:curl|wget|fetch|http|https|aria2c)$/;
const INTERPRETERS =
  /^(?:(?:ba|da|a|z|k|c|fi)?sh|python[\d.]*|perl|ruby|node|php|pwsh|powershell|source|\.|eval)$/;
const FETCHED_INSIDE = /(?:\$\(|<\(|`)\s{0,20}(?:sudo\s{1,20})?(?:\/usr\/bin\/)?(?:curl|wget)\s/;

/** Findings on the pipelines and substitutions of a step. */
export function remoteScripts(run: RunStep): FindingDraft[] {
  const found: FindingDraft[] = [];
  let fetched = false;
  for (const command of run.commands) {
    const program = programOf(command);
    if (command.joinedBy !== "|") fetched = false;
    const runs = INTERPRETERS.test(program);
    const inside =
      runs &&
      [
        ...command.words.map(({ text }) => text),
        ...command.redirects.map(({ target }) => target),
      ].some((text) => FETCHED_INSIDE.test(text));
    if ((fetched && runs && !readsData(command)) || inside)
      found.push(finding(run, command, program));
    if (FETCHERS.test(program)) fetched = true;
  }
  return found;
}

/** `curl … | python -c '…'` and `| node -e` work on data; `| python -m json.tool` too. */
function readsData(command: ShellCommand): boolean {
  const program = programOf(command);
  const data = /^(?:python[\d.]*|perl|ruby|node|php)$/.test(program);
  return data && command.words.some(({ text }) => /^-(?:\w*[cemnp]|-eval)$/.test(text));
}

function programOf(command: ShellCommand): string {
  return baseName(effectiveWords(command)[0]?.text ?? "");
}

function finding(run: RunStep, command: ShellCommand, program: string): FindingDraft {
  return draft({
    severity: "medium",
    message: `a script from the network is run unseen by ${program === "." ? "the shell" : program}`,
    detail: `Whoever controls the server, its domain or the network path runs commands in the build${run.inImage ? " and decides what goes into the image" : ""}. A download that breaks off runs half a script.`,
    help: "Download it to a file, check it with `sha256sum -c` against a digest in the Dockerfile, then run it; or use `ADD --checksum=sha256:<digest>`",
    label: "runs what was downloaded",
    at: command.span,
    subject: `download piped into ${program}`,
  });
}
