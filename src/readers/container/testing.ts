/** For tests: what Docker tells of a container of which nothing was asked, and ways to ask for more. */

import { engines } from "../../linux/engines.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Parts {
  readonly root?: Json;
  readonly config?: Json;
  readonly host?: Json;
}

/** Source: moby/moby b985e23 daemon/pkg/oci/defaults.go. */
export const MASKED = [
  "/proc/acpi",
  "/proc/kcore",
  "/proc/keys",
  "/proc/timer_list",
  "/sys/firmware",
];
export const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** As `GET /containers/ID/json` of Docker gives it, on a host with AppArmor. */
export function dockerContainer({ root = {}, config = {}, host = {} }: Parts = {}): Json {
  return {
    Id: "ab".repeat(32),
    Path: "/app",
    Args: [],
    State: { Status: "running", Running: true, Pid: 4711 },
    Image: `sha256:${"cd".repeat(32)}`,
    Name: "/app",
    Driver: "overlay2",
    Platform: "linux",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: "docker-default",
    ExecIDs: null,
    HostConfig: {
      Binds: null,
      NetworkMode: "bridge",
      PortBindings: {},
      VolumesFrom: null,
      CapAdd: null,
      CapDrop: null,
      CgroupnsMode: "private",
      GroupAdd: null,
      IpcMode: "private",
      PidMode: "",
      Privileged: false,
      PublishAllPorts: false,
      ReadonlyRootfs: false,
      SecurityOpt: null,
      UTSMode: "",
      UsernsMode: "",
      Runtime: "runc",
      Memory: 0,
      NanoCpus: 0,
      CpuPeriod: 0,
      CpuQuota: 0,
      Devices: [],
      DeviceCgroupRules: null,
      DeviceRequests: null,
      PidsLimit: null,
      Ulimits: [],
      MaskedPaths: MASKED,
      ReadonlyPaths: READ_ONLY,
      ...host,
    },
    GraphDriver: { Name: "overlay2", Data: { LowerDir: "/var/lib/docker/overlay2/x" } },
    Mounts: [],
    Config: {
      Hostname: "abababababab",
      User: "",
      Env: ["PATH=/usr/bin"],
      Cmd: ["/app"],
      Image: "example/app:1.4.2",
      Volumes: null,
      Entrypoint: null,
      Labels: {},
      ...config,
    },
    NetworkSettings: { Ports: {} },
    ...root,
  };
}

/** As `podman inspect` gives it. */
export function podmanContainer({ root = {}, config = {}, host = {} }: Parts = {}): Json {
  const capabilities = engines.podman.defaults.capabilities.map((name) => `CAP_${name}`);
  return {
    Id: "ab".repeat(32),
    Path: "/app",
    Args: [],
    State: { Status: "running", Running: true, Pid: 4711 },
    Image: "cd".repeat(32),
    ImageName: "docker.io/example/app:1.4.2",
    Pod: "",
    OCIConfigPath: "/var/lib/containers/storage/overlay-containers/x/userdata/config.json",
    OCIRuntime: "crun",
    Name: "app",
    MountLabel: "system_u:object_r:container_file_t:s0:c1,c2",
    ProcessLabel: "system_u:system_r:container_t:s0:c1,c2",
    AppArmorProfile: "",
    EffectiveCaps: capabilities,
    BoundingCaps: capabilities,
    Mounts: [],
    NetworkSettings: { Ports: {} },
    Config: {
      User: "",
      Env: ["PATH=/usr/bin"],
      Cmd: ["/app"],
      Image: "docker.io/example/app:1.4.2",
      Entrypoint: null,
      Labels: null,
      CreateCommand: ["podman", "run", "-d", "example/app:1.4.2"],
      ...config,
    },
    HostConfig: {
      Binds: [],
      CgroupMode: "private",
      Cgroups: "default",
      NetworkMode: "bridge",
      PortBindings: {},
      CapAdd: [],
      CapDrop: [],
      GroupAdd: [],
      IpcMode: "shareable",
      PidMode: "private",
      Privileged: false,
      ReadonlyRootfs: false,
      SecurityOpt: [],
      Tmpfs: {},
      UTSMode: "private",
      UsernsMode: "",
      Runtime: "oci",
      Memory: 0,
      NanoCpus: 0,
      CpuPeriod: 0,
      CpuQuota: 0,
      PidsLimit: 2048,
      Devices: [],
      ...host,
    },
    ...root,
  };
}
