/**
 * Sensitive host paths as data; `host-paths.ts` compares with them.
 * Sources: hier(7), proc(5), core(5), sysfs(5), cgroups(7); the paths that engines and Kubernetes document.
 * The grading is our own.
 */

export type PathSeverity = "critical" | "high" | "medium" | "low";

/** What a path gives, as a clause after "it": "reads the host's password hashes". */
export type PathGrade = readonly [severity: PathSeverity, gain: string];

export interface SensitiveRow {
  /** Clean and absolute; `~` for a home directory. */
  readonly path: string;
  /** What it is, as a noun phrase. */
  readonly is: string;
  readonly write: PathGrade;
  /** Read-only; undefined where reading gives nothing worth a word. */
  readonly read: PathGrade | undefined;
  /** Only the path itself, not what lies below it. */
  readonly exactly?: true;
}

export const sensitiveRows: readonly SensitiveRow[] = [
  {
    path: "/etc",
    is: "the host's configuration, users and passwords",
    write: ["critical", "adds a user, a service or a scheduled job and becomes root of the host"],
    read: ["high", "reads password hashes, keys and service credentials of the host"],
    exactly: true,
  },
  {
    path: "/etc/passwd",
    is: "the host's list of users",
    write: ["critical", "adds a user with uid 0 and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/group",
    is: "the host's list of groups",
    write: ["critical", "joins a group such as docker or sudo and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/shadow",
    is: "the host's password hashes",
    write: ["critical", "sets root's password and becomes root of the host"],
    read: ["high", "reads the host's password hashes"],
  },
  {
    path: "/etc/gshadow",
    is: "the host's group passwords",
    write: ["critical", "joins any group and becomes root of the host"],
    read: ["high", "reads the host's group password hashes"],
  },
  {
    path: "/etc/sudoers",
    is: "who may become root on the host",
    write: ["critical", "lets any user become root"],
    read: ["low", "reads who may become root"],
  },
  {
    path: "/etc/sudoers.d",
    is: "who may become root on the host",
    write: ["critical", "lets any user become root"],
    read: ["low", "reads who may become root"],
  },
  {
    path: "/etc/pam.d",
    is: "how the host checks logins",
    write: ["critical", "lets itself in without a password and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/security",
    is: "how the host checks logins",
    write: ["high", "loosens the host's login rules"],
    read: undefined,
  },
  {
    path: "/etc/ssh",
    is: "the host's SSH configuration and keys",
    write: ["critical", "lets itself in over SSH and becomes root of the host"],
    read: ["high", "reads the host's SSH keys and poses as the host"],
  },
  {
    path: "/etc/ssl/private",
    is: "the host's private TLS keys",
    write: ["high", "replaces and reads the host's TLS keys"],
    read: ["high", "reads the host's TLS keys and poses as it"],
  },
  {
    path: "/etc/letsencrypt",
    is: "the host's certificates and their keys",
    write: ["high", "replaces and reads the host's TLS keys"],
    read: ["medium", "reads the host's TLS keys and poses as it"],
  },
  {
    path: "/etc/ssl",
    is: "the host's certificates",
    write: ["high", "adds a certificate authority that the host then trusts"],
    read: ["medium", "reads private keys, where the host keeps them there"],
  },
  {
    path: "/etc/pki",
    is: "the host's certificates and keys",
    write: ["high", "adds a certificate authority that the host then trusts"],
    read: ["medium", "reads private keys, where the host keeps them there"],
  },
  {
    path: "/etc/ld.so.preload",
    is: "a library that every program of the host loads",
    write: ["critical", "runs code in every program of the host and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/ld.so.conf.d",
    is: "where the host's programs look for libraries",
    write: ["critical", "runs code in programs of the host and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/profile.d",
    is: "scripts that every login shell of the host runs",
    write: ["critical", "runs commands at the next login of root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/profile",
    is: "a script that every login shell of the host runs",
    write: ["critical", "runs commands at the next login of root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/environment",
    is: "the environment of every login of the host",
    write: ["critical", "runs code at the next login of root and becomes root of the host"],
    read: ["medium", "reads credentials, where the host keeps them there"],
  },
  {
    path: "/etc/init.d",
    is: "the host's start-up scripts",
    write: ["critical", "adds a script that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/rc.local",
    is: "the host's start-up script",
    write: ["critical", "adds commands that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/systemd",
    is: "the host's services",
    write: ["critical", "adds a service that the host runs as root and becomes root of the host"],
    read: ["low", "reads how the host's services are set up"],
  },
  {
    path: "/usr/lib/systemd",
    is: "the host's services",
    write: ["critical", "adds a service that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/lib/systemd",
    is: "the host's services",
    write: ["critical", "adds a service that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/run/systemd",
    is: "systemd's control sockets and services",
    write: ["critical", "starts services on the host and becomes root of the host"],
    read: ["high", "talks to systemd: a read-only mount does not stop that"],
  },
  {
    path: "/etc/udev",
    is: "what the host runs when devices appear",
    write: ["critical", "adds a rule that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/modprobe.d",
    is: "what the host runs when it loads kernel modules",
    write: ["critical", "adds a command that the host runs as root and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/etc/polkit-1",
    is: "who may do what on the host",
    write: ["critical", "lets any user act as root"],
    read: undefined,
  },
  {
    path: "/etc/apparmor.d",
    is: "the host's AppArmor profiles",
    write: ["high", "loosens the profiles that confine programs and containers"],
    read: undefined,
  },
  {
    path: "/etc/selinux",
    is: "the host's SELinux policy",
    write: ["high", "switches SELinux off at the next start"],
    read: undefined,
  },
  {
    path: "/etc/cni",
    is: "the node's network configuration",
    write: ["critical", "names a program that the node runs as root and becomes root of the host"],
    read: ["low", "reads how the node's network is set up"],
  },
  {
    path: "/etc/docker",
    is: "the Docker engine's configuration",
    write: ["critical", "changes how the engine starts containers and becomes root of the host"],
    read: ["medium", "reads the engine's configuration and keys"],
  },
  {
    path: "/etc/containerd",
    is: "containerd's configuration",
    write: ["critical", "changes how containers are started and becomes root of the host"],
    read: ["low", "reads how containers are started"],
  },
  {
    path: "/etc/containers",
    is: "the configuration of Podman and CRI-O",
    write: ["critical", "changes how containers are started and becomes root of the host"],
    read: ["low", "reads how containers are started"],
  },
  {
    path: "/etc/crio",
    is: "CRI-O's configuration",
    write: ["critical", "changes how containers are started and becomes root of the host"],
    read: ["low", "reads how containers are started"],
  },
  {
    path: "/etc/kubernetes",
    is: "the keys of the cluster's control plane",
    write: ["critical", "replaces the control plane's Pods and rules the cluster"],
    read: ["critical", "reads the cluster administrator's key and rules the cluster"],
  },
  {
    // kubernetes-sigs/node-feature-discovery, "Local feature source": files that become node labels.
    path: "/etc/kubernetes/node-feature-discovery",
    is: "the files that label the node",
    write: ["low", "gives the node labels that attract Pods"],
    read: undefined,
  },
  {
    path: "/etc/rancher",
    is: "the keys of the k3s or RKE2 cluster",
    write: ["critical", "rules the cluster"],
    read: ["critical", "reads the cluster administrator's key and rules the cluster"],
  },
  {
    path: "/etc/crontab",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/anacrontab",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/cron.d",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/cron.hourly",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/cron.daily",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/cron.weekly",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/etc/cron.monthly",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/var/spool/cron",
    is: "the host's scheduled jobs",
    write: ["critical", "adds a job that the host runs as root and becomes root of the host"],
    read: ["low", "reads what the host runs and when"],
  },
  {
    path: "/home",
    is: "the home directories of all users",
    write: ["high", "adds SSH keys and start-up scripts and becomes any user of the host"],
    read: ["high", "reads keys, tokens and history of all users"],
    exactly: true,
  },
  {
    path: "/var/lib/docker",
    is: "the Docker engine's data",
    write: ["critical", "rewrites images and containers and becomes root of the host"],
    read: ["high", "reads files and environment of every container"],
  },
  {
    path: "/var/lib/containerd",
    is: "containerd's data",
    write: ["critical", "rewrites images and containers and becomes root of the host"],
    read: ["high", "reads files and environment of every container"],
  },
  {
    path: "/var/lib/containers",
    is: "the data of Podman and CRI-O",
    write: ["critical", "rewrites images and containers and becomes root of the host"],
    read: ["high", "reads files and environment of every container"],
  },
  {
    path: "/var/lib/docker/volumes",
    is: "the volumes of all containers",
    write: ["high", "changes the data of other containers"],
    read: ["high", "reads the data of other containers"],
  },
  {
    path: "/var/lib/docker/containers",
    is: "settings and logs of all containers",
    write: ["high", "changes settings of other containers"],
    read: ["medium", "reads logs and environment of every container"],
  },
  {
    path: "/var/lib/rancher",
    is: "the data of k3s or RKE2",
    write: ["critical", "reads the cluster's keys and rules the cluster"],
    read: ["critical", "reads the cluster's keys and rules the cluster"],
  },
  {
    path: "/var/lib/kubelet",
    is: "the kubelet's data: secrets and volumes of every Pod on the node",
    write: ["critical", "takes over every Pod of the node, and the node"],
    read: ["high", "reads secrets and service-account tokens of every Pod on the node"],
  },
  {
    path: "/var/lib/kubelet/device-plugins",
    is: "the kubelet's device registration",
    write: ["medium", "registers devices with the kubelet"],
    read: ["medium", "registers devices with the kubelet: a read-only mount does not stop that"],
  },
  {
    path: "/var/lib/etcd",
    is: "the cluster's database",
    write: ["critical", "changes any object of the cluster"],
    read: ["critical", "reads every secret of the cluster"],
  },
  {
    path: "/var/lib",
    is: "data of the host's services",
    write: [
      "critical",
      "rewrites data of the engine and other services and becomes root of the host",
    ],
    read: ["high", "reads data and credentials of the host's services"],
    exactly: true,
  },
  {
    path: "/var/log",
    is: "the host's logs",
    write: [
      "high",
      "replaces log files by links, by which the kubelet or root reads any file for it, and hides its traces",
    ],
    read: ["low", "reads logs of the host and of other containers"],
  },
  {
    path: "/var/backups",
    is: "backups of the host's password files",
    write: ["high", "changes backups of the host"],
    read: ["high", "reads password hashes from backups"],
  },
  {
    path: "/var",
    is: "logs, data and state of the host's services",
    write: [
      "critical",
      "rewrites data of the engine and other services and becomes root of the host",
    ],
    read: ["high", "reads logs, data and credentials of the host's services"],
    exactly: true,
  },
  {
    path: "/run",
    is: "sockets and state of the host's services",
    write: ["high", "talks to services of the host"],
    read: ["high", "talks to services of the host: a read-only mount does not stop that"],
    exactly: true,
  },
  {
    path: "/run/dbus",
    is: "the host's message bus",
    write: ["high", "asks services of the host to act for it"],
    read: [
      "medium",
      "asks services of the host to act for it: a read-only mount does not stop that",
    ],
  },
  {
    path: "/run/udev",
    is: "the host's device database",
    write: ["medium", "tells programs of the host of devices that are not there"],
    read: undefined,
  },
  {
    path: "/proc",
    is: "the host's processes and kernel settings",
    write: ["critical", "sets kernel.core_pattern and becomes root of the host"],
    read: [
      "medium",
      "sees every process of the host with its command line, and the environment of those of the same user",
    ],
  },
  {
    path: "/proc/sys/net",
    is: "the kernel's network settings",
    write: [
      "medium",
      "changes network settings, such as forwarding and filters of source addresses",
    ],
    read: undefined,
  },
  {
    path: "/sys",
    is: "the host's devices and kernel objects",
    write: ["high", "changes devices and kernel settings of the host"],
    read: ["low", "reads hardware and devices of the host"],
  },
  {
    path: "/sys/kernel/debug",
    is: "the kernel's debug interfaces",
    write: ["critical", "runs code in the kernel or reads its memory"],
    read: ["high", "reads kernel memory"],
  },
  {
    path: "/sys/kernel/tracing",
    is: "the kernel's tracing",
    write: ["high", "traces every process of the host"],
    read: ["medium", "watches every process of the host"],
  },
  {
    path: "/sys/kernel/security",
    is: "the kernel's security modules",
    write: ["high", "takes out AppArmor and other protections"],
    read: ["low", "reads which protections are in force"],
  },
  {
    path: "/sys/firmware",
    is: "the machine's firmware variables",
    write: ["high", "changes how the machine starts"],
    read: ["low", "reads firmware tables"],
  },
  {
    path: "/sys/fs/bpf",
    is: "the kernel's pinned BPF programs",
    write: ["high", "replaces programs and maps that filter the host's network"],
    read: ["medium", "reads maps of the host's network filters"],
  },
  {
    path: "/sys/fs/cgroup",
    is: "the host's control groups",
    write: [
      "medium",
      "lifts its own limits; with cgroup v1 and SYS_ADMIN it becomes root of the host by release_agent",
    ],
    read: ["low", "reads which processes and containers run, and their limits"],
  },
  {
    path: "/dev",
    is: "every device of the host",
    write: [
      "high",
      "opens terminals of the host, and disks and memory as far as the device rules let it",
    ],
    read: [
      "high",
      "opens devices of the host: a read-only mount does not stop writing to a device",
    ],
    exactly: true,
  },
  {
    path: "/boot",
    is: "the host's kernel and boot loader",
    write: ["critical", "replaces the kernel that the host starts next"],
    read: ["low", "reads which kernel the host runs, to choose an exploit"],
  },
  {
    path: "/usr",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: ["low", "reads which programs and versions the host has"],
    exactly: true,
  },
  {
    path: "/usr/local",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: ["low", "reads which programs and versions the host has"],
    exactly: true,
  },
  {
    path: "/lib",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: ["low", "reads which programs and versions the host has"],
    exactly: true,
  },
  {
    path: "/lib64",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: ["low", "reads which programs and versions the host has"],
    exactly: true,
  },
  {
    path: "/bin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/sbin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/bin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/sbin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/local/bin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/local/sbin",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/lib",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/lib64",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/libexec",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/usr/local/lib",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/lib/x86_64-linux-gnu",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/lib/aarch64-linux-gnu",
    is: "the host's programs and libraries",
    write: ["critical", "replaces programs that root runs and becomes root of the host"],
    read: undefined,
  },
  {
    path: "/lib/modules",
    is: "the host's kernel modules",
    write: ["critical", "replaces modules that the kernel loads"],
    read: ["low", "reads which modules the kernel can load"],
  },
  {
    path: "/usr/lib/modules",
    is: "the host's kernel modules",
    write: ["critical", "replaces modules that the kernel loads"],
    read: ["low", "reads which modules the kernel can load"],
  },
  {
    path: "/opt/cni",
    is: "the programs that set up the node's network",
    write: [
      "critical",
      "replaces programs that the node runs as root and becomes root of the host",
    ],
    read: ["low", "reads which network programs the node has"],
  },
  {
    path: "/opt",
    is: "software of the host",
    write: ["medium", "replaces software that the host runs"],
    read: undefined,
    exactly: true,
  },
  {
    path: "/mnt",
    is: "other disks of the host",
    write: ["medium", "changes files on other disks of the host"],
    read: ["low", "reads files on other disks of the host"],
    exactly: true,
  },
  {
    path: "/media",
    is: "other disks of the host",
    write: ["medium", "changes files on other disks of the host"],
    read: ["low", "reads files on other disks of the host"],
    exactly: true,
  },
];

/** In any home directory. */
export const homeRows: readonly SensitiveRow[] = [
  {
    path: "~",
    is: "a user's home directory",
    write: ["high", "adds an SSH key or a start-up script and becomes that user on the host"],
    read: ["high", "reads the user's keys, tokens and history"],
    exactly: true,
  },
  {
    path: "~/.ssh",
    is: "a user's SSH keys",
    write: ["high", "adds a key and logs in to the host as the user"],
    read: ["high", "reads the user's SSH keys and logs in elsewhere as the user"],
  },
  {
    path: "~/.aws",
    is: "a user's AWS credentials",
    write: ["high", "acts as the user in AWS"],
    read: ["high", "acts as the user in AWS"],
  },
  {
    path: "~/.azure",
    is: "a user's Azure credentials",
    write: ["high", "acts as the user in Azure"],
    read: ["high", "acts as the user in Azure"],
  },
  {
    path: "~/.config/gcloud",
    is: "a user's Google Cloud credentials",
    write: ["high", "acts as the user in Google Cloud"],
    read: ["high", "acts as the user in Google Cloud"],
  },
  {
    path: "~/.kube",
    is: "a user's cluster credentials",
    write: ["high", "acts as the user in the cluster"],
    read: ["high", "acts as the user in the cluster"],
  },
  {
    path: "~/.gnupg",
    is: "a user's signing keys",
    write: ["high", "signs as the user"],
    read: ["high", "signs as the user"],
  },
  {
    path: "~/.netrc",
    is: "a user's passwords for servers",
    write: ["high", "acts as the user at servers"],
    read: ["high", "acts as the user at servers"],
  },
  {
    path: "~/.git-credentials",
    is: "a user's passwords for code hosts",
    write: ["high", "acts as the user at code hosts"],
    read: ["high", "acts as the user at code hosts"],
  },
  {
    path: "~/.config/gh",
    is: "a user's GitHub token",
    write: ["high", "acts as the user at GitHub"],
    read: ["high", "acts as the user at GitHub"],
  },
  {
    path: "~/.vault-token",
    is: "a user's Vault token",
    write: ["high", "acts as the user at Vault"],
    read: ["high", "acts as the user at Vault"],
  },
  {
    path: "~/.docker",
    is: "a user's registry credentials and engine contexts",
    write: ["high", "acts as the user at registries, and adds a program that the client runs"],
    read: ["medium", "acts as the user at registries"],
  },
  {
    path: "~/.npmrc",
    is: "a user's token for a package registry",
    write: ["medium", "publishes packages as the user"],
    read: ["medium", "publishes packages as the user"],
  },
  {
    path: "~/.pypirc",
    is: "a user's token for a package registry",
    write: ["medium", "publishes packages as the user"],
    read: ["medium", "publishes packages as the user"],
  },
  {
    path: "~/.cargo/credentials.toml",
    is: "a user's token for a package registry",
    write: ["medium", "publishes packages as the user"],
    read: ["medium", "publishes packages as the user"],
  },
  {
    path: "~/.m2/settings.xml",
    is: "a user's token for a package registry",
    write: ["medium", "publishes packages as the user"],
    read: ["medium", "publishes packages as the user"],
  },
  {
    path: "~/.gem/credentials",
    is: "a user's token for a package registry",
    write: ["medium", "publishes packages as the user"],
    read: ["medium", "publishes packages as the user"],
  },
  {
    path: "~/.config",
    is: "settings of a user's programs, with credentials among them",
    write: ["high", "changes programs that the user starts"],
    read: ["medium", "reads credentials of the user's programs"],
    exactly: true,
  },
  {
    path: "~/.bashrc",
    is: "a user's shell start-up script",
    write: ["high", "runs commands as the user at the next login"],
    read: undefined,
  },
  {
    path: "~/.bash_profile",
    is: "a user's shell start-up script",
    write: ["high", "runs commands as the user at the next login"],
    read: undefined,
  },
  {
    path: "~/.profile",
    is: "a user's shell start-up script",
    write: ["high", "runs commands as the user at the next login"],
    read: undefined,
  },
  {
    path: "~/.zshrc",
    is: "a user's shell start-up script",
    write: ["high", "runs commands as the user at the next login"],
    read: undefined,
  },
  {
    path: "~/.zshenv",
    is: "a user's shell start-up script",
    write: ["high", "runs commands as the user at the next login"],
    read: undefined,
  },
  {
    path: "~/.bash_history",
    is: "a user's shell history",
    write: ["medium", "reads passwords that were typed on command lines"],
    read: ["medium", "reads passwords that were typed on command lines"],
  },
  {
    path: "~/.zsh_history",
    is: "a user's shell history",
    write: ["medium", "reads passwords that were typed on command lines"],
    read: ["medium", "reads passwords that were typed on command lines"],
  },
];

/**
 * Trees that belong to root with no right to write for others, and whose secrets others cannot read either.
 * Left out is what other users own or may talk to: homes, logs, sockets, volumes, /proc with its processes.
 */
export const ownedByRoot: readonly string[] = `
  /etc /usr /bin /sbin /lib /lib64 /boot /opt/cni /proc/sys /sys /root /var/backups /var/spool/cron
`
  .trim()
  .split(/\s+/);

/** The same of a directory that others cannot enter, but not of what lies below it. */
export const closedByRoot: readonly string[] =
  "/var/lib/docker /var/lib/containerd /var/lib/kubelet /var/lib/rancher".split(" ");

/** What containers are given every day and what harms nobody when it is mounted read-only. */
export const harmlessToRead: readonly string[] = `
  /etc/localtime /etc/timezone /etc/machine-id /etc/os-release /etc/hostname /etc/hosts /etc/resolv.conf
  /etc/ssl/certs /etc/ssl/cert.pem /etc/ssl/openssl.cnf /etc/pki/ca-trust /etc/pki/tls/certs
  /etc/ca-certificates /usr/lib/os-release
  /proc/loadavg /proc/uptime /proc/meminfo /proc/cpuinfo /proc/stat /proc/diskstats /proc/swaps /proc/version
`
  .trim()
  .split(/\s+/);

/** What harms nobody even when it is writable. */
export const harmless: readonly string[] = `
  /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/shm /dev/log /dev/pts /tmp /var/tmp
`
  .trim()
  .split(/\s+/);
