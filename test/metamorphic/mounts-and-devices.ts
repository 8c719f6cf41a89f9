import type { Row } from "./forms.ts";
import {
  compose,
  container,
  devcontainer,
  oci,
  ociRoot,
  ociNamespaces,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";
import {
  ROOT,
  containerBind,
  containerVolume,
  ociBind,
  podRoot,
  podWithHostPath,
} from "./mounted.ts";

export const mountsAndDevices: readonly Row[] = [
  {
    rule: "sensitive-host-path",
    weakness: "root may write the host's /etc",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container(containerBind("/etc")),
        benign: container(containerBind("/etcetera")),
      },
      compose: {
        bad: compose(`${ROOT}volumes: [/etc:/mnt]`),
        benign: compose(`${ROOT}volumes: [/etcetera:/mnt]`),
      },
      kubernetes: { bad: podWithHostPath("/etc"), benign: podWithHostPath("/etcetera") },
      "run-line": { bad: runLine("-u 0 -v /etc:/mnt"), benign: runLine("-u 0 -v /etcetera:/mnt") },
      "oci-config": { bad: ociBind("/etc"), benign: ociBind("/etcetera") },
      "service-create": {
        bad: serviceCreate("--user 0 --mount type=bind,source=/etc,target=/mnt"),
        benign: serviceCreate("--user 0 --mount type=bind,source=/etcetera,target=/mnt"),
      },
      devcontainer: {
        bad: devcontainer({ containerUser: "root", mounts: ["type=bind,source=/etc,target=/mnt"] }),
        benign: devcontainer({
          containerUser: "root",
          mounts: ["type=bind,source=/etcetera,target=/mnt"],
        }),
      },
      workflow: {
        bad: workflow("options: --user 0\nvolumes: [/etc:/mnt]"),
        benign: workflow("options: --user 0\nvolumes: [/etcetera:/mnt]"),
      },
    },
    spellings: {
      "run-line: --mount": {
        bad: runLine("-u 0 --mount type=bind,src=/etc,dst=/mnt"),
        benign: runLine("-u 0 --mount type=volume,src=etc,dst=/mnt"),
      },

      "compose: long form": {
        bad: compose(`${ROOT}volumes: [{type: bind, source: /etc, target: /mnt}]`),
        benign: compose(
          `${ROOT}volumes: [{type: volume, source: etc, target: /mnt}]`,
          "volumes: {etc: {}}",
        ),
      },
    },
  },
  {
    rule: "host-device",
    weakness: "a disk of the host",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({
          host: {
            Devices: [
              { PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" },
            ],
          },
        }),
        benign: container({ host: { Devices: [] } }),
      },
      compose: {
        bad: compose(`${ROOT}devices: [/dev/sda]`),
        benign: compose(`${ROOT}volumes: [data:/mnt]`, "volumes: {data: {}}"),
      },
      "run-line": {
        bad: runLine("-u 0 --device=/dev/sda"),
        benign: runLine("-u 0 -v data:/mnt"),
      },
      "oci-config": {
        bad: oci({
          process: ociRoot,
          linux: {
            devices: [{ path: "/dev/sda", type: "b", major: 8, minor: 0 }],
            resources: {
              devices: [
                { allow: false, access: "rwm" },
                { allow: true, type: "b", major: 8, minor: 0, access: "rwm" },
              ],
            },
            namespaces: ociNamespaces,
          },
        }),
        benign: oci({ process: ociRoot }),
      },
      workflow: {
        bad: workflow("options: --user 0 --device /dev/sda"),
        benign: workflow("options: --user 0 --init"),
      },
      devcontainer: {
        bad: devcontainer({ containerUser: "root", runArgs: ["--device=/dev/sda"] }),
        benign: devcontainer({ containerUser: "root", runArgs: ["--init"] }),
      },
    },
    spellings: {
      "compose: long form": {
        bad: compose(`${ROOT}devices: [{source: /dev/sda, target: /dev/xvda, permissions: rwm}]`),
        benign: compose(`${ROOT}tmpfs: [/dev/xvda]`),
      },
    },
  },
  {
    rule: "mount-propagation",
    weakness: "the container's mounts appear on the host",
    verdict: ["medium"],
    forms: {
      container: {
        bad: container(containerBind("/srv/data", { Propagation: "rshared" })),
        benign: container(containerBind("/srv/data", { Propagation: "rslave" })),
      },
      compose: {
        bad: compose("volumes: [/srv/data:/mnt:rshared]"),
        benign: compose("volumes: [/srv/data:/mnt:rslave]"),
      },
      kubernetes: {
        bad: podWithHostPath("/srv/data", ", mountPropagation: Bidirectional"),
        benign: podWithHostPath("/srv/data", ", mountPropagation: HostToContainer"),
      },
      "run-line": {
        bad: runLine("--mount type=bind,src=/srv/data,dst=/mnt,bind-propagation=rshared"),
        benign: runLine("--mount type=bind,src=/srv/data,dst=/mnt,bind-propagation=rslave"),
      },
      "oci-config": {
        bad: ociBind("/srv/data", "rshared"),
        benign: ociBind("/srv/data", "rslave"),
      },
      "service-create": {
        bad: serviceCreate(
          "--mount type=bind,source=/srv/data,target=/mnt,bind-propagation=rshared",
        ),
        benign: serviceCreate(
          "--mount type=bind,source=/srv/data,target=/mnt,bind-propagation=rslave",
        ),
      },
      devcontainer: {
        bad: devcontainer({
          mounts: ["type=bind,source=/srv/data,target=/mnt,bind-propagation=rshared"],
        }),
        benign: devcontainer({
          mounts: ["type=bind,source=/srv/data,target=/mnt,bind-propagation=rslave"],
        }),
      },
      workflow: {
        bad: workflow("volumes: [/srv/data:/mnt:rshared]"),
        benign: workflow("volumes: [/srv/data:/mnt:rslave]"),
      },
    },
    spellings: {
      "run-line: -v": {
        bad: runLine("-v /srv/data:/mnt:ro,rshared"),
        benign: runLine("-v /srv/data:/mnt:ro,rslave"),
      },

      "compose: long form": {
        bad: compose(
          "volumes: [{type: bind, source: /srv/data, target: /mnt, bind: {propagation: rshared}}]",
        ),
        benign: compose(
          "volumes: [{type: bind, source: /srv/data, target: /mnt, bind: {propagation: rslave}}]",
        ),
      },
    },
  },
  {
    rule: "volume-driver-bind",
    weakness: "a named volume is a host directory",
    verdict: ["low"],
    forms: {
      container: {
        bad: container(containerVolume({ type: "none", o: "bind", device: "/srv/data" })),
        benign: container(containerVolume({})),
      },
      compose: {
        bad: compose(
          "volumes: [data:/mnt]",
          "volumes: {data: {driver_opts: {type: none, o: bind, device: /srv/data}}}",
        ),
        benign: compose("volumes: [data:/mnt]", "volumes: {data: {}}"),
      },
      "run-line": {
        bad: runLine(
          "--mount type=volume,src=data,dst=/mnt,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/srv/data",
        ),
        benign: runLine("--mount type=volume,src=data,dst=/mnt"),
      },
      "service-create": {
        bad: serviceCreate(
          "--mount type=volume,source=data,target=/mnt,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/srv/data",
        ),
        benign: serviceCreate("--mount type=volume,source=data,target=/mnt"),
      },
      devcontainer: {
        bad: devcontainer({
          mounts: [
            "type=volume,source=data,target=/mnt,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/srv/data",
          ],
        }),
        benign: devcontainer({ mounts: ["type=volume,source=data,target=/mnt"] }),
      },
    },
  },
  {
    rule: "service-account-token",
    weakness: "the API token is mounted",
    pointsAbove: ["kubernetes"],
    verdict: ["low"],
    forms: {
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("args: [serve]", "automountServiceAccountToken: false"),
      },
    },
  },
  {
    rule: "host-device",
    weakness: "a volume without file system",
    verdict: ["low"],
    forms: {
      kubernetes: {
        bad: pod(
          `${podRoot}volumeDevices: [{name: v, devicePath: /dev/xvda}]`,
          "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]",
        ),
        benign: pod(
          `${podRoot}volumeMounts: [{name: v, mountPath: /mnt}]`,
          "volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]",
        ),
      },
    },
  },
  {
    rule: "sensitive-host-path",
    weakness: "the device file of a disk is mounted",
    verdict: ["low"],
    forms: {
      container: {
        bad: container(containerBind("/dev/sda")),
        benign: container(containerBind("/srv/sda")),
      },
      compose: {
        bad: compose(`${ROOT}volumes: [/dev/sda:/mnt]`),
        benign: compose(`${ROOT}volumes: [/srv/sda:/mnt]`),
      },
      kubernetes: { bad: podWithHostPath("/dev/sda"), benign: podWithHostPath("/srv/sda") },
      "run-line": {
        bad: runLine("-u 0 -v /dev/sda:/mnt"),
        benign: runLine("-u 0 -v /srv/sda:/mnt"),
      },
      "oci-config": { bad: ociBind("/dev/sda"), benign: ociBind("/srv/sda") },
    },
  },
  {
    rule: "host-device",
    weakness: "a rule that opens every device",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container({ host: { DeviceCgroupRules: ["a *:* rwm"] } }),
        benign: container({ host: { DeviceCgroupRules: ["c 1:3 r"] } }),
      },
      compose: {
        bad: compose(`${ROOT}device_cgroup_rules: ["a *:* rwm"]`),
        benign: compose(`${ROOT}device_cgroup_rules: ["c 1:3 r"]`),
      },
      "run-line": {
        bad: runLine("-u 0 --device-cgroup-rule='a *:* rwm'"),
        benign: runLine("-u 0 --device-cgroup-rule='c 1:3 r'"),
      },
      "oci-config": {
        bad: oci({
          process: ociRoot,
          linux: { resources: { devices: [{ allow: true, access: "rwm" }] } },
        }),
        benign: oci({
          process: ociRoot,
          linux: { resources: { devices: [{ allow: false, access: "rwm" }] } },
        }),
      },
    },
  },
];
