/**
 * What a seccomp profile does to each system call, once an engine and a runtime have applied it.
 *
 * Sources: moby/profiles cd3bed8 seccomp/seccomp_linux.go (includes, excludes, archMap);
 * opencontainers/runc 76d9cf5 libcontainer/seccomp/seccomp_linux.go (conditions) and
 * patchbpf/enosys_linux.go (calls newer than the profile); seccomp/libseccomp 90d3f7d src/db.c
 * (several rules for one call).
 */

import type { Architecture } from "../syscalls.ts";
import { syscallTable } from "../syscalls.ts";
import type {
  KernelVersion,
  SeccompAction,
  SeccompArgument,
  SeccompFilter,
  SeccompProfile,
  SeccompRule,
} from "./profile.ts";

export type Verdict =
  | { readonly kind: "allow" | "log" | "trace" | "notify" | "trap" }
  | { readonly kind: "kill"; readonly scope: "process" | "thread" }
  | { readonly kind: "errno"; readonly errno: number };

/** The verdict when every condition holds. */
export interface Branch {
  readonly when: readonly SeccompArgument[];
  readonly verdict: Verdict;
}

/** It depends on the arguments: the first branch that matches, else `otherwise`. */
export interface Conditional {
  readonly kind: "conditional";
  readonly branches: readonly Branch[];
  readonly otherwise: Verdict;
}

export type SyscallVerdict = Verdict | Conditional;

export interface Surroundings {
  readonly architecture: Architecture;
  /** The bounding set with which the container is created, without `CAP_`. */
  readonly capabilities: readonly string[];
  /** Undefined for a current kernel. */
  readonly kernel?: KernelVersion;
}

export interface SyscallCounts {
  /** System calls that the architecture has. */
  readonly total: number;
  readonly allowed: number;
  /** Allowed for some arguments only. */
  readonly filtered: number;
  /** Let through with a log line or after asking a tracer or an agent. */
  readonly watched: number;
  readonly denied: number;
}

export interface EvaluatedProfile {
  readonly architecture: Architecture;
  readonly verdicts: ReadonlyMap<string, SyscallVerdict>;
  readonly counts: SyscallCounts;
  /** Names in rules that the architecture does not have; the runtime ignores them in silence. */
  readonly unknownNames: readonly string[];
  /** Architectures that the filter covers (`SCMP_ARCH_…`); a call through any other entry is killed. */
  readonly architectures: readonly string[];
}

const EPERM = 1;
const ENOSYS = 38;

/**
 * As Go names the architectures in `arches`, and as libseccomp does: of the kernel on which the engine
 * runs, also for the 32-bit entry, which the same filter covers.
 */
const names: Readonly<Record<Architecture, { readonly go: string; readonly seccomp: string }>> = {
  x86_64: { go: "amd64", seccomp: "SCMP_ARCH_X86_64" },
  aarch64: { go: "arm64", seccomp: "SCMP_ARCH_AARCH64" },
  x86: { go: "amd64", seccomp: "SCMP_ARCH_X86_64" },
  riscv64: { go: "riscv64", seccomp: "SCMP_ARCH_RISCV64" },
};

export function evaluateProfile(
  profile: SeccompProfile,
  surroundings: Surroundings,
): EvaluatedProfile {
  const { architecture } = surroundings;
  const table = syscallTable(architecture);
  const fallback = verdictOf(profile.defaultAction, profile.defaultErrnoRet);
  const named = new Map<string, Verdict | GrowingConditional>();
  const unknownNames = new Set<string>();
  let highest = -1;
  for (const rule of profile.rules) {
    if (!applies(rule, surroundings)) continue;
    // The default error number is for the default action alone: a rule without one gives EPERM.
    const verdict = verdictOf(rule.action, rule.errnoRet);
    const branches = branchesOf(rule, verdict);
    for (const name of rule.names) {
      const number = table.get(name);
      if (number === undefined) {
        unknownNames.add(name);
        continue;
      }
      highest = Math.max(highest, number);
      // A rule that says what the default says anyway is left out of the filter.
      if (!sameVerdict(verdict, fallback)) addRule(named, name, verdict, branches, fallback);
    }
  }
  // runc answers ENOSYS to calls newer than the profile, so that libc falls back; not when they pass.
  const stub = highest >= 0 && !["allow", "log", "trace"].includes(fallback.kind);
  const verdicts = new Map<string, SyscallVerdict>();
  for (const [name, number] of table) {
    const newer: Verdict = { kind: "errno", errno: ENOSYS };
    verdicts.set(name, named.get(name) ?? (stub && number > highest ? newer : fallback));
  }
  return {
    architecture,
    verdicts,
    counts: countVerdicts(verdicts.values()),
    unknownNames: [...unknownNames],
    architectures: coveredArchitectures(profile, architecture),
  };
}

/** Whether a rule counts here: every part of `includes` holds and no part of `excludes` does. */
function applies(rule: SeccompRule, surroundings: Surroundings): boolean {
  const { includes, excludes } = rule;
  const native = names[surroundings.architecture].go;
  const holds = (name: string): boolean => surroundings.capabilities.includes(name);
  const excluded =
    excludes.arches.includes(native) ||
    excludes.caps.some(holds) ||
    (excludes.minKernel !== undefined && kernelAtLeast(surroundings.kernel, excludes));
  const included =
    (includes.arches.length === 0 || includes.arches.includes(native)) &&
    includes.caps.every(holds) &&
    kernelAtLeast(surroundings.kernel, includes);
  return included && !excluded;
}

