/**
 * Devices of the host: what each gives a container, and how grave that is.
 * Sources: Linux Documentation/admin-guide/devices.txt; mem(4), tty(4), loop(4), random(4). The grading is our own.
 */

import type { PathSeverity } from "./sensitive-paths.ts";

export interface HostDevice {
  /** What it is, as a noun phrase. */
  readonly is: string;
  /** What an attacker gains, as a clause after "it". */
  readonly gain: string;
  /** `none` for devices that every container has anyway. */
  readonly severity: PathSeverity | "none";
}

type Row = readonly [name: RegExp, is: string, severity: HostDevice["severity"], gain: string];

const DISK =
  "reads and writes the host's disk around every permission and becomes root of the host";

/** By the path below `/dev/`; the first that matches counts. */
const rows: readonly Row[] = [
  [
    /^(null|zero|full|random|urandom|tty|console|ptmx|pts|shm|mqueue|stdin|stdout|stderr|fd|log)(\/|$)/,
    "a device that every container has",
    "none",
    "gains nothing",
  ],
  [
    /^(mem|kmem|port|crash|oldmem)$/,
    "the machine's memory",
    "critical",
    "reads and writes the kernel's memory",
  ],
  [
    /^mapper\/control$/,
    "the host's device mapper",
    "critical",
    "changes how the host's disks are put together",
  ],
  [
    /^(sd[a-z]+\d*|hd[a-z]+\d*|vd[a-z]+\d*|xvd[a-z]+\d*|nvme\d+n\d+(p\d+)?|mmcblk\d+(p\d+)?|dasd[a-z]+\d*|md\d+|md\/.*|dm-\d+|mapper\/.*|disk\/.*|nbd\d+|rbd\d+|drbd\d+|zd\d+|bcache\d+|pmem\d+|ram\d+|block\/.*|root)$/,
    "a disk of the host",
    "critical",
    DISK,
  ],
  [
    /^(nvme\d+|sg\d+|bsg\/.*|megaraid.*|nvme-fabrics)$/,
    "raw access to disks of the host",
    "critical",
    DISK,
  ],
  [/^(mapper|disk|md|block)$/, "disks of the host", "critical", DISK],
  [
    /^(loop\d+|loop-control)$/,
    "loop devices of the host",
    "high",
    "with SYS_ADMIN mounts file systems of its own making, which attack the kernel",
  ],
  [
    /^(kmsg|kcore)$/,
    "the kernel's log",
    "medium",
    "reads the kernel's log and writes false lines to it",
  ],
  [
    /^(cpu(\/.*)?|msr.*)$/,
    "the processor's registers",
    "critical",
    "with SYS_RAWIO writes model-specific registers and runs code in the kernel",
  ],
  [
    /^(vfio(\/.*)?|uio\d+|iommu)$/,
    "hardware handed to user space",
    "high",
    "programs hardware that can read memory of the host where no IOMMU stops it",
  ],
  [
    /^(kvm|sev|sgx.*|vhost-(net|vsock|scsi|vdpa.*))$/,
    "the host's virtualisation",
    "medium",
    "reaches much kernel code by creating virtual machines",
  ],
  [/^(vsock)$/, "sockets to the hypervisor", "medium", "talks to services of the hypervisor"],
  [
    /^fuse$/,
    "file systems in user space",
    "low",
    "with SYS_ADMIN mounts file systems that it answers for itself, which makes kernel races easy to win",
  ],
  [
    /^net\/tun$/,
    "virtual network interfaces",
    "low",
    "with NET_ADMIN creates network interfaces in its network",
  ],
  [/^(userfaultfd)$/, "page faults in user space", "medium", "makes kernel races easy to win"],
  [
    /^(nvidia.*|dri(\/.*)?|kfd|mali\d*|accel(\/.*)?|dxg|davinci.*|habanalabs.*)$/,
    "graphics and compute processors",
    "low",
    "reaches the driver's kernel code and, on some, memory of others",
  ],
  [
    /^(input(\/.*)?|hidraw\d+|uinput|uhid)$/,
    "keyboards and mice of the host",
    "high",
    "reads what is typed on the host, or types itself",
  ],
  [/^(fb\d+)$/, "the host's screen", "medium", "reads what the host's screen shows"],
  [
    /^(snd(\/.*)?|dsp|mixer|audio)$/,
    "sound of the host",
    "low",
    "listens to the host's microphone",
  ],
  [
    /^(video\d+|media\d+|v4l(\/.*)?)$/,
    "cameras of the host",
    "low",
    "watches through the host's camera",
  ],
  [
    /^(tty\d+|vcs.*|tty0)$/,
    "consoles of the host",
    "high",
    "reads and types on the host's console",
  ],
  [
    /^(tty(S|USB|ACM|AMA|XRUSB|O|mxc)\d+|serial(\/.*)?)$/,
    "a serial port",
    "low",
    "talks to what is attached to the port",
  ],
  [
    /^(bus(\/.*)?|usb(\/.*)?)$/,
    "USB devices of the host",
    "medium",
    "talks to every USB device, keyboards and disks among them",
  ],
  [
    /^(i2c-\d+|spidev.*|gpio.*|gpiochip\d+|mtd\d+.*|watchdog\d*)$/,
    "hardware buses of the board",
    "medium",
    "changes firmware and settings of the board",
  ],
  [
    /^(tpm\d*|tpmrm\d+)$/,
    "the host's security chip",
    "medium",
    "uses keys that are bound to the host",
  ],
  [
    /^(rtc\d*|hpet|ptp\d+|pps\d+)$/,
    "clocks of the host",
    "low",
    "reads clocks, and with SYS_TIME sets them",
  ],
  [
    /^(btrfs-control|zfs|autofs|cuse|ppp|rfkill|snapshot|udmabuf|dma_heap(\/.*)?|binder.*|ashmem|infiniband(\/.*)?|mei\d+|ipmi\d+|cdrom|sr\d+)$/,
    "a control device of the kernel",
    "medium",
    "reaches kernel code that containers otherwise cannot reach",
  ],
];

