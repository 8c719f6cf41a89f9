/** The mount that `use_api_socket` of a service and `--use-api-socket` of a line ask for. */

import type { Origin } from "../../model/fact.ts";
import type { Mount } from "../../model/mounts.ts";

/** Sources: docker/compose f729794 pkg/compose/apiSocket.go; docker/cli v28 cli/command/container/create.go. */
export function apiSocketMount(origin: Origin): Mount {
  return {
    type: "bind",
    source: "/var/run/docker.sock",
    hostPath: "/run/docker.sock",
    target: "/var/run/docker.sock",
    readOnly: false,
    via: "api-socket",
    origin,
  };
}
