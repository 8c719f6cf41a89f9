/**
 * Docker's default seccomp profile, as a table of our own making.
 *
 * Source: moby/profiles cd3bed8 (2026-06-30, seccomp/v0.2.3) seccomp/default_linux.go. containerd's CRI
 * applies the same list. What is named here is allowed; every other call fails with EPERM.
 */

import type { SeccompArgument, SeccompFilter, SeccompProfile, SeccompRule } from "./profile.ts";
import { noFilter } from "./profile.ts";

/** Allowed to every container, by what the calls are for. */
const always: Readonly<Record<string, string>> = {
  "files and directories": `
    _llseek access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3
    faccessat faccessat2 fadvise64 fadvise64_64 fallocate fanotify_mark fchdir fchmod fchmodat
    fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat fstat64 fstatat64
    fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl lchown lchown32 link
    linkat listmount lseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at
    newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2
    read readahead readlink readlinkat readv rename renameat renameat2 rmdir sendfile
    sendfile64 splice stat stat64 statfs statfs64 statmount statx symlink symlinkat sync
    sync_file_range syncfs tee truncate truncate64 umask unlink unlinkat utime utimensat
    utimes vmsplice write writev`,
  "extended attributes": `
    fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr
    listxattrat llistxattr lremovexattr lsetxattr removexattr removexattrat setxattr
    setxattrat`,
  "waiting for files and events": `
    _newselect epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2
    epoll_wait epoll_wait_old eventfd eventfd2 poll ppoll pselect6 select signalfd signalfd4`,
  "asynchronous input and output (not io_uring)": `
    io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit`,
  memory: `
    brk cachestat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock
    mlock2 mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap
    pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages`,
  "processes and threads": `
    execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait futex_waitv
    futex_wake get_robust_list get_thread_area getcpu getpgid getpgrp getpid getppid
    getpriority getrandom getrlimit getrusage getsid gettid landlock_add_rule
    landlock_create_ruleset landlock_restrict_self pause pidfd_open pidfd_send_signal prctl
    prlimit64 restart_syscall riscv_hwprobe rseq seccomp set_robust_list set_thread_area
    set_tid_address setpgid setpriority setrlimit setsid sysinfo times ugetrlimit uname
    uretprobe vfork wait4 waitid waitpid`,
  scheduling: `
    ioprio_get ioprio_set sched_get_priority_max sched_get_priority_min sched_getaffinity
    sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity
    sched_setattr sched_setparam sched_setscheduler sched_yield`,
  "users, groups and capabilities": `
    capget capset getegid geteuid getgid getgroups getresgid getresuid getuid setfsgid setfsuid
    setgid setgroups setregid setresgid setresuid setreuid setuid`,
  signals: `
    kill rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn tgkill tkill`,
  time: `
    adjtimex alarm clock_adjtime clock_getres clock_gettime clock_nanosleep getitimer gettimeofday
    nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime
    timer_settime timerfd_create timerfd_gettime timerfd_settime`,
  "System V and POSIX interprocess communication": `
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget
    msgrcv msgsnd semctl semget semop semtimedop shmat shmctl shmdt shmget`,
  network: `
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
    recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair`,
  "the same for 32-bit programs (64-bit time and 32-bit ids)": `
    clock_adjtime64 clock_getres_time64 clock_gettime64 clock_nanosleep_time64 getegid32 geteuid32
    getgid32 getgroups32 getresgid32 getresuid32 getuid32 mq_timedreceive_time64
    mq_timedsend_time64 ppoll_time64 pselect6_time64 recvmmsg_time64 rt_sigtimedwait_time64
    sched_rr_get_interval_time64 semtimedop_time64 setfsgid32 setfsuid32 setgid32 setgroups32
    setregid32 setresgid32 setresuid32 setreuid32 setuid32 timer_gettime64 timer_settime64
    timerfd_gettime64 timerfd_settime64 utimensat_time64`,
};

/** Allowed only where the container's bounding set holds the capability. */
const withCapability: readonly (readonly [capability: string, names: string])[] = [
  ["DAC_READ_SEARCH", `open_by_handle_at`],
  [
    "SYS_ADMIN",
    `bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie
    lsm_get_self_attr lsm_list_modules lsm_set_self_attr mount mount_setattr
    move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare`,
  ],
  ["SYS_BOOT", `reboot`],
  ["SYS_CHROOT", `chroot`],
  ["SYS_MODULE", `delete_module init_module finit_module`],
  ["SYS_PACCT", `acct`],
  ["SYS_PTRACE", `kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace`],
  ["SYS_RAWIO", `iopl ioperm`],
  ["SYS_TIME", `settimeofday stime clock_settime clock_settime64`],
  ["SYS_TTY_CONFIG", `vhangup`],
  ["SYS_NICE", `get_mempolicy mbind set_mempolicy set_mempolicy_home_node`],
  ["SYSLOG", `syslog`],
  ["BPF", `bpf`],
  ["PERFMON", `perf_event_open`],
];

