/** Whether an engine may be on this machine, without loading what talks to it. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../../../command.ts";

/** Looks for the sockets of Docker and Podman. A host over the network is no local engine. */
export function hasLocalEngine(environment: Io["environment"]): boolean {
  const host = environment["DOCKER_HOST"] ?? "";
  if (host !== "") return host.startsWith("unix://") && existsSync(host.slice("unix://".length));
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  const sockets = [
    "/var/run/docker.sock",
    "/run/podman/podman.sock",
    ...(runtime === ""
      ? []
      : [join(runtime, "docker.sock"), join(runtime, "podman", "podman.sock")]),
  ];
  return sockets.some((path) => existsSync(path));
}
