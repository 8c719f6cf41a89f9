/** How a custom seccomp profile compares with Docker's default: what it lets through that the default denies. */

import { engines } from "../engines.ts";
import type { DangerousSyscall } from "../dangerous-syscalls.ts";
import { dangerousSyscall } from "../dangerous-syscalls.ts";
import { dockerDefaultProfile } from "./docker-default.ts";
import type { SyscallCounts, SyscallVerdict, Surroundings } from "./evaluate.ts";
import { decide, evaluateProfile, mayPass } from "./evaluate.ts";
import type { SeccompProfile } from "./profile.ts";

export interface WeakerSyscall extends DangerousSyscall {
  /** always: whatever the arguments; some-arguments: for arguments that the default denies. */
  readonly allowed: "always" | "some-arguments";
  /** For `some-arguments`, which: "with CLONE_NEWUSER". */
  readonly when?: string;
}

export interface ProfileComparison {
  /** Dangerous calls that the profile lets through and Docker's default would not, in the same container. */
  readonly weaker: readonly WeakerSyscall[];
  /** The profile as a whole stops nothing: what it does not name is let through, or only logged. */
  readonly defaultPasses: "allow" | "log" | "trace" | undefined;
  /** One sentence each. */
  readonly notes: readonly string[];
  readonly counts: SyscallCounts;
}

/** Arguments that show what a filter by argument is for. */
const tellingArguments: Readonly<
  Record<string, readonly { readonly when: string; readonly args: readonly bigint[] }[]>
> = {
  clone: [{ when: "with CLONE_NEWUSER", args: [0x10000011n] }],
  socket: [
    { when: "for the address family AF_ALG", args: [38n, 5n, 0n] },
    { when: "for the address family AF_VSOCK", args: [40n, 1n, 0n] },
  ],
  personality: [{ when: "with ADDR_NO_RANDOMIZE", args: [0x40000n] }],
};

const usual: Surroundings = {
  architecture: "x86_64",
  capabilities: engines.docker.defaults.capabilities,
};

/** `surroundings` are the architecture and the capabilities of the container that uses the profile. */
export function compareWithDefault(
  profile: SeccompProfile,
  surroundings: Surroundings = usual,
): ProfileComparison {
  const custom = evaluateProfile(profile, surroundings);
  const standard = evaluateProfile(dockerDefaultProfile(), surroundings);
  const weaker: WeakerSyscall[] = [];
  for (const [name, verdict] of custom.verdicts) {
    const usually = standard.verdicts.get(name);
    const more = usually === undefined ? undefined : beyond(name, verdict, usually);
    if (more === undefined) continue;
    const danger = dangerousSyscall(name);
    if (danger !== undefined) weaker.push({ ...danger, ...more });
  }
  return {
    weaker,
    defaultPasses: passing(profile),
    notes: notesOn(profile, custom.architectures, custom.unknownNames, surroundings),
    counts: custom.counts,
  };
}

function beyond(
  name: string,
  verdict: SyscallVerdict,
  usually: SyscallVerdict,
): Pick<WeakerSyscall, "allowed" | "when"> | undefined {
  if (!mayPass(verdict)) return undefined;
  if (!mayPass(usually)) {
    return { allowed: verdict.kind === "conditional" ? "some-arguments" : "always" };
  }
  if (usually.kind !== "conditional") return undefined;
  const shown = (tellingArguments[name] ?? []).filter(
    ({ args }) => mayPass(decide(verdict, args)) && !mayPass(decide(usually, args)),
  );
  if (shown.length === 0) return undefined;
  return { allowed: "some-arguments", when: shown.map(({ when }) => when).join(" and ") };
}

function passing(profile: SeccompProfile): ProfileComparison["defaultPasses"] {
  switch (profile.defaultAction) {
    case "SCMP_ACT_ALLOW":
      return "allow";
    case "SCMP_ACT_LOG":
      return "log";
    case "SCMP_ACT_TRACE":
      return "trace";
    default:
      return undefined;
  }
}

const MAX_NAMED = 5;

function notesOn(
  profile: SeccompProfile,
  covered: readonly string[],
  unknownNames: readonly string[],
  { architecture }: Surroundings,
): readonly string[] {
  const notes: string[] = [];
  const passes = passing(profile);
  if (passes === "allow") {
    notes.push(
      "Its default action is SCMP_ACT_ALLOW: every system call it does not name passes, new ones too.",
    );
  } else if (passes === "log") {
    notes.push(
      "Its default action is SCMP_ACT_LOG: system calls are written to the log, none is stopped.",
    );
  } else if (passes === "trace") {
    notes.push(
      "Its default action is SCMP_ACT_TRACE: whether a system call passes is up to a tracer.",
    );
  }
  if (architecture === "x86_64" && covered.includes("SCMP_ARCH_X86")) {
    notes.push(
      "It also covers 32-bit calls, whose socketcall passes by any filter on the arguments of socket.",
    );
  } else if (architecture === "x86_64") {
    notes.push("It covers 64-bit calls only: a 32-bit program in the container is killed.");
  }
  if (unknownNames.length > 0) {
    const some = unknownNames.slice(0, MAX_NAMED).join(", ");
    const more =
      unknownNames.length > MAX_NAMED ? ` and ${unknownNames.length - MAX_NAMED} more` : "";
    notes.push(
      `It names system calls that ${architecture} does not have (${some}${more}); they are ignored.`,
    );
  }
  return notes;
}
