/** Build steps that write a mounted secret where it stays: in a file of the layer. */

import { shownName } from "../../detect/shown-name.ts";
import type { RunStep } from "../../model/build-steps.ts";
import type { ShellCommand, ShellWord } from "../../model/shell-command.ts";
import { effectiveWords } from "../../readers/shell/effective-words.ts";
import { baseName } from "../../readers/paths.ts";
import type { FindingDraft } from "../contract.ts";

/** Commands that keep what they are given: in a configuration file, in `.git/config`. */
const KEEPERS: readonly (readonly [program: RegExp, words: readonly string[], where: string])[] = [
  [/^(?:npm|pnpm|yarn)$/, ["set"], "its configuration file"],
  [/^pip3?$/, ["config", "set"], "its configuration file"],
  [/^(?:poetry|composer|bundle)$/, ["config"], "its configuration file"],
  [/^git$/, ["clone"], ".git/config"],
  [/^git$/, ["config"], "its configuration file"],
  [/^git$/, ["remote"], ".git/config"],
  [/^go$/, ["env", "-w"], "its configuration file"],
  [/^(?:docker|podman|helm|crane|skopeo|npm|gh|gcloud)$/, ["login"], "its configuration file"],
];

/** Longer pipes are not followed to their end. */
const MAX_PIPE = 50;

const COPIERS = /^(?:cp|mv|install|tee|rsync|dd)$/;

/** Findings on a step that has secrets mounted. */
export function keptSecrets(run: RunStep): FindingDraft[] {
  const secrets = run.mounts.filter(({ type }) => type === "secret");
  if (secrets.length === 0) return [];
  const paths = secrets.flatMap(({ options }) => {
    const target = options["target"] ?? options["dst"] ?? options["destination"];
    if (target !== undefined) return [target];
    return [`/run/secrets/${options["id"] ?? ""}`];
  });
  const variables = secrets.flatMap(({ options }) =>
    options["env"] === undefined ? [] : [options["env"]],
  );
  // `TOKEN=$(cat /run/secrets/token)` hands the secret on.
  for (const command of run.commands) {
    for (const { name, value } of command.assignments) {
      if (paths.some((path) => value.includes(path))) variables.push(name);
    }
  }
  const removed = new Set(
    run.commands
      .filter((command) => baseName(effectiveWords(command)[0]?.text ?? "") === "rm")
      .flatMap((command) => command.words.map(({ text }) => baseName(text))),
  );
  const found: FindingDraft[] = [];
  for (const [index, command] of run.commands.entries()) {
    const holds = (word: ShellWord): boolean => mentions(word.text, paths, variables);
    const where = keptWhere(run, command, index, holds, removed);
    if (where !== undefined) found.push(finding(run, command, where));
  }
  return found;
}

function keptWhere(
  run: RunStep,
  command: ShellCommand,
  index: number,
  holds: (word: ShellWord) => boolean,
  removed: ReadonlySet<string>,
): string | undefined {
  const words = effectiveWords(command);
  const program = baseName(words[0]?.text ?? "");
  const stays = (path: string): boolean => keepsFile(path, run, removed);
  // What the command prints goes where its output, or that of the end of the pipe, is sent.
  const printed =
    words.some(holds) && /^(?:cat|echo|printf|envsubst|sed|awk|head|base64|jq)$/.test(program);
  if (printed) {
    const target = outputFile(run.commands, index);
    if (target !== undefined && stays(target)) return target;
  }
  if (COPIERS.test(program) && words.slice(1, -1).some(holds)) {
    const target = words.at(-1)?.text ?? "";
    if (stays(target)) return target;
  }
  for (const [pattern, wanted, where] of KEEPERS) {
    const named = wanted.every((word) => words.some(({ text }) => text === word));
    if (pattern.test(program) && named && words.some(holds)) return where;
  }
  return undefined;
}

/** The file to which a command's output goes, by itself or through `| tee file`. */
function outputFile(commands: readonly ShellCommand[], index: number): string | undefined {
  for (let at = index; at < Math.min(commands.length, index + MAX_PIPE); at++) {
    const command = commands[at];
    if (command === undefined || (at > index && command.joinedBy !== "|")) return undefined;
    const redirect = command.redirects.find(({ operator }) => /^1?>[>|]?$|^&>>?$/.test(operator));
    if (redirect !== undefined) return redirect.target;
    const words = effectiveWords(command);
    if (at > index && baseName(words[0]?.text ?? "") === "tee") return words.at(-1)?.text;
  }
  return undefined;
}

/** Whether a file is part of the layer: not a device, not on a mount, not removed in the same step. */
function keepsFile(path: string, run: RunStep, removed: ReadonlySet<string>): boolean {
  if (path === "" || /^(?:\/dev\/|&|\/proc\/)/.test(path) || removed.has(baseName(path)))
    return false;
  return !run.mounts.some(({ options }) => {
    const target = options["target"] ?? options["dst"] ?? options["destination"];
    return target !== undefined && (path === target || path.startsWith(`${target}/`));
  });
}

function mentions(text: string, paths: readonly string[], variables: readonly string[]): boolean {
  if (paths.some((path) => path !== "/run/secrets/" && text.includes(path))) return true;
  return variables.some((name) => {
    const at = text.indexOf(`$${name}`);
    const plain = at >= 0 && !/\w/.test(text.charAt(at + name.length + 1));
    return plain || text.includes(`\${${name}}`) || text.includes(`\${${name}:`);
  });
}

function finding(run: RunStep, command: ShellCommand, path: string): FindingDraft {
  const where = path.length > 60 ? "a file" : shownName(path, "a file");
  return {
    severity: run.inImage ? "high" : "medium",
    confidence: "medium",
    message: `RUN step writes a mounted secret into ${where}`,
    detail: run.inImage
      ? "The mount itself leaves no trace, but what the step writes becomes part of the layer, where everybody who can pull the image reads it. Removing it in a later step does not help."
      : "The mount itself leaves no trace, but what the step writes becomes part of the stage's layer, which stays in the builder's cache and in an exported cache.",
    help: `Mount the secret at the place where the tool reads it, for example \`--mount=${
      baseName(effectiveWords(command)[0]?.text ?? "") === "git" || /git|netrc/.test(path)
        ? "type=secret,id=netrc,target=/root/.netrc,required=true"
        : "type=secret,id=npmrc,target=/root/.npmrc,required=true"
    }\`, and write nothing`,
    at: command.span,
    label: "the secret is kept here",
    subject: `kept in ${where}`,
  };
}
