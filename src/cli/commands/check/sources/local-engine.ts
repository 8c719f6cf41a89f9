/** Whether an engine may be on this machine, without loading what talks to it. */

import { existsSync } from "node:fs";
import { usualSocketPaths } from "../../../../engine/usual-sockets.ts";
import type { Io } from "../../../command.ts";

/** Looks for the sockets of Docker and Podman. A host over the network is no local engine. */
export function hasLocalEngine(environment: Io["environment"]): boolean {
  const host = environment["DOCKER_HOST"] ?? "";
  if (host !== "") return host.startsWith("unix://") && existsSync(host.slice("unix://".length));
  return usualSocketPaths(environment).some((path) => existsSync(path));
}
