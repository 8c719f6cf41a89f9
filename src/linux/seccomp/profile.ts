/**
 * Seccomp profiles: Docker's format and the OCI runtime's `linux.seccomp`, read into one shape.
 *
 * Sources: moby/profiles cd3bed8 seccomp/seccomp.go and seccomp_linux.go; opencontainers/runtime-spec v1.2
 * config-linux.md, section "Seccomp".
 */

export const seccompActions = [
  "SCMP_ACT_KILL_PROCESS",
  "SCMP_ACT_KILL_THREAD",
  "SCMP_ACT_KILL",
  "SCMP_ACT_TRAP",
  "SCMP_ACT_ERRNO",
  "SCMP_ACT_NOTIFY",
  "SCMP_ACT_TRACE",
  "SCMP_ACT_LOG",
  "SCMP_ACT_ALLOW",
] as const;

/** `SCMP_ACT_KILL` is `SCMP_ACT_KILL_THREAD` under its old name. */
export type SeccompAction = (typeof seccompActions)[number];

export const seccompOperators = [
  "SCMP_CMP_NE",
  "SCMP_CMP_LT",
  "SCMP_CMP_LE",
  "SCMP_CMP_EQ",
  "SCMP_CMP_GE",
  "SCMP_CMP_GT",
  "SCMP_CMP_MASKED_EQ",
] as const;

export type SeccompOperator = (typeof seccompOperators)[number];

/** A condition on one argument, as an unsigned 64-bit number. */
export interface SeccompArgument {
  /** 0 to 5. */
  readonly index: number;
  readonly op: SeccompOperator;
  /** The number to compare with; the mask for `SCMP_CMP_MASKED_EQ`. */
  readonly value: bigint;
  /** What the masked argument must equal. */
  readonly valueTwo?: bigint;
}

export interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** When a rule counts. As `includes` every part must hold; as `excludes` any part is enough. */
export interface SeccompFilter {
  /** Without `CAP_`. */
  readonly caps: readonly string[];
  /** As Go names them: `amd64`, `arm64`, `x86`, `x32`. */
  readonly arches: readonly string[];
  readonly minKernel?: KernelVersion;
}

export const noFilter: SeccompFilter = { caps: [], arches: [] };

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  readonly errnoRet?: number;
  readonly args: readonly SeccompArgument[];
  readonly includes: SeccompFilter;
  readonly excludes: SeccompFilter;
}

export interface SeccompProfile {
  readonly defaultAction: SeccompAction;
  readonly defaultErrnoRet?: number;
  /** OCI: `SCMP_ARCH_X86_64`. Empty when the profile has an `archMap` or leaves it to the runtime. */
  readonly architectures: readonly string[];
  readonly archMap: readonly {
    readonly architecture: string;
    readonly subArchitectures: readonly string[];
  }[];
  readonly flags: readonly string[];
  readonly listenerPath?: string;
  readonly rules: readonly SeccompRule[];
}
