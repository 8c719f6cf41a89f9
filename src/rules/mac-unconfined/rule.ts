/** AppArmor or SELinux does not confine the container. */

import { isAllowedSelinuxType, unconfinedSelinuxTypes } from "../../linux/mac.ts";
import type { Fact } from "../../model/fact.ts";
import type { Selinux } from "../../model/security-profiles.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { impliedByPrivileged, isWritten, linuxRuntime } from "../posture.ts";
import { cisDocker, nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "mac-unconfined",
  title: "AppArmor or SELinux does not confine the container",
  layer: "seccomp-mac-kernel",
  severity: "medium",
  references: [
    ...cisDocker("5.2", "5.3"),
    podSecurity("baseline", "AppArmor"),
    podSecurity("baseline", "SELinux"),
    ...nist("4.4.3"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    const { apparmor, selinux } = runtime;
    const findings: FindingDraft[] = [];
    if (
      apparmor.known &&
      apparmor.value.mode === "unconfined" &&
      !impliedByPrivileged(runtime, apparmor)
    ) {
      findings.push(appArmorOff(apparmor, workload));
    }
    if (selinux.known && !impliedByPrivileged(runtime, selinux)) {
      findings.push(...selinuxFindings(selinux, selinux.value, workload));
    }
    return findings;
  },
};

const GAINS =
  "It is the layer that still denies mounts, writes to kernel settings and other containers' files when a process is root and has capabilities. Without it, one more mistake leads an attacker to the host.";

function appArmorOff(fact: Fact<unknown>, workload: Workload): FindingDraft {
  // Nobody turned it off for a running container: its host has none.
  const ofHost = workload.kind === "container" && !isWritten(fact.origin);
  return {
    severity: ofHost ? "low" : "medium",
    confidence: "high",
    message: ofHost
      ? "runs on a host with neither AppArmor nor SELinux"
      : "runs without AppArmor confinement",
    detail: GAINS,
    help: inForm(workload, {
      compose: "Remove `apparmor:unconfined`; the engine's default profile then holds",
      kubernetes: "Set `appArmorProfile: {type: RuntimeDefault}` in `securityContext`",
      run: "Remove `--security-opt apparmor=unconfined`; the engine's default profile then holds",
      oci: "Set `process.apparmorProfile` to a profile that the host has loaded, or `process.selinuxLabel`",
      ...(ofHost
        ? { container: "Turn AppArmor or SELinux on, on the host, and start the engine anew" }
        : {}),
    }),
    at: fact.origin,
    label: "AppArmor is off",
    subject: "apparmor",
  };
}

function selinuxFindings(
  { origin }: Fact<unknown>,
  label: Selinux,
  workload: Workload,
): FindingDraft[] {
  const weakness = selinuxWeakness(label, workload);
  if (weakness === undefined) return [];
  return [
    {
      ...weakness,
      confidence: "high",
      help: inForm(workload, {
        compose:
          "Remove the `label:` entries from `security_opt`; relabel volumes with `:Z` instead",
        kubernetes:
          "Remove `user`, `role` and `type` from `seLinuxOptions`, or use `type: container_t`",
        run: "Remove `--security-opt label=…`; relabel volumes with `:Z` instead",
        oci: "Use the type `container_t` in `process.selinuxLabel`",
      }),
      at: origin,
      label: "SELinux label",
      subject: "selinux",
    },
  ];
}

function selinuxWeakness(
  { mode, type, user, role }: Selinux,
  { kind }: Workload,
): Pick<FindingDraft, "severity" | "message" | "detail"> | undefined {
  if (mode === "disabled") {
    return { severity: "medium", message: "runs without SELinux confinement", detail: GAINS };
  }
  if (mode !== "custom") return undefined;
  if (type !== undefined && unconfinedSelinuxTypes.includes(type)) {
    return {
      severity: "medium",
      message: `its SELinux type ${type} confines nothing`,
      detail: GAINS,
    };
  }
  if (type !== undefined && !isUsualType(type)) {
    return {
      severity: "low",
      message: `its SELinux type ${type} is not one of a container`,
      detail:
        "The Pod Security Standards allow only container_t, container_init_t, container_kvm_t and container_engine_t. What another type lets an attacker do depends on the host's policy.",
    };
  }
  // A full label, as config.json has it, always names user and role.
  if (kind === "oci-config" || (user ?? role ?? "") === "") return undefined;
  return {
    severity: "low",
    message: `sets the SELinux ${user === undefined || user === "" ? "role" : "user"}`,
    detail:
      "The Pod Security Standards forbid to set it: another SELinux user or role may come with rights that a container has no need of, and an attacker inside has them too.",
  };
}

/** `svirt_lxc_net_t` is the old name of `container_t`. */
function isUsualType(type: string): boolean {
  return type === "svirt_lxc_net_t" || isAllowedSelinuxType(type, NEWEST_MINOR);
}

/** Kubernetes v1.37, whose list is the longest. */
const NEWEST_MINOR = 37;