function kernelAtLeast(kernel: KernelVersion | undefined, { minKernel }: SeccompFilter): boolean {
  if (minKernel === undefined || kernel === undefined) return true;
  if (kernel.major !== minKernel.major) return kernel.major > minKernel.major;
  return kernel.minor >= minKernel.minor;
}

/** Conditions on different arguments must all hold. Once two are on the same argument, any one is enough. */
function branchesOf(rule: SeccompRule, verdict: Verdict): readonly Branch[] {
  const indexes = new Set(rule.args.map((arg) => arg.index));
  if (rule.args.length === 0) return [];
  return indexes.size < rule.args.length
    ? rule.args.map((arg) => ({ when: [arg], verdict }))
    : [{ when: rule.args, verdict }];
}

/** Grows while rules are read, so that many rules for one call cost no more than their number. */
interface GrowingConditional extends Conditional {
  readonly branches: Branch[];
}

/** A rule without conditions takes the place of those with conditions, and the first such rule stays. */
function addRule(
  named: Map<string, Verdict | GrowingConditional>,
  name: string,
  verdict: Verdict,
  branches: readonly Branch[],
  otherwise: Verdict,
): void {
  const present = named.get(name);
  if (present !== undefined && present.kind !== "conditional") return;
  if (branches.length === 0) named.set(name, verdict);
  else if (present === undefined) {
    named.set(name, { kind: "conditional", branches: [...branches], otherwise });
  } else {
    for (const branch of branches) present.branches.push(branch);
  }
}

function verdictOf(action: SeccompAction, errno: number | undefined): Verdict {
  switch (action) {
    case "SCMP_ACT_ALLOW":
      return { kind: "allow" };
    case "SCMP_ACT_ERRNO":
      return { kind: "errno", errno: errno ?? EPERM };
    case "SCMP_ACT_KILL_PROCESS":
      return { kind: "kill", scope: "process" };
    case "SCMP_ACT_KILL":
    case "SCMP_ACT_KILL_THREAD":
      return { kind: "kill", scope: "thread" };
    case "SCMP_ACT_TRAP":
      return { kind: "trap" };
    case "SCMP_ACT_NOTIFY":
      return { kind: "notify" };
    case "SCMP_ACT_TRACE":
      return { kind: "trace" };
    default:
      return { kind: "log" };
  }
}

function sameVerdict(left: Verdict, right: Verdict): boolean {
  return (
    left.kind === right.kind &&
    (left.kind !== "errno" || right.kind !== "errno" || left.errno === right.errno) &&
    (left.kind !== "kill" || right.kind !== "kill" || left.scope === right.scope)
  );
}

/** Whether the call is carried out, at least for some arguments. */
export function mayPass(verdict: SyscallVerdict): boolean {
  if (verdict.kind !== "conditional") return passes(verdict);
  return passes(verdict.otherwise) || verdict.branches.some((branch) => passes(branch.verdict));
}

/** A log line does not stop a call; a tracer or an agent may let it through. */
function passes(verdict: Verdict): boolean {
  return !["errno", "kill", "trap"].includes(verdict.kind);
}

/** The verdict on a call with these arguments; those that are not given count as 0. */
export function decide(verdict: SyscallVerdict, args: readonly bigint[]): Verdict {
  if (verdict.kind !== "conditional") return verdict;
  const branch = verdict.branches.find(({ when }) =>
    when.every((condition) => matches(condition, BigInt.asUintN(64, args[condition.index] ?? 0n))),
  );
  return branch?.verdict ?? verdict.otherwise;
}

function matches({ op, value, valueTwo = 0n }: SeccompArgument, arg: bigint): boolean {
  switch (op) {
    case "SCMP_CMP_NE":
      return arg !== value;
    case "SCMP_CMP_LT":
      return arg < value;
    case "SCMP_CMP_LE":
      return arg <= value;
    case "SCMP_CMP_EQ":
      return arg === value;
    case "SCMP_CMP_GE":
      return arg >= value;
    case "SCMP_CMP_GT":
      return arg > value;
    default:
      return (arg & value) === (valueTwo & value);
  }
}

function countVerdicts(verdicts: Iterable<SyscallVerdict>): SyscallCounts {
  const counts = { total: 0, allowed: 0, filtered: 0, watched: 0, denied: 0 };
  for (const verdict of verdicts) {
    counts.total++;
    if (verdict.kind === "allow") counts.allowed++;
    else if (!mayPass(verdict)) counts.denied++;
    else if (verdict.kind === "conditional") counts.filtered++;
    else counts.watched++;
  }
  return counts;
}

function coveredArchitectures(
  profile: SeccompProfile,
  architecture: Architecture,
): readonly string[] {
  const native = names[architecture].seccomp;
  const family = profile.archMap.find((entry) => entry.architecture === native);
  const others = family === undefined ? profile.architectures : family.subArchitectures;
  return [...new Set([native, ...others])];
}
