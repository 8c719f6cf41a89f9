/**
 * System calls that matter for containment: what each does, and what an attacker in a container gets from it.
 * Sources: the Linux manual pages (section 2) and kernel documentation; grading is our own.
 */

export type SyscallDanger =
  /** Leads to the host with one more mistake. */
  | "escape"
  /** Opens parts of the kernel in which escapes are found again and again. */
  | "kernel-surface"
  /** Changes or stops the whole machine. */
  | "host-affecting"
  /** Reaches other containers or processes. */
  | "lateral";

export interface DangerousSyscall {
  readonly name: string;
  readonly danger: SyscallDanger;
  /** One line: what it does. */
  readonly does: string;
  /** One line: what an attacker gets. */
  readonly gain: string;
  /** The capability that the kernel asks for in the initial user namespace, without `CAP_`; absent when none. */
  readonly needs?: string;
}

type Row = readonly [
  name: string,
  danger: SyscallDanger,
  needs: string,
  does: string,
  gain: string,
];

const NEW_MOUNT = "The newer way to mount, past filters that only know mount(2).";

const rows: readonly Row[] = [
  // Mounting
  [
    "mount",
    "escape",
    "SYS_ADMIN",
    "Attaches a file system or changes how one is attached.",
    "Mounts the host's disk or a kernel file system and writes to it.",
  ],
  [
    "umount",
    "escape",
    "SYS_ADMIN",
    "Detaches a file system (old form).",
    "Uncovers what a masking mount over /proc or /sys hides.",
  ],
  [
    "umount2",
    "escape",
    "SYS_ADMIN",
    "Detaches a file system.",
    "Uncovers what a masking mount over /proc or /sys hides.",
  ],
  [
    "mount_setattr",
    "escape",
    "SYS_ADMIN",
    "Changes read-only, nosuid and other flags of mounts.",
    "Makes read-only mounts writable again.",
  ],
  ["move_mount", "escape", "SYS_ADMIN", "Moves or attaches a mount.", NEW_MOUNT],
  ["open_tree", "escape", "SYS_ADMIN", "Opens or copies a mount.", NEW_MOUNT],
  [
    "open_tree_attr",
    "escape",
    "SYS_ADMIN",
    "Opens or copies a mount with changed flags.",
    NEW_MOUNT,
  ],
  [
    "fsopen",
    "kernel-surface",
    "SYS_ADMIN",
    "Begins to configure a new file system.",
    `${NEW_MOUNT} CVE-2022-0185 was here.`,
  ],
  [
    "fsconfig",
    "kernel-surface",
    "SYS_ADMIN",
    "Sets options of a file system that is being configured.",
    `${NEW_MOUNT} CVE-2022-0185 was here.`,
  ],
  ["fsmount", "escape", "SYS_ADMIN", "Creates the mount of a configured file system.", NEW_MOUNT],
  ["fspick", "escape", "SYS_ADMIN", "Reconfigures a mounted file system.", NEW_MOUNT],
  [
    "pivot_root",
    "escape",
    "SYS_ADMIN",
    "Changes the root mount of a mount namespace.",
    "Leaves the container's file system view.",
  ],
  [
    "chroot",
    "escape",
    "SYS_CHROOT",
    "Changes a process's root directory.",
    "With an open directory outside, walks out of the current root.",
  ],
  // Namespaces
  [
    "unshare",
    "kernel-surface",
    "",
    "Moves the caller into new namespaces.",
    "A new user namespace gives every capability in it, and with them much more kernel code to attack.",
  ],
  [
    "setns",
    "escape",
    "SYS_ADMIN",
    "Joins a namespace of another process.",
    "Enters the host's namespaces through any handle on them.",
  ],
  [
    "clone",
    "kernel-surface",
    "",
    "Creates a process or thread, and new namespaces if its flags say so.",
    "With CLONE_NEWUSER the same as unshare; engines therefore filter its flags.",
  ],
  [
    "clone3",
    "kernel-surface",
    "",
    "Like clone, with its flags in memory.",
    "Creates user namespaces past filters, which cannot read memory.",
  ],
  [
    "listns",
    "lateral",
    "",
    "Lists the namespaces of the machine.",
    "Finds handles on namespaces of others.",
  ],
  // Kernel code
  ["init_module", "escape", "SYS_MODULE", "Loads a kernel module.", "Runs any code in the kernel."],
  [
    "finit_module",
    "escape",
    "SYS_MODULE",
    "Loads a kernel module from a file.",
    "Runs any code in the kernel.",
  ],
  [
    "delete_module",
    "host-affecting",
    "SYS_MODULE",
    "Unloads a kernel module.",
    "Takes drivers and security modules out of the running kernel.",
  ],
  [
    "create_module",
    "escape",
    "SYS_MODULE",
    "Loads a kernel module (before Linux 2.6).",
    "Runs any code in an old kernel.",
  ],
  [
    "kexec_load",
    "escape",
    "SYS_BOOT",
    "Loads another kernel to boot into.",
    "Replaces the host's kernel.",
  ],
  [
    "kexec_file_load",
    "escape",
    "SYS_BOOT",
    "Loads another kernel from a file.",
    "Replaces the host's kernel.",
  ],
  [
    "bpf",
    "kernel-surface",
    "BPF",
    "Loads programs and maps that run inside the kernel.",
    "With BPF and PERFMON reads kernel memory and all traffic; the verifier's bugs give kernel code execution.",
  ],
  [
    "perf_event_open",
    "kernel-surface",
    "PERFMON",
    "Measures and traces processes and the kernel.",
    "Learns kernel addresses and what others run; a rich source of kernel bugs.",
  ],
  [
    "userfaultfd",
    "kernel-surface",
    "",
    "Handles page faults in user space.",
    "Stops the kernel in the middle of an access, which makes race bugs easy to win.",
  ],
  [
    "io_uring_setup",
    "kernel-surface",
    "",
    "Creates a queue for asynchronous operations.",
    "Opens files and sockets past filters and monitors; many kernel bugs since 5.1.",
  ],
  [
    "io_uring_enter",
    "kernel-surface",
    "",
    "Submits operations to a queue.",
    "Runs operations that no system call filter sees.",
  ],
  [
    "io_uring_register",
    "kernel-surface",
    "",
    "Registers buffers and files with a queue.",
    "Part of io_uring: many kernel bugs since 5.1.",
  ],
  [
    "keyctl",
    "lateral",
    "",
    "Works on the kernel's key rings, which no namespace separates.",
    "Reads keys of other containers that run under the same uid.",
  ],
  [
    "add_key",
    "lateral",
    "",
    "Adds a key to a key ring.",
    "Fills or poisons key rings shared with other containers.",
  ],
  [
    "request_key",
    "lateral",
    "",
    "Asks for a key, by way of a helper on the host.",
    "Reads keys of others and makes the kernel start a host program.",
  ],
  [
    "ptrace",
    "lateral",
    "",
    "Controls another process: memory, registers, system calls.",
    "Takes over any process of the same user; with SYS_PTRACE and the host's pid namespace, the host.",
  ],
  [
    "process_vm_readv",
    "lateral",
    "",
    "Reads another process's memory.",
    "Reads secrets of processes of the same user.",
  ],
  [
    "process_vm_writev",
    "lateral",
    "",
    "Writes another process's memory.",
    "Injects code into processes of the same user.",
  ],
  [
    "pidfd_getfd",
    "lateral",
    "SYS_PTRACE",
    "Copies an open file of another process.",
    "Takes over files and connections of other processes.",
  ],
  [
    "process_madvise",
    "lateral",
    "SYS_PTRACE",
    "Advises the kernel about another process's memory.",
    "Pushes memory of other processes out and times it.",
  ],
  [
    "kcmp",
    "lateral",
    "SYS_PTRACE",
    "Compares kernel objects of two processes.",
    "Learns the order of kernel addresses.",
  ],
  [
    "open_by_handle_at",
    "escape",
    "DAC_READ_SEARCH",
    "Opens a file by a handle instead of a path.",
    'Opens any file of the host\'s disk by guessing handles (the "shocker" attack).',
  ],
  [
    "name_to_handle_at",
    "lateral",
    "",
    "Gives the handle of a file.",
    "Prepares open_by_handle_at.",
  ],
  [
    "fanotify_init",
    "lateral",
    "SYS_ADMIN",
    "Watches whole file systems.",
    "Sees and blocks accesses of other containers on the same disk.",
  ],
  [
    "lookup_dcookie",
    "kernel-surface",
    "SYS_ADMIN",
    "Gives paths for a profiler.",
    "Leaks paths of files that others run.",
  ],
  [
    "syslog",
    "kernel-surface",
    "SYSLOG",
    "Reads and clears the kernel's log.",
    "Learns kernel addresses and what happens on the host.",
  ],
  [
    "personality",
    "kernel-surface",
    "",
    "Chooses an execution domain, such as no address randomisation.",
    "Makes memory addresses of programs it starts predictable.",
  ],
  [
    "socket",
    "kernel-surface",
    "",
    "Creates a socket of some address family.",
    "AF_ALG and AF_VSOCK have opened hosts; AF_PACKET sees the network; old families are little tested.",
  ],
  [
    "socketcall",
    "kernel-surface",
    "",
    "All socket calls in one, for 32-bit programs.",
    "Creates sockets of families that a filter on socket denies, since it cannot read memory.",
  ],
  [
    "modify_ldt",
    "kernel-surface",
    "",
    "Changes the segment table of a process (x86).",
    "Old and seldom used code with a history of kernel bugs.",
  ],
  [
    "vm86",
    "kernel-surface",
    "",
    "Runs 16-bit code (x86).",
    "Old and seldom used code with a history of kernel bugs.",
  ],
  [
    "vm86old",
    "kernel-surface",
    "",
    "Runs 16-bit code (x86, old form).",
    "Old and seldom used code with a history of kernel bugs.",
  ],
  [
    "uselib",
    "kernel-surface",
    "",
    "Loads a shared library (a.out).",
    "Dead code with a history of kernel bugs.",
  ],
  [
    "ustat",
    "kernel-surface",
    "",
    "Gives statistics of a mounted file system.",
    "Dead code, of no use to programs.",
  ],
  ["sysfs", "kernel-surface", "", "Lists file system types.", "Dead code, of no use to programs."],
  [
    "nfsservctl",
    "kernel-surface",
    "",
    "Controls the NFS server (before Linux 3.1).",
    "Dead code, of no use to programs.",
  ],
  [
    "_sysctl",
    "host-affecting",
    "",
    "Reads and writes kernel settings (before Linux 5.5).",
    "Changes kernel settings past the read-only /proc/sys.",
  ],
  [
    "query_module",
    "kernel-surface",
    "",
    "Asks about kernel modules (before Linux 2.6).",
    "Learns which modules are loaded, and where.",
  ],
  [
    "get_kernel_syms",
    "kernel-surface",
    "",
    "Gives the kernel's symbols (before Linux 2.6).",
    "Learns kernel addresses.",
  ],
  // Hardware
  [
    "iopl",
    "escape",
    "SYS_RAWIO",
    "Gives a process access to all I/O ports (x86).",
    "Programs hardware directly and so reads and writes all memory.",
  ],
  [
    "ioperm",
    "escape",
    "SYS_RAWIO",
    "Gives a process access to I/O ports (x86).",
    "Programs hardware directly and so reads and writes all memory.",
  ],
  [
    "mknod",
    "escape",
    "MKNOD",
    "Creates device files and others.",
    "Creates a file for the host's disk, which the device cgroup must then keep it from opening.",
  ],
  [
    "mknodat",
    "escape",
    "MKNOD",
    "Creates device files and others in a directory.",
    "Creates a file for the host's disk, which the device cgroup must then keep it from opening.",
  ],
  // The whole machine
  [
    "reboot",
    "host-affecting",
    "SYS_BOOT",
    "Restarts or halts the machine.",
    "Takes the host down; in a pid namespace of its own only the container.",
  ],
  [
    "swapon",
    "host-affecting",
    "SYS_ADMIN",
    "Starts to swap to a file or device.",
    "Makes the kernel read and write a disk of its choice.",
  ],
  [
    "swapoff",
    "host-affecting",
    "SYS_ADMIN",
    "Stops swapping to a file or device.",
    "Brings the host to run out of memory.",
  ],
  [
    "acct",
    "host-affecting",
    "SYS_PACCT",
    "Turns process accounting on or off.",
    "Hides its processes, or fills the host's disk.",
  ],
  [
    "quotactl",
    "host-affecting",
    "SYS_ADMIN",
    "Changes disk quotas.",
    "Takes away the limits that other users and containers have.",
  ],
  [
    "quotactl_fd",
    "host-affecting",
    "SYS_ADMIN",
    "Changes disk quotas by an open file.",
    "Takes away the limits that other users and containers have.",
  ],
  [
    "settimeofday",
    "host-affecting",
    "SYS_TIME",
    "Sets the clock, which no namespace separates.",
    "Breaks certificates, logs and schedules of the whole host.",
  ],
  [
    "clock_settime",
    "host-affecting",
    "SYS_TIME",
    "Sets a clock.",
    "Breaks certificates, logs and schedules of the whole host.",
  ],
  [
    "clock_settime64",
    "host-affecting",
    "SYS_TIME",
    "Sets a clock (32-bit programs).",
    "Breaks certificates, logs and schedules of the whole host.",
  ],
  [
    "clock_adjtime",
    "host-affecting",
    "SYS_TIME",
    "Tunes a clock.",
    "Shifts the time of the whole host, if it holds SYS_TIME.",
  ],
  [
    "adjtimex",
    "host-affecting",
    "SYS_TIME",
    "Tunes the system clock.",
    "Shifts the time of the whole host, if it holds SYS_TIME.",
  ],
  [
    "stime",
    "host-affecting",
    "SYS_TIME",
    "Sets the clock (32-bit programs).",
    "Breaks certificates, logs and schedules of the whole host.",
  ],
  [
    "sethostname",
    "host-affecting",
    "SYS_ADMIN",
    "Sets the host name.",
    "Renames the host, where it shares the host's UTS namespace.",
  ],
  [
    "setdomainname",
    "host-affecting",
    "SYS_ADMIN",
    "Sets the NIS domain name.",
    "Renames the host's domain, where it shares the host's UTS namespace.",
  ],
  [
    "vhangup",
    "host-affecting",
    "SYS_TTY_CONFIG",
    "Hangs up the terminal.",
    "Throws users off a terminal of the host.",
  ],
  [
    "mbind",
    "host-affecting",
    "SYS_NICE",
    "Sets on which NUMA nodes memory lies.",
    "Slows others down; code with a history of kernel bugs.",
  ],
  [
    "set_mempolicy",
    "host-affecting",
    "SYS_NICE",
    "Sets the NUMA policy of a process.",
    "Slows others down; code with a history of kernel bugs.",
  ],
  [
    "migrate_pages",
    "lateral",
    "SYS_NICE",
    "Moves the memory of another process between NUMA nodes.",
    "Slows others down and learns of their memory.",
  ],
  [
    "move_pages",
    "lateral",
    "SYS_NICE",
    "Moves single pages of another process.",
    "Learns where the memory of others lies.",
  ],
];

export const dangerousSyscalls: readonly DangerousSyscall[] = rows.map(
  ([name, danger, needs, does, gain]) => ({
    name,
    danger,
    does,
    gain,
    ...(needs === "" ? {} : { needs }),
  }),
);

const byName = new Map(dangerousSyscalls.map((syscall) => [syscall.name, syscall]));

export function dangerousSyscall(name: string): DangerousSyscall | undefined {
  return byName.get(name);
}
