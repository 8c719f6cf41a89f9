/**
 * Fields that decide a container's posture, with the names that each form has for them.
 * Sources: moby/moby b985e23 api/swagger.yaml (HostConfig); compose-spec 170098b; kubernetes v1.37 core/v1
 * (PodSpec, PodSecurityContext, SecurityContext); docker/cli.
 */

export type Layer =
  | "namespaces"
  | "cgroups"
  | "user"
  | "capabilities"
  | "seccomp"
  | "mac"
  | "mounts"
  | "devices"
  | "no-new-privileges"
  | "secrets";

export interface Field {
  /** For people, a few words. */
  readonly title: string;
  readonly layer: Layer;
  readonly meaning: string;
  /** What goes wrong, or what setting it well prevents. */
  readonly danger: string;
  /** Engine API, below `HostConfig` unless it begins with `Config.`. */
  readonly hostConfig?: string;
  /** `docker run`. */
  readonly flag?: string;
  /** A key of a service. */
  readonly compose?: string;
  /** `pod.` is below `spec`; the others below a container. */
  readonly kubernetes?: string;
}

type Row = readonly [
  title: string,
  layer: Layer,
  names: readonly [hostConfig: string, flag: string, compose: string, kubernetes: string],
  meaning: string,
  danger: string,
];

