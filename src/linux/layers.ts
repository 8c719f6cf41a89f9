/** The layers that hold a container, as `plimsoll explain` and the posture table name them. */

import type { Layer } from "./fields.ts";

export interface LayerFacts {
  readonly name: Layer;
  /** Other words that people use for it, lower case. */
  readonly aliases: readonly string[];
  /** The question that it answers. */
  readonly title: string;
  readonly meaning: string;
  /** What an attacker has without it. */
  readonly without: string;
  readonly setting: readonly { readonly form: string; readonly text: string }[];
}

const set = (docker: string, compose: string, kubernetes: string) => [
  { form: "docker run", text: docker },
  { form: "Compose", text: compose },
  { form: "Kubernetes", text: kubernetes },
];

export const layers: readonly LayerFacts[] = [
  {
    name: "namespaces",
    aliases: ["namespace"],
    title: "what it can see",
    meaning:
      "The kernel gives the container its own view of processes, network, host name and mounts.",
    without: "Sees and reaches what the host's own processes see and reach.",
    setting: set(
      "leave out --network host, --pid host, --ipc host and the like",
      "leave out network_mode: host, pid: host, ipc: host",
      "leave out hostNetwork, hostPID and hostIPC; set hostUsers: false",
    ),
  },
  {
    name: "cgroups",
    aliases: ["cgroup limits", "limits", "resources", "control groups"],
    title: "how much it can use",
    meaning:
      "The kernel counts memory, CPU time and processes and stops the container at its limits.",
    without:
      "Uses up the host's memory, CPU time or processes, so that others are killed or starve.",
    setting: set(
      "--memory 512m --cpus 1 --pids-limit 200",
      "mem_limit, cpus and pids_limit, or deploy.resources.limits",
      "resources.limits; processes by the kubelet's podPidsLimit",
    ),
  },
  {
    name: "user",
    aliases: ["uid", "non-root"],
    title: "who it is",
    meaning:
      "The user id of the container's processes decides on files, and root also on capabilities.",
    without: "Is root in the container, and root of the host wherever another layer fails.",
    setting: set(
      "--user 10001:10001",
      'user: "10001:10001"',
      "securityContext: {runAsNonRoot: true, runAsUser: 10001}",
    ),
  },
  {
    name: "capabilities",
    aliases: ["caps"],
    title: "which parts of root's power it has",
    meaning:
      "Linux splits what root may do into 41 capabilities; engines give 9 to 14 of them by default.",
    without: "Has all of root's power: mounts, kernel modules, raw memory, every process.",
    setting: set(
      "--cap-drop ALL, then --cap-add what it needs",
      "cap_drop: [ALL], then cap_add",
      "securityContext.capabilities: {drop: [ALL]}",
    ),
  },
  {
    name: "seccomp",
    aliases: ["syscalls", "system calls"],
    title: "which system calls it may make",
    meaning:
      "A filter in the kernel lets some 300 of nearly 400 system calls through and fails the others.",
    without: "Reaches all of the kernel's code, and so every bug in it.",
    setting: set(
      "leave the default, or --security-opt seccomp=PROFILE.json",
      "security_opt: [seccomp:PROFILE.json]",
      "securityContext.seccompProfile: {type: RuntimeDefault}",
    ),
  },
  {
    name: "mac",
    aliases: ["apparmor", "selinux", "lsm", "mandatory access control"],
    title: "what it may do with files and processes",
    meaning:
      "AppArmor or SELinux checks every access against a profile that root cannot change from inside.",
    without: "Mounts, and writes to /proc and /sys, as far as its capabilities let it.",
    setting: set(
      "leave the default; not apparmor=unconfined, not label=disable",
      "security_opt: [apparmor:PROFILE]",
      "securityContext.appArmorProfile: {type: RuntimeDefault}",
    ),
  },
  {
    name: "mounts",
    aliases: ["mount view", "volumes", "file system", "filesystem"],
    title: "which files it has",
    meaning: "The container sees its image's files and what is mounted into it.",
    without: "Reads and changes files of the host, or talks to the engine by its socket.",
    setting: set(
      "--read-only --tmpfs /tmp, named volumes in place of host paths",
      "read_only: true, tmpfs: [/tmp]",
      "securityContext.readOnlyRootFilesystem: true, emptyDir volumes",
    ),
  },
  {
    name: "devices",
    aliases: ["device cgroup"],
    title: "which devices it may open",
    meaning: "The device rules of its control group let it open a handful of harmless devices.",
    without: "Opens the host's disks and memory directly.",
    setting: set(
      "--device only what it needs",
      "devices: only what it needs",
      "device plugins in place of hostPath to /dev",
    ),
  },
  {
    name: "no-new-privileges",
    aliases: ["nnp", "no_new_privs", "privilege escalation"],
    title: "whether it can become more",
    meaning: "Once set, no program that it starts has more rights than it has itself.",
    without: "Becomes root in the container by any setuid program in its image.",
    setting: set(
      "--security-opt no-new-privileges",
      "security_opt: [no-new-privileges:true]",
      "securityContext.allowPrivilegeEscalation: false",
    ),
  },
  {
    name: "secrets",
    aliases: ["secret"],
    title: "what it knows",
    meaning:
      "Passwords, keys and tokens reach a container as files, as variables or within its image.",
    without: "Reads them and goes on to other systems.",
    setting: set(
      "--mount type=bind of a file only the user can read",
      "secrets:",
      "Secret volumes with defaultMode 0400",
    ),
  },
];
