/** Every command, in the order in which help lists them. Each loads its code when it runs. */

import { severities } from "../model/finding.ts";
import { formatNames } from "../report/index.ts";
import type { Command, Option } from "./command.ts";
import { gateCommand } from "./commands/gate/definition.ts";

const help: Option = { name: "help", short: "h", summary: "show this help" };

const check: Command = {
  name: "check",
  summary: "read, judge and report (the default command)",
  usage: "check [TARGET…] [OPTION…] [-- docker run …]",
  description: [
    "Reads every Dockerfile, Compose file, Kubernetes manifest, run line (in scripts, Makefiles, workflows, documentation) and OCI config.json under the targets, works out what each container may do, and reports where it is more than it needs.",
    "A TARGET is a file, a directory, or - for standard input; without one it is the current directory. Words after -- are a run line. Files that .gitignore leaves out are not read.",
    "An image is a TARGET too: image:REF of the local engine, registry:REF straight from its registry, archive:FILE as docker save writes it, oci:DIR in the OCI layout. Every layer is searched for secrets, those that a later one deletes included. container:NAME is a container of the engine, engine: all containers and images of it. No other target is looked for over a network.",
    "Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage or configuration error, 3 nothing to check, 4 incomplete and --strict, 70 a bug in Plimsoll. It never depends on the format.",
  ],
  options: [
    {
      name: "format",
      short: "f",
      value: "FORMAT[=FILE]",
      repeatable: true,
      summary: `how to report: ${formatNames.join(", ")}; with =FILE into a file, whose folder is made when there is none; never over a file that is checked`,
      default: "terminal",
    },
    {
      name: "fail-on",
      value: "SEVERITY",
      choices: [...severities, "none"],
      summary: "the least severity that makes the exit status 1",
      default: "medium",
    },
    { name: "posture", summary: "also print what each container holds, one line a layer" },
    {
      name: "standard",
      value: "STANDARD",
      repeatable: true,
      summary:
        "also judge pods by a published standard: pod-security:baseline or pod-security:restricted, with @1.NN for a version",
    },
    { name: "only", value: "RULE", repeatable: true, summary: "judge by this rule only" },
    { name: "skip", value: "RULE", repeatable: true, summary: "leave this rule out" },
    { name: "strict", summary: "exit with 4 when something could not be read or decided" },
    {
      name: "as",
      value: "KIND",
      choices: ["dockerfile", "compose", "kubernetes", "run-lines", "oci-config"],
      summary:
        "what the named files (or standard input) are, instead of telling by name and content",
    },
    {
      name: "platform",
      value: "OS/ARCH",
      summary: "of images of several platforms, only this one: linux/arm64",
      default: "all that are there",
    },
    {
      name: "images",
      value: "WHICH",
      choices: ["auto", "never", "pull"],
      summary:
        "images that settle what files leave to them: those of a local engine, none, or from their registry too",
      default: "auto",
    },
    {
      name: "log-lines",
      value: "COUNT",
      summary: "search so many last lines of a container's log for secrets",
      default: "0",
    },
    { name: "plain-http", summary: "speak HTTP without TLS to a registry" },
    {
      name: "ca",
      value: "FILE",
      summary: "trust the authorities in this file, too, for a registry's certificate (PEM)",
    },
    { name: "no-cache", summary: "scan layers anew, and keep nothing of them" },
    {
      name: "config",
      value: "FILE",
      summary: "the configuration file",
      default: "plimsoll.yaml, here or above",
    },
    { name: "no-config", summary: "read no configuration file" },
    {
      name: "baseline",
      value: "FILE",
      summary:
        "findings in this file do not count; it serves from every folder of the checkout, else of the folder that it was written in",
    },
    {
      name: "write-baseline",
      value: "FILE",
      summary: "write all findings of this run as a baseline; never over a file that is checked",
    },
    {
      name: "no-inline-exceptions",
      summary: "exceptions in comments and annotations do not count",
    },
    { name: "show-suppressed", summary: "show findings that an exception or the baseline covers" },
    { name: "no-ignore", summary: "read files that .gitignore leaves out, too" },
    {
      name: "color",
      value: "WHEN",
      choices: ["auto", "always", "never"],
      summary: "colour",
      default: "auto",
    },
    {
      name: "width",
      value: "COLUMNS",
      summary: "columns of the terminal format",
      default: "COLUMNS, else the terminal's, else 100",
    },
    { name: "no-progress", summary: "show no progress" },
    help,
  ],
  examples: [
    { line: "plimsoll", note: "check the current directory" },
    { line: "plimsoll check compose.yaml --posture", note: "and show what each service holds" },
    {
      line: "plimsoll check . -f terminal -f sarif=plimsoll.sarif",
      note: "for people and for code scanning",
    },
    { line: "helm template chart | plimsoll check -", note: "a rendered chart" },
    { line: "plimsoll check -- docker run --privileged -v /:/host alpine", note: "a run line" },
    {
      line: "plimsoll check k8s --standard pod-security:restricted@1.32",
      note: "a published standard",
    },
  ],
  completes: "files",
  run: async (invocation) => (await import("./commands/check.ts")).runCheck(invocation),
};