const rows: readonly Row[] = [
  [
    "the user",
    "user",
    ["Config.User", "--user", "user", "securityContext.runAsUser"],
    "The user id of the container's first process.",
    "Root inside is root outside wherever another layer fails. Set a number that is not 0.",
  ],
  [
    "the group",
    "user",
    ["", "", "", "securityContext.runAsGroup"],
    "The group id of the container's first process.",
    "Group 0 may read and change files that root's group owns.",
  ],
  [
    "refusing root",
    "user",
    ["", "", "", "securityContext.runAsNonRoot"],
    "The kubelet refuses to start the container as uid 0.",
    "Without it an image that turns to root is started all the same.",
  ],
  [
    "further groups",
    "user",
    ["GroupAdd", "--group-add", "group_add", "pod.securityContext.supplementalGroups"],
    "Groups in which the process is besides its own.",
    "The group of a mounted socket or device lets the process use it.",
  ],
  [
    "the volumes' group",
    "user",
    ["", "", "", "pod.securityContext.fsGroup"],
    "The group that owns the Pod's volumes.",
    "Group 0 opens the volumes to every process with that group.",
  ],
  [
    "privileged mode",
    "capabilities",
    ["Privileged", "--privileged", "privileged", "securityContext.privileged"],
    "All capabilities, all devices, no seccomp, no AppArmor, /proc and /sys writable.",
    "One command away from root of the host.",
  ],
  [
    "added capabilities",
    "capabilities",
    ["CapAdd", "--cap-add", "cap_add", "securityContext.capabilities.add"],
    "Capabilities beyond the engine's defaults.",
    "SYS_ADMIN, SYS_MODULE, SYS_PTRACE and others lead to the host. For a user who is not root they have no effect with Docker and Kubernetes.",
  ],
  [
    "dropped capabilities",
    "capabilities",
    ["CapDrop", "--cap-drop", "cap_drop", "securityContext.capabilities.drop"],
    "Capabilities taken away from the engine's defaults.",
    "Drop ALL and add back what the program needs.",
  ],
  [
    "no-new-privileges",
    "no-new-privileges",
    [
      "SecurityOpt",
      "--security-opt no-new-privileges",
      "security_opt",
      "securityContext.allowPrivilegeEscalation",
    ],
    "Setuid programs and file capabilities give nothing any more (allowPrivilegeEscalation: false).",
    "Without it a setuid program turns any user into root with the whole bounding set.",
  ],
  [
    "the seccomp profile",
    "seccomp",
    ["SecurityOpt", "--security-opt seccomp=", "security_opt", "securityContext.seccompProfile"],
    "Which system calls the container may make.",
    "Unconfined opens io_uring, bpf, keyctl, user namespaces and more kernel code to attack. Kubernetes applies none unless asked.",
  ],
  [
    "the AppArmor profile",
    "mac",
    ["SecurityOpt", "--security-opt apparmor=", "security_opt", "securityContext.appArmorProfile"],
    "What the container may do with files, mounts and other processes, by AppArmor.",
    "Unconfined lets mounts and writes to /proc and /sys through that the default stops.",
  ],
  [
    "the SELinux label",
    "mac",
    ["SecurityOpt", "--security-opt label=", "security_opt", "securityContext.seLinuxOptions"],
    "What the container may do, by SELinux.",
    "A disabled label or the type spc_t confines nothing.",
  ],
  [
    "masked paths of /proc",
    "mac",
    [
      "MaskedPaths",
      "--security-opt systempaths=unconfined",
      "security_opt",
      "securityContext.procMount",
    ],
    "Parts of /proc and /sys that are hidden from the container.",
    "Unmasked shows the kernel's memory, keys and timers.",
  ],
  [
    "read-only paths of /proc",
    "mac",
    [
      "ReadonlyPaths",
      "--security-opt systempaths=unconfined",
      "security_opt",
      "securityContext.procMount",
    ],
    "Parts of /proc that the container cannot write.",
    "A writable /proc/sys gives root of the host by kernel.core_pattern.",
  ],
  [
    "the root file system",
    "mounts",
    ["ReadonlyRootfs", "--read-only", "read_only", "securityContext.readOnlyRootFilesystem"],
    "Whether the container may write to its own image's files.",
    "A writable one lets an attacker change the program and stay.",
  ],
  [
    "bind mounts",
    "mounts",
    ["Binds", "--volume", "volumes", "pod.volumes[].hostPath"],
    "Directories and files of the host that the container sees.",
    "The engine's socket, /, /etc and others give the host.",
  ],
  [
    "mounts",
    "mounts",
    ["Mounts", "--mount", "volumes", "volumeMounts"],
    "File systems mounted into the container, with their options.",
    "The same as bind mounts; propagation shared carries mounts back to the host.",
  ],
  [
    "mount propagation",
    "mounts",
    [
      "Mounts[].BindOptions.Propagation",
      "--mount bind-propagation=",
      "volumes[].bind.propagation",
      "volumeMounts[].mountPropagation",
    ],
    "Whether mounts made inside appear outside and the other way round.",
    "shared and Bidirectional let the container mount over the host's directories.",
  ],
  [
    "volumes of other containers",
    "mounts",
    ["VolumesFrom", "--volumes-from", "volumes_from", ""],
    "All volumes of another container.",
    "Brings in what that container was trusted with, its sockets included.",
  ],
  [
    "the volume driver",
    "mounts",
    ["VolumeDriver", "--volume-driver", "volumes.driver", "pod.volumes[].csi"],
    "The plugin that provides volumes.",
    "The local driver with o=bind mounts any host path under a harmless name.",
  ],
  [
    "the engine's socket",
    "mounts",
    ["", "--use-api-socket", "use_api_socket", ""],
    "Gives the container the engine's API.",
    "Whoever reaches it starts privileged containers.",
  ],
  [
    "memory file systems",
    "mounts",
    ["Tmpfs", "--tmpfs", "tmpfs", "pod.volumes[].emptyDir"],
    "Writable space in memory.",
    "Good beside a read-only root; give it a size.",
  ],
  [
    "devices",
    "devices",
    ["Devices", "--device", "devices", "volumeDevices"],
    "Devices of the host in the container.",
    "A disk or /dev/mem gives the host.",
  ],
  [
    "device rules",
    "devices",
    ["DeviceCgroupRules", "--device-cgroup-rule", "device_cgroup_rules", ""],
    "Which devices the container may open or create, by number.",
    "a *:* rwm opens every device for which it can create a file.",
  ],
  [
    "device requests",
    "devices",
    ["DeviceRequests", "--gpus", "gpus", "resources.limits"],
    "Graphics processors and CDI devices.",
    "Opens the driver's kernel code.",
  ],
  [
    "the network namespace",
    "namespaces",
    ["NetworkMode", "--network", "network_mode", "pod.hostNetwork"],
    "Whose network the container sees.",
    "The host's: every service on the loopback address, and its traffic.",
  ],
  [
    "the process namespace",
    "namespaces",
    ["PidMode", "--pid", "pid", "pod.hostPID"],
    "Whose processes the container sees.",
    "The host's: their environment, and with SYS_PTRACE the processes.",
  ],
  [
    "processes shared in a Pod",
    "namespaces",
    ["", "", "", "pod.shareProcessNamespace"],
    "Whether containers of a Pod see each other's processes.",
    "One container reads files and environment of the others.",
  ],
  [
    "the IPC namespace",
    "namespaces",
    ["IpcMode", "--ipc", "ipc", "pod.hostIPC"],
    "Whose shared memory the container sees.",
    "The host's: data of its programs.",
  ],
  [
    "the UTS namespace",
    "namespaces",
    ["UTSMode", "--uts", "uts", ""],
    "Whose host name the container sees.",
    "The host's, which SYS_ADMIN may change.",
  ],
  [
    "the user namespace",
    "namespaces",
    ["UsernsMode", "--userns", "userns_mode", "pod.hostUsers"],
    "Whether user ids of the container are those of the host.",
    "host switches remapping off; hostUsers: false is the strongest single setting in Kubernetes.",
  ],
  [
    "the cgroup namespace",
    "namespaces",
    ["CgroupnsMode", "--cgroupns", "cgroup", ""],
    "Whose control groups the container sees.",
    "The host's: names of all others, and a part of the release_agent escape.",
  ],
  [
    "the parent control group",
    "cgroups",
    ["CgroupParent", "--cgroup-parent", "cgroup_parent", ""],
    "The control group in which the container's lies.",
    "May lie outside of the limits set for containers.",
  ],
  [
    "memory limit",
    "cgroups",
    ["Memory", "--memory", "mem_limit", "resources.limits.memory"],
    "How much memory the container may use.",
    "Without it one container brings the host to kill others.",
  ],
  [
    "CPU limit",
    "cgroups",
    ["NanoCpus", "--cpus", "cpus", "resources.limits.cpu"],
    "How much CPU time the container may use.",
    "Without it one container slows all others down.",
  ],
  [
    "process limit",
    "cgroups",
    ["PidsLimit", "--pids-limit", "pids_limit", ""],
    "How many processes and threads the container may have.",
    "Without it a fork bomb stops the host. In Kubernetes the kubelet sets it (podPidsLimit).",
  ],
  [
    "resource limits by user",
    "cgroups",
    ["Ulimits", "--ulimit", "ulimits", ""],
    "Open files, locked memory and others, for each process.",
    "Very high ones let a process use up kernel memory.",
  ],
  [
    "the out-of-memory order",
    "cgroups",
    ["OomScoreAdj", "--oom-score-adj", "oom_score_adj", ""],
    "Who is killed first when memory runs out.",
    "A very low one has the host's own services killed first.",
  ],
  [
    "no killing on memory shortage",
    "cgroups",
    ["OomKillDisable", "--oom-kill-disable", "oom_kill_disable", ""],
    "Stops the container instead of killing it at its limit.",
    "Without a memory limit it can hang the host.",
  ],
  [
    "shared memory size",
    "cgroups",
    ["ShmSize", "--shm-size", "shm_size", "pod.volumes[].emptyDir"],
    "How large /dev/shm is.",
    "Large ones use up the host's memory where no limit is set.",
  ],
  [
    "kernel settings",
    "namespaces",
    ["Sysctls", "--sysctl", "sysctls", "pod.securityContext.sysctls"],
    "Settings of the kernel for the container's namespaces.",
    "Those that belong to no namespace change the whole host.",
  ],
  [
    "published ports",
    "namespaces",
    ["PortBindings", "--publish", "ports", "ports[].hostPort"],
    "Ports of the host that lead to the container.",
    "Without an address they are open to every network, past most host firewalls.",
  ],
  [
    "all exposed ports",
    "namespaces",
    ["PublishAllPorts", "--publish-all", "", ""],
    "Publishes every port that the image exposes.",
    "Opens ports that nobody meant to open.",
  ],
  [
    "names of other hosts",
    "namespaces",
    ["ExtraHosts", "--add-host", "extra_hosts", "pod.hostAliases"],
    "Entries of /etc/hosts.",
    "host-gateway names the host, whose services it may then reach.",
  ],
  [
    "the runtime",
    "namespaces",
    ["Runtime", "--runtime", "runtime", "pod.runtimeClassName"],
    "The program that starts the container.",
    "runsc and kata add a barrier of their own; an unknown one may add none.",
  ],
  [
    "the service-account token",
    "secrets",
    ["", "", "", "pod.automountServiceAccountToken"],
    "Whether the container gets a token for the cluster's API.",
    "An attacker acts in the cluster with the account's rights.",
  ],
  [
    "the environment",
    "secrets",
    ["Config.Env", "--env", "environment", "env"],
    "Variables of the container's processes.",
    "Secrets in them show in inspect output, crash dumps and child processes: mount them as files.",
  ],
  [
    "host processes on Windows",
    "namespaces",
    ["", "", "", "securityContext.windowsOptions.hostProcess"],
    "Runs the container as a process of the Windows host.",
    "There is no isolation at all.",
  ],
];

