/**
 * Kernel settings (sysctls): which namespace each belongs to, and which are safe to set for a container.
 * Sources: kubernetes v1.37 pkg/kubelet/sysctl; kubernetes/pod-security-admission 8f84a87 policy/check_sysctls.go;
 * docker/cli opts on `--sysctl`; Linux Documentation/admin-guide/sysctl.
 */

/** The namespace that keeps a setting to the container; `none` when it is one for the whole host. */
export type SysctlNamespace = "network" | "ipc" | "uts" | "none";

export interface SysctlFacts {
  /** With dots, as the kernel's own tools write it. */
  readonly name: string;
  readonly namespace: SysctlNamespace;
  /** The first minor of Kubernetes 1 whose Pod Security Standards allow it; undefined when none does. */
  readonly safeSince?: number;
  /** For settings known to be dangerous: what an attacker gains, as a clause after "it". */
  readonly danger?: { readonly severity: "critical" | "high" | "medium"; readonly gain: string };
}

const safeSince: ReadonlyMap<string, number> = new Map([
  ["kernel.shm_rmid_forced", 0],
  ["net.ipv4.ip_local_port_range", 0],
  ["net.ipv4.tcp_syncookies", 0],
  ["net.ipv4.ping_group_range", 0],
  ["net.ipv4.ip_unprivileged_port_start", 0],
  ["net.ipv4.ip_local_reserved_ports", 27],
  ["net.ipv4.tcp_keepalive_time", 29],
  ["net.ipv4.tcp_fin_timeout", 29],
  ["net.ipv4.tcp_keepalive_intvl", 29],
  ["net.ipv4.tcp_keepalive_probes", 29],
  ["net.ipv4.tcp_rmem", 32],
  ["net.ipv4.tcp_wmem", 32],
  ["net.ipv4.tcp_slow_start_after_idle", 37],
  ["net.ipv4.tcp_notsent_lowat", 37],
]);

const HELPER = "names a program that the kernel runs as root of the host";

const dangers: ReadonlyMap<string, SysctlFacts["danger"]> = new Map([
  ["kernel.core_pattern", { severity: "critical", gain: HELPER }],
  ["kernel.modprobe", { severity: "critical", gain: HELPER }],
  ["kernel.hotplug", { severity: "critical", gain: HELPER }],
  ["kernel.poweroff_cmd", { severity: "critical", gain: HELPER }],
  [
    "kernel.usermodehelper.bset",
    { severity: "high", gain: "widens the capabilities of programs that the kernel starts" },
  ],
  [
    "kernel.usermodehelper.inheritable",
    { severity: "high", gain: "widens the capabilities of programs that the kernel starts" },
  ],
  [
    "kernel.randomize_va_space",
    { severity: "high", gain: "makes addresses of every program of the host predictable" },
  ],
  ["kernel.kptr_restrict", { severity: "medium", gain: "shows kernel addresses" }],
  ["kernel.dmesg_restrict", { severity: "medium", gain: "opens the kernel's log to everyone" }],
  [
    "kernel.unprivileged_bpf_disabled",
    { severity: "high", gain: "lets everyone load BPF programs" },
  ],
  ["kernel.perf_event_paranoid", { severity: "medium", gain: "lets everyone trace the kernel" }],
  [
    "kernel.yama.ptrace_scope",
    { severity: "medium", gain: "lets processes take over others of the same user" },
  ],
  [
    "kernel.unprivileged_userns_clone",
    { severity: "medium", gain: "lets everyone create user namespaces" },
  ],
  [
    "kernel.apparmor_restrict_unprivileged_userns",
    { severity: "medium", gain: "lets everyone create user namespaces" },
  ],
  ["kernel.io_uring_disabled", { severity: "medium", gain: "opens io_uring to everyone" }],
  ["kernel.sysrq", { severity: "medium", gain: "lets a key restart the host" }],
  [
    "kernel.panic_on_oops",
    { severity: "medium", gain: "turns a small kernel error into a stop of the host" },
  ],
  [
    "vm.unprivileged_userfaultfd",
    { severity: "medium", gain: "makes kernel races easy to win for everyone" },
  ],
  [
    "vm.mmap_min_addr",
    { severity: "high", gain: "makes null-pointer errors of the kernel exploitable" },
  ],
  [
    "vm.overcommit_memory",
    { severity: "medium", gain: "changes how the whole host hands out memory" },
  ],
  ["vm.drop_caches", { severity: "medium", gain: "slows the whole host down" }],
  [
    "fs.protected_hardlinks",
    { severity: "medium", gain: "makes link tricks against other users possible" },
  ],
  [
    "fs.protected_symlinks",
    { severity: "medium", gain: "makes link tricks against other users possible" },
  ],
  ["fs.suid_dumpable", { severity: "high", gain: "writes memory of setuid programs to disk" }],
  [
    "fs.binfmt_misc.register",
    { severity: "critical", gain: "makes the host run its program in place of others" },
  ],
  ["dev.tty.legacy_tiocsti", { severity: "medium", gain: "types into terminals of others" }],
  [
    "user.max_user_namespaces",
    { severity: "medium", gain: "lets everyone create user namespaces" },
  ],
  [
    "net.ipv4.conf.all.route_localnet",
    { severity: "high", gain: "lets neighbours on the network reach services bound to 127.0.0.1" },
  ],
  [
    "net.ipv4.conf.default.route_localnet",
    { severity: "high", gain: "lets neighbours on the network reach services bound to 127.0.0.1" },
  ],
]);

/** Slashes separate like dots; in a name with slashes a dot belongs to an interface's name. Source: sysctl(8). */
export function normaliseSysctl(name: string): string {
  const slash = name.indexOf("/");
  const dot = name.indexOf(".");
  return slash >= 0 && (dot < 0 || slash < dot)
    ? name.replace(/[./]/g, (mark) => (mark === "/" ? "." : "/"))
    : name;
}

export function sysctlFacts(text: string): SysctlFacts {
  const name = normaliseSysctl(text.trim());
  const since = safeSince.get(name);
  const danger = dangers.get(name);
  return {
    name,
    namespace: sysctlNamespace(name),
    ...(since === undefined ? {} : { safeSince: since }),
    ...(danger === undefined ? {} : { danger }),
  };
}

/** Settings below `net.` that exist once for the host, or that a network namespace only shows. */
const HOST_NET =
  /^net\.(core\.(bpf_|dev_weight|netdev_|message_)|netfilter\.nf_conntrack_(buckets|expect_max)$|nf_conntrack_max$)/;

function sysctlNamespace(name: string): SysctlNamespace {
  if (name.startsWith("net.")) return HOST_NET.test(name) ? "none" : "network";
  if (name === "kernel.domainname" || name === "kernel.hostname") return "uts";
  const ipc = name === "kernel.sem" || /^(kernel\.(shm|msg)|fs\.mqueue\.)/.test(name);
  return ipc ? "ipc" : "none";
}

/** Whether the Pod Security Standards (baseline) of Kubernetes `1.minor` allow it. */
export function isSafeSysctl(name: string, minor: number): boolean {
  const since = safeSince.get(normaliseSysctl(name));
  return since !== undefined && minor >= since;
}
