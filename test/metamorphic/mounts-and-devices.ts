import type { Row } from "./forms.ts";
import { compose, dockerfile, oci, ociNamespaces, pod, runLine } from "./forms.ts";

const ROOT = 'user: "0"\n';
const podRoot = "securityContext: {runAsUser: 0}\n";
const process = { user: { uid: 0, gid: 0 } };

function hostPath(path: string, mount = ""): { container: string; spec: string } {
  return {
    container: `${podRoot}volumeMounts: [{name: v, mountPath: /mnt${mount}}]`,
    spec: `volumes: [{name: v, hostPath: {path: ${path}}}]`,
  };
}

function podWithHostPath(path: string, mount = ""): Readonly<Record<string, string>> {
  const { container, spec } = hostPath(path, mount);
  return pod(container, spec);
}

const ociBind = (source: string, ...options: readonly string[]): Readonly<Record<string, string>> =>
  oci({
    process,
    mounts: [{ destination: "/mnt", type: "bind", source, options: ["rbind", ...options] }],
  });

export const mountsAndDevices: readonly Row[] = [
  {
    rule: "engine-socket",
    weakness: "root reaches the engine's socket, mounted read-only",
    verdict: ["critical"],
    forms: {
      compose: {
        bad: compose(`${ROOT}volumes: ["/var/run/docker.sock:/mnt:ro"]`),
        benign: compose(`${ROOT}volumes: ["/srv/data.sock:/mnt:ro"]`),
      },
      kubernetes: {
        bad: podWithHostPath("/run/docker.sock", ", readOnly: true"),
        benign: podWithHostPath("/srv/data.sock", ", readOnly: true"),
      },
      "run-line": {
        bad: runLine("-u 0 -v /run/../run/docker.sock:/mnt:ro"),
        benign: runLine("-u 0 -v /srv/data.sock:/mnt:ro"),
      },
      "oci-config": {
        bad: ociBind("/run/docker.sock", "ro"),
        benign: ociBind("/srv/data.sock", "ro"),
      },
    },
  },
  {
    rule: "engine-socket",
    weakness: "a directory above the socket is mounted",
    verdict: ["critical"],
    forms: {
      compose: {
        bad: compose(`${ROOT}volumes: [{type: bind, source: /var/run, target: /mnt}]`),
        benign: compose(`${ROOT}volumes: [{type: bind, source: /var/runner, target: /mnt}]`),
      },
      kubernetes: { bad: podWithHostPath("/var/run/"), benign: podWithHostPath("/var/runner") },
      "run-line": {
        bad: runLine("-u 0 --mount type=bind,src=/run,dst=/mnt"),
        benign: runLine("-u 0 --mount type=bind,src=/runner,dst=/mnt"),
      },
      "oci-config": { bad: ociBind("/run"), benign: ociBind("/runner") },
    },
  },
  {
    rule: "engine-api-over-tcp",
    weakness: "a client of the engine's API without TLS",
    verdict: ["high"],
    forms: {
      dockerfile: {
        bad: dockerfile("FROM alpine:3.22\nENV DOCKER_HOST=tcp://engine:2375\nUSER 1000"),
        benign: dockerfile("FROM alpine:3.22\nENV DOCKER_HOST=ssh://engine\nUSER 1000"),
      },
      compose: {
        bad: compose("environment: [DOCKER_HOST=tcp://engine:2375]"),
        benign: compose("environment: [DOCKER_HOST=ssh://engine]"),
      },
      kubernetes: {
        bad: pod("env: [{name: DOCKER_HOST, value: tcp://engine:2375}]"),
        benign: pod("env: [{name: DOCKER_HOST, value: ssh://engine}]"),
      },
      "run-line": {
        bad: runLine("-e DOCKER_HOST=tcp://engine:2375"),
        benign: runLine("-e DOCKER_HOST=ssh://engine"),
      },
      "oci-config": {
        bad: oci({ process: { env: ["DOCKER_HOST=tcp://engine:2375"] } }),
        benign: oci({ process: { env: ["DOCKER_HOST=ssh://engine"] } }),
      },
    },
  },
  {
    rule: "sensitive-host-path",
    weakness: "root may write the host's /etc",
    verdict: ["critical"],
    forms: {
      compose: {
        bad: compose(`${ROOT}volumes: [/etc:/mnt]`),
        benign: compose(`${ROOT}volumes: [/etcetera:/mnt]`),
      },
      kubernetes: { bad: podWithHostPath("/etc"), benign: podWithHostPath("/etcetera") },
      "run-line": { bad: runLine("-u 0 -v /etc:/mnt"), benign: runLine("-u 0 -v /etcetera:/mnt") },
      "oci-config": { bad: ociBind("/etc"), benign: ociBind("/etcetera") },
    },
  },
  {
    rule: "host-device",
    weakness: "a disk of the host",
    verdict: ["critical"],
    forms: {
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
          process,
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
        benign: oci({ process }),
      },
    },
  },
  {
    rule: "mount-propagation",
    weakness: "the container's mounts appear on the host",
    verdict: ["medium"],
    forms: {
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
    },
  },
  {
    rule: "volume-driver-bind",
    weakness: "a named volume is a host directory",
    verdict: ["low"],
    forms: {
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
    },
  },
  {
    rule: "service-account-token",
    weakness: "the API token is mounted",
    verdict: ["low"],
    forms: {
      kubernetes: {
        bad: pod("args: [serve]"),
        benign: pod("args: [serve]", "automountServiceAccountToken: false"),
      },
    },
  },
];
