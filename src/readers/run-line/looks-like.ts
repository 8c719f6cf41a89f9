/** Whether a file may hold run lines: a cheap look at its text. */

import { baseName } from "../paths.ts";

const CALL =
  /(?:\b(?:docker|podman|nerdctl)(?:\.exe)?\b|[$][({]?\w*(?:DOCKER|PODMAN|NERDCTL|CONTAINER|OCI)\w*[)}]?)[^\n]{0,200}?\s(?:run|create|exec|build)\b/i;
const TCP_HOST =
  /\bDOCKER_HOST\b[^\n]{0,12}\btcp:\/\/|\bdocker[^\n]{0,60} (?:-H|--host)[ =]?["']?tcp:\/\//;
const CONTINUED = /\b(?:docker|podman|nerdctl)\b[^\n]{0,200}\\\r?\n/;
const WORKFLOW =
  /^[ \t]+(?:container|services)[ \t]*:|uses[ \t]*:[ \t]*["']?(?:docker:\/\/|addnab\/docker-run-action@)/im;
const CI_IMAGE = /^(?:[ \t]+|["']?)image["']?[ \t]*:/m;

/** True when `readRunLines` may find something; false when it surely does not. */
export function looksLikeRunLines(path: string, text: string): boolean {
  const name = baseName(path);
  if (/^\.?devcontainer\.json$/i.test(name)) return true;
  if (isWorkflow(path) && WORKFLOW.test(text)) return true;
  if (isGitlab(path) && CI_IMAGE.test(text)) return true;
  return (
    kindOfFile(path, text) !== undefined &&
    (CALL.test(text) || CONTINUED.test(text) || TCP_HOST.test(text))
  );
}

export type RunLineFile =
  | "shell"
  | "makefile"
  | "workflow"
  | "gitlab"
  | "yaml"
  | "devcontainer"
  | "markdown"
  | "package-json"
  | "systemd"
  | "justfile";

/** The source of a program that deals with Makefiles. */
const PROGRAM = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|cs|php|lua)$/i;

/** What kind of file it is, by its name and its first line. */
export function kindOfFile(path: string, text: string): RunLineFile | undefined {
  const name = baseName(path);
  if (
    /^\.?devcontainer\.json$/i.test(name) ||
    /(^|\/)\.devcontainer\/[^/]+\/devcontainer\.json$/.test(path)
  ) {
    return "devcontainer";
  }
  if (/^(GNUm|m|M)akefile([.-].*)?$|\.(mk|mak|make|[mM]akefile)$/.test(name)) {
    return PROGRAM.test(name) ? undefined : "makefile";
  }
  if (/^\.?justfile$|\.just$/i.test(name)) return "justfile";
  if (/\.(md|markdown|mdx)$/i.test(name)) return "markdown";
  if (/^package\.json$/.test(name)) return "package-json";
  if (name.endsWith(".service")) return "systemd";
  if (isWorkflow(path)) return "workflow";
  if (isGitlab(path)) return "gitlab";
  if (/\.ya?ml$/i.test(name)) return "yaml";
  if (/\.(sh|bash|zsh|ksh|dash|command|bats)$/i.test(name)) return "shell";
  if (/^(\ufeff)?#!.{0,60}\b(ba|da|a|z|k)?sh\b/.test(text.slice(0, 100))) return "shell";
  return /^\.(bash|zsh)rc$|^\.(bash_)?(aliases|profile)$|^\.envrc$/.test(name)
    ? "shell"
    : undefined;
}

function isWorkflow(path: string): boolean {
  return /(^|\/)\.(github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(^|\/)action\.ya?ml$/i.test(
    path,
  );
}

function isGitlab(path: string): boolean {
  return /(^|\/)[^/]*\.?gitlab-ci[^/]*\.ya?ml$|(^|\/)\.gitlab\/.*\.ya?ml$/i.test(path);
}
