/** The container shares a namespace with the host. */

import type { Fact } from "../../model/fact.ts";
import type { Severity } from "../../model/finding.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { isWritten, samePlace } from "../posture.ts";
import { cisDocker, kubernetesHardening, nist, podSecurity } from "../references.ts";

type Name = keyof Namespaces;

interface Sharing {
  readonly severity: Severity;
  readonly gains: string;
  readonly compose: string;
  readonly kubernetes: string;
  readonly run: string;
  /** What engines may give without being asked. */
  readonly container?: string;
}

const sharings: Readonly<Record<Name, Sharing>> = {
  network: {
    severity: "high",
    gains:
      "The container sees and uses the host's network interfaces. An attacker inside reaches services that listen on the host's loopback only and abstract sockets of the host, and may take its ports.",
    compose: "Remove `network_mode: host` and publish the ports that are needed under `ports:`",
    kubernetes: "Remove `hostNetwork: true` and put a Service in front of the pod",
    run: "Remove `--network host` and publish the ports that are needed with `-p`",
  },
  pid: {
    severity: "high",
    gains:
      "The container sees every process of the host. An attacker inside reads their arguments, may signal those of the same uid, and as root reads their environment and files through /proc/PID/root.",
    compose: "Remove `pid: host`",
    kubernetes: "Remove `hostPID: true`",
    run: "Remove `--pid host`",
  },
  ipc: {
    severity: "medium",
    gains:
      "The container shares shared memory, semaphores and message queues with the host. An attacker inside reads and changes what other programs keep there.",
    compose: "Remove `ipc: host`; `shm_size` gives more shared memory",
    kubernetes:
      "Remove `hostIPC: true`; an `emptyDir` with `medium: Memory` at /dev/shm gives more shared memory",
    run: "Remove `--ipc host`; `--shm-size` gives more shared memory",
  },
  uts: {
    severity: "low",
    gains:
      "The container shares the host's name. An attacker inside with SYS_ADMIN changes the host name and domain name of the host.",
    compose: "Remove `uts: host`; `hostname:` sets a name of its own",
    kubernetes: "Remove `hostNetwork: true`, which shares the host's name",
    run: "Remove `--uts host`; `--hostname` sets a name of its own",
  },
  cgroup: {
    severity: "low",
    gains:
      "The container sees the host's whole cgroup tree. An attacker inside learns what runs there, and one escape by way of cgroups comes nearer.",
    compose: "Remove `cgroup: host`",
    kubernetes: "Let the runtime give the container a cgroup namespace of its own",
    run: "Remove `--cgroupns host`",
    container: "Create it with `--cgroupns private`, which is no default with version 1 of cgroups",
  },
  user: {
    severity: "low",
    gains:
      "It turns off the engine's user namespace remapping for this container. Root inside is then root of the host after any escape.",
    compose: "Remove `userns_mode: host`",
    kubernetes: "Set `hostUsers: false` on the pod",
    run: "Remove `--userns host`",
  },
};

export const rule: Rule = {
  id: "host-namespace",
  title: "Container shares a namespace with the host",
  layer: "namespaces",
  severity: "high",
  references: [
    ...cisDocker("5.10", "5.16", "5.17", "5.21", "5.25", "5.31"),
    podSecurity("baseline", "Host Namespaces"),
    kubernetesHardening("Pod security enforcement"),
    ...nist("3.4.3"),
  ],
  check: (workload) => {
    if (workload.runtime === undefined) return [];
    const { namespaces } = workload.runtime;
    const names = (Object.keys(sharings) as Name[]).filter(
      (name) => workload.platform === "linux" || name === "network",
    );
    return names.flatMap((name) => {
      const fact = namespaces[name];
      return isShared(name, fact, workload) ? [draft(name, fact, workload)] : [];
    });
  },
};

/**
 * No engine gives a user namespace unless it is set up to, so only saying so counts, and not in
 * Kubernetes, where `hostUsers: true` is the default in words.
 */
function isShared(name: Name, fact: Fact<Namespace>, workload: Workload): boolean {
  if (!fact.known || fact.value.mode !== "host") return false;
  const { network } = workload.runtime?.namespaces ?? {};
  // In Kubernetes the host's network brings the host's name along: one line, one finding.
  if (name === "uts" && network !== undefined) return !samePlace(fact.origin, network.origin);
  if (name !== "user") return true;
  return isWritten(fact.origin) && workload.kind !== "kubernetes-container";
}

function draft(name: Name, fact: Fact<Namespace>, workload: Workload): FindingDraft {
  const { severity, gains, ...forms } = sharings[name];
  return {
    severity,
    confidence: "high",
    message: `shares the host's ${name} namespace`,
    detail: gains,
    help: inForm(workload, {
      ...forms,
      oci: `Add \`{"type": "${name}"}\` to \`linux.namespaces\`, without the host's path`,
    }),
    at: fact.origin,
    label: `the host's ${name} namespace`,
    subject: name,
  };
}
