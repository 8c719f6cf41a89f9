/** A custom seccomp profile lets dangerous system calls through that the engine's own denies. */

import type { Severity } from "../../model/finding.ts";
import type { Seccomp } from "../../model/security-profiles.ts";
import type { Workload } from "../../model/workload.ts";
import { compareWithDefault } from "../../linux/seccomp/compare.ts";
import { parseSeccompProfile } from "../../linux/seccomp/parse.ts";
import type { Rule } from "../contract.ts";
import { heldCapabilities } from "../held-capabilities.ts";
import { inForm, listWords } from "../in-form.ts";
import { linuxRuntime } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "seccomp-profile-weak",
  title: "Custom seccomp profile is weaker than the engine's own",
  layer: "seccomp-mac-kernel",
  severity: "medium",
  references: [...cisDocker("5.22"), ...nist("4.4.3")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !runtime.seccomp.known) return [];
    const { mode, profile } = runtime.seccomp.value;
    if (mode !== "custom" || profile === undefined) return [];
    const verdict = judge(profile, workload);
    if (verdict === undefined) return [];
    return [
      {
        ...verdict,
        confidence: "high",
        help: help(workload),
        at: runtime.seccomp.origin,
        label: nameOf(runtime.seccomp.value),
        subject: runtime.seccomp.value.name ?? "profile",
      },
    ];
  },
};

interface Judgement {
  readonly severity: Severity;
  readonly message: string;
  readonly detail: string;
}

function judge(json: unknown, workload: Workload): Judgement | undefined {
  const parsed = parseSeccompProfile(json);
  if (!parsed.ok) {
    const first = parsed.errors[0];
    return {
      severity: "medium",
      message: "the seccomp profile is not valid, so the container will not start",
      detail: `At ${first?.path === "" ? "the top" : (first?.path ?? "the top")}: ${first?.message ?? "it cannot be read"} The next step is often to turn the filter off; correct the profile instead.`,
    };
  }
  const capabilities = heldCapabilities(workload)?.bounding ?? [];
  const { weaker, defaultPasses } = compareWithDefault(parsed.profile, {
    architecture: "x86_64",
    capabilities,
  });
  const calls = weaker.map(({ name, when }) => (when === undefined ? name : `${name} ${when}`));
  const open = defaultPasses !== undefined;
  if (calls.length === 0 && !open) return undefined;
  const shown = calls.slice(0, 6).map((name) => `\`${name}\``);
  const more = calls.length - shown.length;
  const list = more > 0 ? `${shown.join(", ")} and ${more} more` : listWords(shown);
  return {
    severity: open && calls.length > 0 ? "high" : "medium",
    message: open
      ? "the seccomp profile allows every system call that it does not name"
      : `the seccomp profile allows ${calls.length === 1 ? "a system call" : `${calls.length} system calls`} that the engine's own profile denies`,
    detail:
      calls.length === 0
        ? "It names the dangerous calls of today, but a call that a later kernel brings passes unseen. An attacker inside gets whatever the next kernel adds."
        : `It lets ${list} through, which Docker's default profile denies to a container with these capabilities. An attacker inside reaches the kernel code behind them.`,
  };
}

function nameOf({ name }: Seccomp): string {
  return name === undefined ? "custom profile" : `profile ${name}`;
}

function help(workload: Workload): string {
  const advice =
    "Start from the engine's default profile (`defaultAction: SCMP_ACT_ERRNO`) and allow only what the program needs";
  return inForm(workload, {
    compose: `${advice}, or remove the \`seccomp:\` entry`,
    kubernetes: `${advice}, or use \`seccompProfile: {type: RuntimeDefault}\``,
    run: `${advice}, or remove \`--security-opt seccomp=\``,
    oci: advice,
  });
}