/** Allowed only on some architectures, as Go names them. */
const onArchitecture: readonly (readonly [architectures: string, names: string])[] = [
  ["ppc64le", "sync_file_range2 swapcontext"],
  [
    "arm arm64",
    "arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls",
  ],
  ["amd64 x32", "arch_prctl"],
  ["amd64 x32 x86", "modify_ldt"],
  ["s390 s390x", "s390_pci_mmio_read s390_pci_mmio_write s390_runtime_instr"],
  ["riscv64", "riscv_flush_icache"],
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET: a new namespace of any kind. */
const NEW_NAMESPACES = 0x7e020000n;

const equal = (value: bigint): SeccompArgument => ({ index: 0, op: "SCMP_CMP_EQ", value });

/** Allowed only with some values of the first argument; one rule each, so any of them is enough. */
const byFirstArgument: readonly (readonly [
  name: string,
  arguments_: readonly SeccompArgument[],
])[] = [
  // Every address family but AF_ALG (38) and AF_VSOCK (40), each of which has opened hosts.
  [
    "socket",
    [
      { index: 0, op: "SCMP_CMP_LT", value: 38n },
      equal(39n),
      { index: 0, op: "SCMP_CMP_GT", value: 40n },
    ],
  ],
  // PER_LINUX, PER_LINUX32, UNAME26 with either, and the query.
  ["personality", [0n, 8n, 0x20000n, 0x20008n, 0xffffffffn].map(equal)],
];

/** 64-bit architectures and the 32-bit ones that their kernels also run. */
const architectureFamilies: Readonly<Record<string, readonly string[]>> = {
  X86_64: ["X86", "X32"],
  AARCH64: ["ARM"],
  MIPS64: ["MIPS", "MIPS64N32"],
  MIPS64N32: ["MIPS", "MIPS64"],
  MIPSEL64: ["MIPSEL", "MIPSEL64N32"],
  MIPSEL64N32: ["MIPSEL", "MIPSEL64"],
  S390X: ["S390"],
  RISCV64: [],
  LOONGARCH64: [],
};

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const caps = (name: string): SeccompFilter => ({ ...noFilter, caps: [name] });
const arches = (text: string): SeccompFilter => ({ ...noFilter, arches: words(text) });

function allow(names: readonly string[], more: Partial<SeccompRule> = {}): SeccompRule {
  return {
    names,
    action: "SCMP_ACT_ALLOW",
    args: [],
    includes: noFilter,
    excludes: noFilter,
    ...more,
  };
}

function cloneWithoutNamespaces(index: number, on: Partial<SeccompRule>): SeccompRule {
  const args = [{ index, op: "SCMP_CMP_MASKED_EQ", value: NEW_NAMESPACES, valueTwo: 0n } as const];
  return allow(["clone"], { args, ...on });
}

function build(): SeccompProfile {
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: 1,
    architectures: [],
    archMap: Object.entries(architectureFamilies).map(([architecture, others]) => ({
      architecture: `SCMP_ARCH_${architecture}`,
      subArchitectures: others.map((other) => `SCMP_ARCH_${other}`),
    })),
    flags: [],
    rules: [
      ...Object.values(always).map((names) => allow(words(names))),
      // Before 4.8 a traced process could change its calls after the filter had passed them.
      allow(["process_vm_readv", "process_vm_writev", "ptrace"], {
        includes: { ...noFilter, minKernel: { major: 4, minor: 8 } },
      }),
      ...byFirstArgument.flatMap(([name, list]) =>
        list.map((arg) => allow([name], { args: [arg] })),
      ),
      ...onArchitecture.map(([list, names]) => allow(words(names), { includes: arches(list) })),
      ...withCapability.map(([name, names]) => allow(words(names), { includes: caps(name) })),
      cloneWithoutNamespaces(0, {
        excludes: { ...noFilter, caps: ["SYS_ADMIN"], arches: ["s390", "s390x"] },
      }),
      cloneWithoutNamespaces(1, { includes: arches("s390 s390x"), excludes: caps("SYS_ADMIN") }),
      // ENOSYS makes libc fall back to clone, whose flags a filter can see.
      allow(["clone3"], { action: "SCMP_ACT_ERRNO", errnoRet: 38, excludes: caps("SYS_ADMIN") }),
    ],
  };
}

let built: SeccompProfile | undefined;

/** The profile that Docker and containerd's CRI apply when nothing else is said. */
export function dockerDefaultProfile(): SeccompProfile {
  built ??= build();
  return built;
}