/** For a device by its host path, as `--device`, `devices:` or a bind mount names it. */
export function hostDevice(path: string): HostDevice {
  const name = path.startsWith("/dev/") ? path.slice("/dev/".length) : undefined;
  if (path === "/dev") {
    return {
      is: "every device of the host",
      severity: "critical",
      gain: "reads and writes disks and memory and becomes root of the host",
    };
  }
  const found = name === undefined ? undefined : rows.find(([pattern]) => pattern.test(name));
  if (found === undefined) {
    return {
      is: "a device of the host",
      severity: "medium",
      gain: "reaches the device and its driver in the kernel",
    };
  }
  const [, is, severity, gain] = found;
  return { is, severity, gain };
}

export interface DeviceRule {
  /** a: all; b: block; c: character. */
  readonly type: "a" | "b" | "c";
  /** Undefined for all (`*`). */
  readonly major: number | undefined;
  readonly minor: number | undefined;
  /** Some of `r`, `w` and `m` (mknod), in this order. */
  readonly access: string;
}

/**
 * A device cgroup rule: `TYPE MAJOR:MINOR ACCESS`, as `a *:* rwm`, `b 8:* rmw`.
 * Source: docker/cli opts/opts.go validateDeviceCgroupRule. Undefined when it is none.
 */
export function parseDeviceRule(text: string): DeviceRule | undefined {
  const match = /^([acb]) (\d{1,9}|\*):(\d{1,9}|\*) ([rwm]{1,3})$/.exec(text.trim());
  if (match === null) return undefined;
  const [, type = "a", major = "*", minor = "*", access = ""] = match;
  const number = (part: string) => (part === "*" ? undefined : Number(part));
  return {
    type: type === "b" ? "b" : type === "c" ? "c" : "a",
    major: number(major),
    minor: number(minor),
    access: ["r", "w", "m"].filter((letter) => access.includes(letter)).join(""),
  };
}

/** Character devices by their major number; a minor narrows it. */
const characterDevices: readonly (readonly [
  major: number,
  minor: number | undefined,
  path: string,
])[] = [
  [1, 1, "/dev/mem"],
  [1, 2, "/dev/kmem"],
  [1, 4, "/dev/port"],
  [1, 3, "/dev/null"],
  [1, 5, "/dev/zero"],
  [1, 7, "/dev/full"],
  [1, 8, "/dev/random"],
  [1, 9, "/dev/urandom"],
  [1, 11, "/dev/kmsg"],
  [1, undefined, "/dev/mem"],
  [4, undefined, "/dev/tty1"],
  [5, undefined, "/dev/tty"],
  [7, undefined, "/dev/vcs"],
  [10, 200, "/dev/net/tun"],
  [10, 229, "/dev/fuse"],
  [10, 232, "/dev/kvm"],
  [10, 236, "/dev/mapper/control"],
  [10, 237, "/dev/loop-control"],
  [13, undefined, "/dev/input"],
  [21, undefined, "/dev/sg0"],
  [81, undefined, "/dev/video0"],
  [116, undefined, "/dev/snd"],
  [136, undefined, "/dev/pts"],
  [166, undefined, "/dev/ttyACM0"],
  [188, undefined, "/dev/ttyUSB0"],
  [189, undefined, "/dev/bus/usb"],
  [195, undefined, "/dev/nvidia0"],
  [202, undefined, "/dev/cpu/0/msr"],
  [226, undefined, "/dev/dri"],
];

/** What a device rule opens. To open a device the container must still create its file (MKNOD, or `m` for it). */
export function deviceRuleGain(rule: DeviceRule): HostDevice {
  if (!/[rw]/.test(rule.access)) {
    return {
      is: "creating device files",
      severity: "low",
      gain: "creates device files that it cannot open itself",
    };
  }
  if (rule.type === "a" || (rule.type === "c" && rule.major === undefined)) {
    return { ...hostDevice("/dev"), is: "every device of the host" };
  }
  // Block devices are disks, whatever their major; loop devices have 7.
  if (rule.type === "b") return hostDevice(rule.major === 7 ? "/dev/loop0" : "/dev/sda");
  const found = characterDevices.find(
    ([major, minor]) => major === rule.major && (minor === undefined || minor === rule.minor),
  );
  return hostDevice(found?.[2] ?? "/dev/other");
}
