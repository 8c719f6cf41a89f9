/** What a line mounts from: a path of the host, of the project, or the name of a volume. */

import { unknownAt } from "../../model/fact.ts";
import type { Mount } from "../../model/mounts.ts";
import { dirName, hostPathOf, joinPath, leavesTree } from "../paths.ts";
import { sourceTypeOf } from "../docker-syntax/short-volume.ts";
import type { Argument } from "./argument.ts";
import { unknownText } from "./argument.ts";
import type { Report } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

/** A bind mount of a path, or a volume by its name. */
export function sourceOf(
  source: Argument,
  option: Option,
  report: Report,
): Pick<Mount, "type" | "source" | "hostPath"> {
  const { text } = source;
  const head = source.pieces[0];
  if (head?.unknown !== undefined) {
    const rest = text.slice(head.text.length);
    const hostPath = hostPathOfVariable(source);
    if (hostPath !== undefined) {
      if (leavesTree(".", `.${rest}`)) reportClimb(option, report);
      return { type: "bind", source: text, hostPath };
    }
    if (!isProjectPath(source)) reportSource(option, source, report);
    else if (leavesTree(directoryOf(option), `.${rest}`)) reportClimb(option, report);
    return { type: "bind", source: text };
  }
  const type = sourceTypeOf(text);
  if (type !== "npipe" && leavesTree(directoryOf(option), text)) reportClimb(option, report);
  const hostPath = type === "bind" ? hostPathOf(text) : undefined;
  return { type, source: text, ...(hostPath === undefined ? {} : { hostPath }) };
}

/** The directory that a line is most leniently taken to run in; workflows run in the checkout's. */
function directoryOf({ span }: Option): string {
  return dirName(span.file.path.replace(/(^|\/)\.(?:github|gitea|forgejo)\/.*$/, "$1workflow"));
}

function reportClimb(option: Option, report: Report): void {
  report.unknowns.push(
    unknownAt(
      option.span,
      "source of a mount",
      "its `..` lead out of the files that are checked, so any path of the host may be mounted",
      "write the absolute path",
    ),
  );
}

export function reportSource(option: Option, source: Argument, report: Report): void {
  report.unknowns.push(
    unknownAt(
      option.span,
      "source of a mount",
      `the value of ${unknownText(source)} is not known here, so any path of the host may be mounted`,
      "write the path out, or set the variable in this file",
    ),
  );
}

/** Variables that hold a directory below the user's own or of the system, whoever runs the line. */
function hostPathOfVariable(source: Argument): string | undefined {
  const [head] = source.pieces;
  const rest = source.text.slice(head?.text.length ?? 0);
  const name = head?.unknown?.name;
  if (name === "HOME") return hostPathOf(`~${rest}`);
  const home = /^(?:\$\{(?:localEnv|env):(?:HOME|USERPROFILE)\})+/.exec(source.text)?.[0];
  if (home !== undefined) return hostPathOf(`~${source.text.slice(home.length)}`);
  if (name === "XDG_RUNTIME_DIR") return joinPath("/run/user/$UID", `.${rest}`);
  if (/^(echo )?(~|\$HOME)$/.test(head?.unknown?.substitution ?? "")) return hostPathOf(`~${rest}`);
  return undefined;
}

const PROJECT_VARIABLES =
  /^(PWD|OLDPWD|CURDIR|BASH_SOURCE|GITHUB_WORKSPACE|CI_PROJECT_DIR|WORKSPACE|BUILD_SOURCESDIRECTORY|SYSTEM_DEFAULTWORKINGDIRECTORY|CIRCLE_WORKING_DIRECTORY|BITBUCKET_CLONE_DIR|DRONE_WORKSPACE|TRAVIS_BUILD_DIR|BUILDKITE_BUILD_CHECKOUT_PATH|localWorkspaceFolder|workspaceFolder|PROJECT_?(DIR|ROOT|PATH)|REPO_?(DIR|ROOT)|ROOT_?DIR|SCRIPT_?DIR|SRC_?DIR)$/i;
const PROJECT_COMMANDS = /^(pwd|realpath|readlink|dirname|git rev-parse|cd |cygpath|wslpath)/;
const PROJECT_EXPRESSIONS =
  /^\$\{\{\s*(github\.workspace|runner\.temp|github\.action_path)\s*\}\}|^\$\{(localWorkspaceFolder|containerWorkspaceFolder|workspaceFolder)/;

/** Whether a path begins with an expansion that gives a directory of the project. */
export function isProjectPath(source: Argument): boolean {
  const [head] = source.pieces;
  const { name, substitution } = head?.unknown ?? {};
  if (name !== undefined && PROJECT_VARIABLES.test(name)) return true;
  if (substitution !== undefined && PROJECT_COMMANDS.test(substitution)) return true;
  return PROJECT_EXPRESSIONS.test(head?.text ?? "");
}
