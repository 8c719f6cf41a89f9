/**
 * Linux capabilities: what each lets a process do, and what an attacker in a container gains by holding it.
 * Sources: capabilities(7); include/uapi/linux/capability.h (Linux 6.18: the last is CHECKPOINT_RESTORE, 40).
 * The grading is our own and means: held in the initial user namespace.
 */

export type CapabilityDanger =
  /** Becomes root of the host, in a step or two. */
  | "host-root"
  /** Runs code in the kernel or reads its memory. */
  | "kernel"
  /** Changes, slows or stops the whole machine. */
  | "host-affecting"
  /** Reaches other containers, processes or users. */
  | "lateral"
  /** Stays within the container. */
  | "benign";

export interface Capability {
  /** Without `CAP_`. */
  readonly name: string;
  readonly number: number;
  readonly danger: CapabilityDanger;
  /** What it is for, one line. */
  readonly meaning: string;
  /** What an attacker gains with it, one line. */
  readonly gain: string;
}

/** In the order of their numbers. */
const rows: readonly (readonly [string, CapabilityDanger, string, string])[] = [
  [
    "CHOWN",
    "lateral",
    "Change the owner of any file.",
    "Takes over any file of a mounted host directory or shared volume.",
  ],
  [
    "DAC_OVERRIDE",
    "lateral",
    "Read and write files whatever their permissions.",
    "Reads and writes every file of mounted host directories and volumes, whoever owns them.",
  ],
  [
    "DAC_READ_SEARCH",
    "host-root",
    "Read files and directories whatever their permissions, and open files by handle.",
    "Opens any file of the host's disk by handle where seccomp lets open_by_handle_at pass: password hashes, keys, tokens.",
  ],
  [
    "FOWNER",
    "lateral",
    "Act as the owner of any file.",
    "Changes permissions of any file of a mounted host directory or shared volume.",
  ],
  [
    "FSETID",
    "lateral",
    "Keep setuid and setgid bits when a file changes.",
    "Leaves setuid programs on shared volumes for others to run.",
  ],
  [
    "KILL",
    "lateral",
    "Send signals to processes of other users.",
    "Stops any process it can see; with the host's pid namespace, any of the host's.",
  ],
  [
    "SETGID",
    "lateral",
    "Take any group, and any supplementary groups.",
    "Becomes any group, such as the one that may use a mounted socket or device.",
  ],
  [
    "SETUID",
    "lateral",
    "Take any user id.",
    "Becomes any user of the container, and of shared volumes.",
  ],
  [
    "SETPCAP",
    "benign",
    "Drop capabilities from the bounding set and change inheritable ones.",
    "Nothing beyond the capabilities that the container has anyway.",
  ],
  [
    "LINUX_IMMUTABLE",
    "lateral",
    "Set and clear the immutable and append-only flags of files.",
    "Makes its changes to mounted files hard to undo, and removes such protection.",
  ],
  [
    "NET_BIND_SERVICE",
    "benign",
    "Listen on ports below 1024.",
    "Poses as a system service, only in networks that it shares with others.",
  ],
  ["NET_BROADCAST", "benign", "Unused by the kernel.", "Nothing."],
  [
    "NET_ADMIN",
    "host-affecting",
    "Configure networks: addresses, routes, firewalls, packet filters.",
    "Redirects and reads traffic of its network; reaches much kernel code (nf_tables); on the host's network, all of it.",
  ],
  [
    "NET_RAW",
    "lateral",
    "Use raw and packet sockets.",
    "Forges packets: spoofs ARP, DNS and router messages and so reads the traffic of containers on its network.",
  ],
  [
    "IPC_LOCK",
    "host-affecting",
    "Lock memory without limit.",
    "Keeps memory from being swapped out and brings the host to run short.",
  ],
  [
    "IPC_OWNER",
    "lateral",
    "Use any System V IPC object whatever its permissions.",
    "Reads and writes shared memory of others in its IPC namespace.",
  ],
  [
    "SYS_MODULE",
    "kernel",
    "Load and unload kernel modules.",
    "Runs any code in the host's kernel.",
  ],
  [
    "SYS_RAWIO",
    "kernel",
    "Access I/O ports, physical memory and raw device commands.",
    "Reads and writes the host's memory and disks around every protection.",
  ],
  [
    "SYS_CHROOT",
    "benign",
    "Use chroot, and change mount namespaces.",
    "Leaves a directory jail if a file outside it is open; little else.",
  ],
  [
    "SYS_PTRACE",
    "host-root",
    "Inspect and control any process.",
    "Takes over every process it can see; with the host's pid namespace, root of the host.",
  ],
  [
    "SYS_PACCT",
    "host-affecting",
    "Turn process accounting on and off.",
    "Hides its traces or fills the host's disk.",
  ],
  [
    "SYS_ADMIN",
    "host-root",
    "A great many administration tasks: mount, namespaces, quotas, swap, tracing.",
    "Mounts the host's disk or kernel files and so becomes root of the host.",
  ],
  [
    "SYS_BOOT",
    "kernel",
    "Restart the machine and load another kernel.",
    "Replaces the host's kernel by kexec, or restarts the host.",
  ],
  [
    "SYS_NICE",
    "host-affecting",
    "Raise priorities and choose CPUs and memory nodes for any process.",
    "Starves the rest of the host of CPU time.",
  ],
  [
    "SYS_RESOURCE",
    "host-affecting",
    "Exceed resource limits, disk quotas and reserved space.",
    "Uses up disk space, processes and memory set aside for the host.",
  ],
  [
    "SYS_TIME",
    "host-affecting",
    "Set the clock.",
    "Changes the time of the whole host: breaks certificates, logs and schedules.",
  ],
  [
    "SYS_TTY_CONFIG",
    "host-affecting",
    "Configure terminals and hang them up.",
    "Disturbs or takes over terminals of the host that it can open.",
  ],
  [
    "MKNOD",
    "lateral",
    "Create device files.",
    "Creates a file for any disk; only the device cgroup then keeps it from opening it.",
  ],
  ["LEASE", "benign", "Take leases on any file.", "Delays others who open a shared file."],
  [
    "AUDIT_WRITE",
    "benign",
    "Write records to the audit log.",
    "Writes false records to the host's audit log.",
  ],
  [
    "AUDIT_CONTROL",
    "host-affecting",
    "Turn auditing on and off and change its rules.",
    "Switches the host's audit log off.",
  ],
  [
    "SETFCAP",
    "lateral",
    "Give files capabilities.",
    "Leaves programs with capabilities on shared volumes for others to run.",
  ],
  [
    "MAC_OVERRIDE",
    "host-affecting",
    "Override mandatory access control (Smack).",
    "Gets past Smack, where it is used.",
  ],
  [
    "MAC_ADMIN",
    "host-affecting",
    "Change the rules of mandatory access control.",
    "Loads or removes AppArmor and Smack rules of the host.",
  ],
  [
    "SYSLOG",
    "kernel",
    "Read the kernel's log and see kernel addresses.",
    "Learns where the kernel lies in memory, which kernel exploits need.",
  ],
  [
    "WAKE_ALARM",
    "host-affecting",
    "Set timers that wake the machine.",
    "Keeps a laptop or device awake.",
  ],
  [
    "BLOCK_SUSPEND",
    "host-affecting",
    "Keep the machine from sleeping.",
    "Keeps a laptop or device awake.",
  ],
  ["AUDIT_READ", "lateral", "Read the audit log.", "Watches what happens on the host."],
  [
    "PERFMON",
    "kernel",
    "Measure and trace the whole machine.",
    "Reads kernel memory and what others do, by perf and BPF.",
  ],
  [
    "BPF",
    "kernel",
    "Load BPF programs into the kernel.",
    "With PERFMON or NET_ADMIN reads kernel memory and traffic; the verifier's bugs give kernel code execution.",
  ],
  [
    "CHECKPOINT_RESTORE",
    "lateral",
    "Checkpoint and restore processes.",
    "Chooses process ids and reads memory maps and open files of processes of its user namespace.",
  ],
];

export const capabilities: readonly Capability[] = rows.map(
  ([name, danger, meaning, gain], number) => ({ name, number, danger, meaning, gain }),
);

/** Every name, without `CAP_`, in the order of the numbers. */
export const capabilityNames: readonly string[] = capabilities.map(({ name }) => name);

const byName = new Map(capabilities.map((capability) => [capability.name, capability]));

/** By its name without `CAP_`, upper case. */
export function capability(name: string): Capability | undefined {
  return byName.get(name);
}
