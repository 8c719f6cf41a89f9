import type { Files, Row } from "./forms.ts";
import {
  buildLine,
  compose,
  container,
  devcontainer,
  dockerfile,
  execLine,
  gitlab,
  oci,
  pod,
  runLine,
  serviceCreate,
  workflow,
} from "./forms.ts";
import { ROOT, containerBind, ociBind, podWithHostPath } from "./mounted.ts";

/** The line with an address of the engine. */
const against =
  (address: string) =>
  ({ "run.sh": script = "", ...further }: Files): Files => ({
    ...further,
    "run.sh": script.replace("docker ", `docker -H ${address} `),
  });

const overTcp = against("tcp://engine:2375");

const overSsh = against("ssh://engine");

export const engine: readonly Row[] = [
  {
    rule: "engine-socket",
    weakness: "root reaches the engine's socket, mounted read-only",
    verdict: ["critical"],
    forms: {
      container: {
        bad: container(containerBind("/var/run/docker.sock", { RW: false })),
        benign: container(containerBind("/srv/data.sock", { RW: false })),
      },
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
      "service-create": {
        bad: serviceCreate(
          "--user 0 --mount type=bind,source=/run/docker.sock,target=/mnt,readonly",
        ),
        benign: serviceCreate(
          "--user 0 --mount type=bind,source=/srv/data.sock,target=/mnt,readonly",
        ),
      },
      devcontainer: {
        bad: devcontainer({
          containerUser: "root",
          mounts: ["type=bind,source=/run/docker.sock,target=/mnt,readonly"],
        }),
        benign: devcontainer({
          containerUser: "root",
          mounts: ["type=bind,source=/srv/data.sock,target=/mnt,readonly"],
        }),
      },
      workflow: {
        bad: workflow("options: --user 0\nvolumes: [/var/run/docker.sock:/mnt:ro]"),
        benign: workflow("options: --user 0\nvolumes: [/srv/data.sock:/mnt:ro]"),
      },
    },
    spellings: {
      "kubernetes: a volume of the node by its parent": {
        bad: podWithHostPath("/var/run/docker.sock"),
        benign: podWithHostPath("/var/run-data"),
      },

      "run-line: --use-api-socket": {
        bad: runLine("-u 0 --use-api-socket"),
        benign: runLine("-u 0 --use-api-socket=false"),
      },

      "compose: use_api_socket": {
        bad: compose(`${ROOT}use_api_socket: true`),
        benign: compose(`${ROOT}use_api_socket: false`),
      },
    },
  },
  {
    rule: "engine-socket",
    weakness: "a directory above the socket is mounted",
    verdict: ["critical, medium confidence"],
    forms: {
      container: {
        bad: container(containerBind("/run")),
        benign: container(containerBind("/runner")),
      },
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
      "service-create": {
        bad: serviceCreate("--user 0 --mount type=bind,source=/var/run,target=/mnt"),
        benign: serviceCreate("--user 0 --mount type=bind,source=/var/runner,target=/mnt"),
      },
      devcontainer: {
        bad: devcontainer({
          containerUser: "root",
          mounts: ["type=bind,source=/var/run,target=/mnt"],
        }),
        benign: devcontainer({
          containerUser: "root",
          mounts: ["type=bind,source=/var/runner,target=/mnt"],
        }),
      },
      workflow: {
        bad: workflow("options: --user 0\nvolumes: [/run:/mnt]"),
        benign: workflow("options: --user 0\nvolumes: [/runner:/mnt]"),
      },
    },
  },
  {
    rule: "engine-api-over-tcp",
    weakness: "a client of the engine's API without TLS",
    verdict: ["high, medium confidence"],
    forms: {
      container: {
        bad: container({ config: { Env: ["DOCKER_HOST=tcp://engine:2375"] } }),
        benign: container({ config: { Env: ["DOCKER_HOST=ssh://engine"] } }),
      },
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
      "service-create": {
        bad: serviceCreate("--env DOCKER_HOST=tcp://engine:2375"),
        benign: serviceCreate("--env DOCKER_HOST=ssh://engine"),
      },
      "exec-line": {
        bad: execLine("-e DOCKER_HOST=tcp://engine:2375"),
        benign: execLine("-e DOCKER_HOST=ssh://engine"),
      },
      devcontainer: {
        bad: devcontainer({ containerEnv: { DOCKER_HOST: "tcp://engine:2375" } }),
        benign: devcontainer({ containerEnv: { DOCKER_HOST: "ssh://engine" } }),
      },
      workflow: {
        bad: workflow("env: {DOCKER_HOST: tcp://engine:2375}"),
        benign: workflow("env: {DOCKER_HOST: ssh://engine}"),
      },
      gitlab: {
        bad: gitlab("variables: {DOCKER_HOST: tcp://engine:2375}"),
        benign: gitlab("variables: {DOCKER_HOST: ssh://engine}"),
      },
    },
  },
  {
    rule: "engine-api-over-tcp",
    weakness: "whoever runs the line calls the engine without TLS",
    verdict: ["high, medium confidence"],
    forms: {
      "run-line": { bad: overTcp(runLine("--rm")), benign: overSsh(runLine("--rm")) },
      "service-create": { bad: overTcp(serviceCreate("-q")), benign: overSsh(serviceCreate("-q")) },
      "exec-line": { bad: overTcp(execLine("-i")), benign: overSsh(execLine("-i")) },
      "build-line": { bad: overTcp(buildLine("-q")), benign: overSsh(buildLine("-q")) },
    },
  },
  {
    rule: "engine-api-over-tcp",
    weakness: "an engine is started that listens without TLS",
    verdict: ["high, medium confidence"],
    forms: {
      container: {
        bad: container({ config: { Cmd: ["dockerd", "-H", "tcp://0.0.0.0:2375"] } }),
        benign: container({ config: { Cmd: ["dockerd", "-H", "unix:///run/docker.sock"] } }),
      },
      dockerfile: {
        bad: dockerfile(`FROM alpine:3.22\nCMD ["dockerd", "-H", "tcp://0.0.0.0:2375"]`),
        benign: dockerfile(`FROM alpine:3.22\nCMD ["dockerd", "-H", "unix:///run/docker.sock"]`),
      },
      compose: {
        bad: compose("command: [dockerd, -H, 'tcp://0.0.0.0:2375']"),
        benign: compose("command: [dockerd, -H, 'unix:///run/docker.sock']"),
      },
      kubernetes: {
        bad: pod("args: [dockerd, -H, 'tcp://0.0.0.0:2375']"),
        benign: pod("args: [dockerd, -H, 'unix:///run/docker.sock']"),
      },
      "run-line": {
        bad: runLine("--rm", "example/app:1.4.2 dockerd -H tcp://0.0.0.0:2375"),
        benign: runLine("--rm", "example/app:1.4.2 dockerd -H unix:///run/docker.sock"),
      },
      "exec-line": {
        bad: execLine("-d", "dockerd --host=tcp://0.0.0.0:2375"),
        benign: execLine("-d", "dockerd --host=unix:///run/docker.sock"),
      },
      gitlab: {
        bad: gitlab("command: [dockerd, -H, 'tcp://0.0.0.0:2375']"),
        benign: gitlab("command: [dockerd, -H, 'unix:///run/docker.sock']"),
      },
      "oci-config": {
        bad: oci({ process: { args: ["dockerd", "-H", "tcp://0.0.0.0:2375"] } }),
        benign: oci({ process: { args: ["dockerd", "-H", "unix:///run/docker.sock"] } }),
      },
    },
  },
];
