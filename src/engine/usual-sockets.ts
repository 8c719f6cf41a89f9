/**
 * Where engines listen when nobody says otherwise. It loads nothing, for those who only ask whether there
 * may be one. Sources: dockerd(8), docs.docker.com/engine/security/rootless, podman-system-service(1).
 */

import { join } from "node:path";

/** In the order in which they are tried: Docker, Docker without root, Podman without root, Podman. */
export function usualSocketPaths(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const uid = process.getuid?.();
  const named = environment["XDG_RUNTIME_DIR"] ?? "";
  const runtime = named !== "" ? named : uid === undefined ? undefined : `/run/user/${String(uid)}`;
  return [
    "/var/run/docker.sock",
    ...(runtime === undefined
      ? []
      : [join(runtime, "docker.sock"), join(runtime, "podman", "podman.sock")]),
    "/run/podman/podman.sock",
  ];
}
