/** How grave a privileged file of an image is. */

import { capability } from "../../linux/capabilities.ts";
import { engines } from "../../linux/engines.ts";
import type { Severity } from "../../model/finding.ts";
import type { CapableFile, PrivilegedFile } from "../../model/image-contents.ts";
import type { EngineName } from "../../model/workload.ts";
import { listWords } from "../in-form.ts";
import type { Program } from "./programs.ts";
import { programAt } from "./programs.ts";

/** What is to be said of a file; undefined for one that distributions bring, which is said of all together. */
export interface Judgement {
  readonly severity: Severity;
  readonly message: string;
  /** What whoever runs it gains, as a sentence. */
  readonly gain: string;
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const GROUP_EXECUTE = 0o010;

/** Whether a mode's bits do anything: setgid without the right to execute once meant locks. */
export function isSetuid({ mode }: PrivilegedFile): boolean {
  return (mode & SETUID) !== 0;
}

export function isSetgid({ mode }: PrivilegedFile): boolean {
  return (mode & SETGID) !== 0 && (mode & GROUP_EXECUTE) !== 0;
}

export function judgeSetuid(file: PrivilegedFile): Judgement | undefined {
  const program = programAt(file.path);
  if (program === "known") return undefined;
  if (isSetuid(file)) {
    if (file.uid !== 0) return ofUser(file, program);
    return { ...AS_ROOT[program], message: `${file.path} runs as root whoever starts it (setuid)` };
  }
  return isSetgid(file) ? ofGroup(file, program) : undefined;
}

/** By what a program does for whoever starts it as root. */
const AS_ROOT: Readonly<Record<Exclude<Program, "known">, Omit<Judgement, "message">>> = {
  commands: {
    severity: "high",
    gain: "The program runs any command that it is given, so whoever may start it is root of the container at once.",
  },
  files: {
    severity: "high",
    gain: "The program reads or writes any file that it is given, so whoever may start it reads /etc/shadow or writes /etc/passwd, and is root of the container.",
  },
  escalator: {
    severity: "medium",
    gain: "The program gives root to those whom its configuration names, and its flaws gave root to everybody more than once. A container runs as the user that it needs and has no use for it.",
  },
  other: {
    severity: "medium",
    gain: "No distribution is known to bring this program so. What it does for others it does as root, and a flaw in it is root of the container.",
  },
};

function ofUser({ path, uid }: PrivilegedFile, program: Program): Judgement {
  const open = program === "commands" || program === "files";
  return {
    severity: open ? "medium" : "low",
    message: `${path} runs as uid ${String(uid)} whoever starts it (setuid)`,
    gain: open
      ? "The program does what it is told, so whoever may start it acts as this user."
      : "A flaw in the program gives whoever may start it this user's files and processes.",
  };
}

function ofGroup({ path, gid }: PrivilegedFile, program: Program): Judgement {
  const open = program === "commands" || program === "files";
  const group = gid === 0 ? "root's group" : `group ${String(gid)}`;
  return {
    severity: open && gid === 0 ? "medium" : "low",
    message: `${path} runs in ${group} whoever starts it (setgid)`,
    gain: open
      ? "The program does what it is told, so whoever may start it has the group's files."
      : "A flaw in the program gives whoever may start it the group's files.",
  };
}

/** Capabilities with which a process makes itself root of the container, or reads and writes what root may. */
const ROOT = new Set([
  "SETUID",
  "SETGID",
  "SETFCAP",
  "SETPCAP",
  "CHOWN",
  "FOWNER",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "MKNOD",
]);
/** Programs that distributions give just these. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  newuidmap: ["SETUID"],
  newgidmap: ["SETGID"],
  "gst-ptp-helper": ["NET_ADMIN", "NET_BIND_SERVICE", "SYS_NICE"],
};

export function judgeCapable(file: CapableFile, engine: EngineName): Judgement | undefined {
  const { path, permitted } = file;
  if (permitted.length === 0) return undefined;
  const usual = USUAL[path.slice(path.lastIndexOf("/") + 1)] ?? [];
  const known = programAt(path) === "known";
  const strong = permitted.filter((name) => {
    if (known && usual.includes(name)) return false;
    const danger = capability(name)?.danger;
    return (
      ROOT.has(name) || danger === "host-root" || danger === "kernel" || danger === "host-affecting"
    );
  });
  if (strong.length === 0) return undefined;
  const held = engines[engine].defaults.capabilities;
  const usable = strong.filter((name) => held.length === 0 || held.includes(name));
  const refused = permitted.filter((name) => held.length > 0 && !held.includes(name));
  const gains = (usable.length > 0 ? usable : strong)
    .slice(0, MAX_GAINS)
    .map((name) => `${name}: ${lowerFirst(capability(name)?.gain ?? "")}`.replace(/\.$/, ""));
  return {
    // The kernel refuses to start a program with more than the container may ever hold.
    severity: usable.length > 0 ? "high" : "medium",
    message: `${path} gives ${listWords(shown(strong))} to whoever starts it`,
    gain: `${gains.join("; ")}.${refused.length === 0 ? "" : ` A container holds ${listWords(shown(refused))} only where it is added; elsewhere the program does not start at all.`}`,
  };
}

const MAX_GAINS = 3;
const MAX_SHOWN = 6;

/** The names, cut where there are many. */
function shown(names: readonly string[]): readonly string[] {
  if (names.length <= MAX_SHOWN) return names;
  return [...names.slice(0, MAX_SHOWN), `${String(names.length - MAX_SHOWN)} more capabilities`];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