export const fields: readonly Field[] = rows.map(([title, layer, names, meaning, danger]) => {
  const [hostConfig, flag, compose, kubernetes] = names;
  return {
    title,
    layer,
    meaning,
    danger,
    ...(hostConfig === "" ? {} : { hostConfig }),
    ...(flag === "" ? {} : { flag }),
    ...(compose === "" ? {} : { compose }),
    ...(kubernetes === "" ? {} : { kubernetes }),
  };
});

/** The fields that have this name in some form: `CapAdd`, `HostConfig.CapAdd`, `--cap-add`, `cap_add`, `runAsNonRoot`. */
export function fieldsNamed(word: string): readonly Field[] {
  const wanted = word.trim().replace(/^(HostConfig|spec)\./, "");
  if (wanted === "") return [];
  return fields.filter((field) => {
    const last = (path: string | undefined) => path?.slice(path.lastIndexOf(".") + 1);
    const { hostConfig, flag, compose, kubernetes } = field;
    const flagName = flag?.split(" ")[0];
    const forms = [
      hostConfig,
      last(hostConfig),
      flag,
      flagName,
      flagName?.replace(/^--/, ""),
      compose,
    ];
    return [...forms, kubernetes, kubernetes?.replace(/^pod\./, ""), last(kubernetes)].includes(
      wanted,
    );
  });
}