const explain: Command = {
  name: "explain",
  summary: "explain a rule, capability, system call, layer or field",
  usage: "explain [WORD]",
  description: [
    "Explains a rule (runs-as-root), a capability (SYS_ADMIN), a system call (bpf), a layer (seccomp), a namespace (pid), or a field of HostConfig or securityContext (allowPrivilegeEscalation). Without a word it lists the rules.",
  ],
  options: [
    {
      name: "width",
      value: "COLUMNS",
      summary: "columns to fit in",
      default: "the terminal's, at most 100",
    },
    {
      name: "color",
      value: "WHEN",
      choices: ["auto", "always", "never"],
      summary: "colour",
      default: "auto",
    },
    help,
  ],
  examples: [
    {
      line: "plimsoll explain engine-socket",
      note: "what it is, why, what an attacker gains, how to fix it",
    },
    { line: "plimsoll explain SYS_ADMIN", note: "a capability" },
  ],
  completes: "words",
  words: async () => (await import("./commands/explain.ts")).explainableWords(),
  run: async (invocation) => (await import("./commands/explain.ts")).runExplain(invocation),
};

const secrets: Command = {
  name: "secrets",
  summary: "verify a secret that was found in an image",
  usage: "secrets verify FINDING…",
  description: [
    "Reads the place of a finding again and says whether the secret still stands there. FINDING is what `plimsoll check` prints after `verify:`. The value is never shown.",
    "Exit status: 0 every one is confirmed, 1 one is gone or has another value, 2 usage error, 4 one stands there but was found under a key that is not kept here (on another machine, or without a cache directory), so that its value cannot be compared.",
  ],
  options: [
    { name: "plain-http", summary: "speak HTTP without TLS to a registry" },
    {
      name: "ca",
      value: "FILE",
      summary: "trust the authorities in this file, too, for a registry's certificate (PEM)",
    },
    { name: "no-progress", summary: "show no progress" },
    help,
  ],
  examples: [
    {
      line: "plimsoll secrets verify 'image:app#sha256:97434f898176/.npmrc@33+40=c180dcf5'",
      note: "is it still there?",
    },
  ],
  completes: "words",
  words: () => Promise.resolve(["verify"]),
  run: async (invocation) => (await import("./commands/secrets.ts")).runSecrets(invocation),
};

const completion: Command = {
  name: "completion",
  summary: "print a completion script for a shell",
  usage: "completion bash|zsh|fish",
  description: [
    "Prints a script that completes commands, options and values of plimsoll in a shell.",
  ],
  options: [help],
  examples: [
    {
      line: "plimsoll completion bash > /etc/bash_completion.d/plimsoll",
      note: "for every user of bash",
    },
    { line: "plimsoll completion zsh > ~/.zfunc/_plimsoll", note: "with ~/.zfunc in $fpath" },
    {
      line: "plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish",
      note: "for fish",
    },
  ],
  completes: "words",
  words: () => Promise.resolve(["bash", "zsh", "fish"]),
  run: async (invocation) => (await import("./commands/completion.ts")).runCompletion(invocation),
};

const man: Command = {
  name: "man",
  summary: "print the manual page",
  usage: "man",
  description: ["Prints the manual page in roff: `plimsoll man | man -l -` shows it."],
  options: [help],
  examples: [{ line: "plimsoll man > /usr/local/share/man/man1/plimsoll.1", note: "install it" }],
  completes: "none",
  run: async (invocation) => (await import("./commands/man.ts")).runMan(invocation),
};

export const commands: readonly Command[] = [check, explain, secrets, gateCommand, completion, man];
