/** Entrypoint scripts that start as root and give root up by what they execute at the end. */

import type { Span } from "../../model/source.ts";
import type { ShellCommand, ShellWord } from "../../model/shell-command.ts";
import { baseName } from "../paths.ts";
import { withoutPrefix } from "./effective-words.ts";

export interface PrivilegeDropFound {
  readonly tool: string;
  /** To which user, when it is written literally. */
  readonly to?: string;
  readonly span: Span;
}

/**
 * The tool by which a script gives root up: what it `exec`s, what it hands on with `set -- TOOL …`
 * before `exec "$@"`, or what its last command runs. A tool that is told to become root gives nothing up.
 */
export function findPrivilegeDrop(
  commands: readonly ShellCommand[],
): PrivilegeDropFound | undefined {
  const executesArguments = commands.some(
    ({ words }) => words[0]?.text === "exec" && words.some((word) => word.text === "$@"),
  );
  const last = commands.findLast((command) => command.words.length > 0);
  for (const command of commands) {
    const { words } = command;
    const found =
      words[0]?.text === "exec" || command === last
        ? dropOf(words)
        : executesArguments && words[0]?.text === "set" && words[1]?.text === "--"
          ? dropOf(words.slice(2))
          : undefined;
    if (found !== undefined) return { ...found, span: command.span };
  }
  return undefined;
}

/** The drop that a command line makes by itself: `["gosu", "postgres", "postgres"]`. */
function dropOf(words: readonly ShellWord[]): Omit<PrivilegeDropFound, "span"> | undefined {
  let rest: readonly ShellWord[] | undefined = words;
  for (let count = 0; rest !== undefined && count < 12; count++) {
    const first: ShellWord | undefined = rest[0];
    if (first === undefined || first.dynamic) return undefined;
    const tool = baseName(first.text);
    const user = TOOLS.get(tool)?.(rest);
    if (user !== undefined) return dropTo(tool, user);
    rest = withoutPrefix(rest);
  }
  return undefined;
}

function dropTo(tool: string, user: ShellWord): Omit<PrivilegeDropFound, "span"> | undefined {
  if (user.dynamic) return { tool };
  const name = user.text.split(":")[0] ?? "";
  return name === "" || name === "root" || /^[+-]?0+$/.test(name)
    ? undefined
    : { tool, to: user.text };
}

type UserOf = (words: readonly ShellWord[]) => ShellWord | undefined;

/** The user is the first operand: `gosu USER COMMAND`. Only with a command after it. */
const firstOperand: UserOf = (words) => (words.length > 2 ? words[1] : undefined);

/** The user is the value of an option. */
const option =
  (...names: readonly string[]): UserOf =>
  (words) => {
    for (const [index, word] of words.entries()) {
      if (index === 0) continue;
      if (word.text === "--") return undefined;
      for (const name of names) {
        if (word.text === name) return words[index + 1];
        const attached = name.startsWith("--") ? `${name}=` : name;
        if (word.text.startsWith(attached)) {
          return { ...word, text: word.text.slice(attached.length) };
        }
      }
    }
    return undefined;
  };

/** su(1) and runuser(1): the user is the first operand; options may stand anywhere. */
const switchUser: UserOf = (words) => {
  const byOption = option("-u", "--user")(words);
  if (byOption !== undefined) return byOption;
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (["-c", "--command", "-s", "--shell", "-g", "--group", "-G", "-w"].includes(text)) index++;
    else if (!text.startsWith("-")) return words[index];
  }
  return undefined;
};

/** Sources: the manual pages of the tools, and the READMEs of gosu, su-exec and s6. */
const TOOLS: ReadonlyMap<string, UserOf> = new Map<string, UserOf>([
  ["gosu", firstOperand],
  ["su-exec", firstOperand],
  ["s6-setuidgid", firstOperand],
  ["setuidgid", firstOperand],
  ["setuser", firstOperand],
  ["setpriv", option("--reuid", "--ruid", "--euid")],
  ["chroot", option("--userspec")],
  ["chpst", option("-u", "-U")],
  ["s6-applyuidgid", option("-u", "-U")],
  ["capsh", option("--user", "--uid")],
  ["sudo", option("-u", "--user")],
  ["doas", option("-u")],
  ["start-stop-daemon", option("--chuid", "-c")],
  ["su", switchUser],
  ["runuser", switchUser],
]);
