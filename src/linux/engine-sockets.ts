/**
 * Control sockets of container engines: who reaches one starts containers, and so is root of the host
 * (or of the user who runs a rootless engine).
 *
 * A read-only mount does not protect a socket: connecting to it is not writing to the file system.
 */

import { cleanHostPath } from "./host-paths.ts";

export interface EngineSocket {
  /** Where it is on the host; `*` stands for one segment (a uid). */
  readonly path: string;
  /** "Docker", "containerd". */
  readonly engine: string;
  /** Whose rights it gives: root of the host, or the user of a rootless engine. */
  readonly gives: "root" | "user";
  /** Rarely there: only the socket and its own directory count, not every parent. */
  readonly rare?: true;
  /** Documentation that names the path. */
  readonly source: string;
}

export interface ExposedSocket extends EngineSocket {
  /** The socket itself is mounted, or a directory that holds it; link: `/var`, which holds it where `/var/run` is no link to `/run`. */
  readonly by: "socket" | "directory" | "link";
}

const root = (engine: string, source: string, ...paths: string[]): EngineSocket[] =>
  paths.map((path) => ({ path, engine, gives: "root", source }));
const user = (engine: string, source: string, ...paths: string[]): EngineSocket[] =>
  paths.map((path) => ({ path, engine, gives: "user", source }));
const rare = (sockets: readonly EngineSocket[]): EngineSocket[] =>
  sockets.map((socket) => ({ ...socket, rare: true }));

export const engineSockets: readonly EngineSocket[] = [
  ...root("Docker", "dockerd(8)", "/run/docker.sock"),
  ...root("Docker's containerd", "dockerd(8)", "/run/docker/containerd/containerd.sock"),
  ...root("Docker's plugins", "docs.docker.com/engine/extend/plugin_api", "/run/docker/plugins"),
  ...root("Docker (snap)", "snapcraft.io/docker", "/run/snap.docker/docker.sock"),
  ...root(
    "Docker Desktop",
    "docs.docker.com/desktop",
    "/run/host-services/docker.proxy.sock",
    "/run/guest-services/docker.sock",
    "/run/docker.sock.raw",
  ),
  ...root(
    "containerd",
    "containerd docs/ops.md",
    "/run/containerd/containerd.sock",
    "/run/containerd/containerd.sock.ttrpc",
  ),
  ...root("containerd (k3s)", "docs.k3s.io", "/run/k3s/containerd/containerd.sock"),
  ...root("containerd (k0s)", "docs.k0sproject.io", "/run/k0s/containerd.sock"),
  ...rare(
    root(
      "containerd (MicroK8s)",
      "microk8s.io/docs",
      "/var/snap/microk8s/common/run/containerd.sock",
    ),
  ),
  ...root("CRI-O", "crio(8)", "/run/crio/crio.sock"),
  ...root("cri-dockerd", "Mirantis/cri-dockerd", "/run/cri-dockerd.sock", "/run/dockershim.sock"),
  ...root("Podman", "podman-system-service(1)", "/run/podman/podman.sock"),
  ...root("BuildKit", "buildkitd(8)", "/run/buildkit/buildkitd.sock"),
  ...root("nerdctl", "containerd/nerdctl docs/rootless.md", "/run/nerdctl.sock"),
  ...rare(
    root(
      "LXD and Incus",
      "linuxcontainers.org",
      "/var/lib/lxd/unix.socket",
      "/var/snap/lxd/common/lxd/unix.socket",
      "/var/lib/incus/unix.socket",
    ),
  ),
  ...user(
    "Docker (rootless)",
    "docs.docker.com/engine/security/rootless",
    "/run/user/*/docker.sock",
  ),
  ...rare(
    user(
      "Docker Desktop",
      "docs.docker.com/desktop",
      "~/.docker/run/docker.sock",
      "~/.docker/desktop/docker.sock",
    ),
  ),
  ...user("Podman (rootless)", "podman-system-service(1)", "/run/user/*/podman/podman.sock"),
  ...user(
    "containerd (rootless)",
    "containerd docs/rootless.md",
    "/run/user/*/containerd/containerd.sock",
    "/run/user/*/containerd-rootless",
  ),
  ...user(
    "BuildKit (rootless)",
    "moby/buildkit docs/rootless.md",
    "/run/user/*/buildkit/buildkitd.sock",
  ),
  ...rare(
    user("Colima", "abiosoft/colima", "~/.colima/docker.sock", "~/.colima/default/docker.sock"),
  ),
  ...rare(user("Rancher Desktop", "docs.rancherdesktop.io", "~/.rd/docker.sock")),
  ...rare(user("OrbStack", "docs.orbstack.dev", "~/.orbstack/run/docker.sock")),
];

const socketSegments = engineSockets.map((socket) => ({ socket, wanted: socket.path.split("/") }));

/** Named pipes of engines on Windows, without `\\.\pipe\`, in lower case. */
const pipes: readonly (readonly [string, string])[] = [
  ["docker_engine", "Docker"],
  ["dockerdesktoplinuxengine", "Docker Desktop"],
  ["dockerdesktopwindowsengine", "Docker Desktop"],
  ["docker_engine_windows", "Docker Desktop"],
  ["containerd-containerd", "containerd"],
  ["podman-machine-default", "Podman"],
  ["cri-dockerd", "cri-dockerd"],
  ["dockershim", "dockershim"],
];

/**
 * The engine sockets that mounting a host path makes reachable: the path itself, or one below it.
 * `/` and `/run` give many; the first is the one that is most often there. Named pipes as `\\.\pipe\NAME` or
 * `//./pipe/NAME`, in any case.
 */
export function exposedSockets(hostPath: string): readonly ExposedSocket[] {
  const pipe = exposedPipe(hostPath);
  if (pipe !== undefined) return [pipe];
  const path = cleanHostPath(hostPath);
  if (!/^[/~]/.test(path)) return [];
  const asWritten = path === "/" ? [""] : path.split("/");
  const atHome = path.replace(/^(\/root|\/(?:home|Users)\/[^/]+)(?=\/|$)/, "~").split("/");
  return socketSegments.flatMap(({ socket, wanted }): readonly ExposedSocket[] => {
    const segments = wanted[0] === "~" ? atHome : asWritten;
    if (!isPrefix(segments, wanted)) {
      const linked = path === "/var" && socket.path.startsWith("/run/");
      return linked ? [{ ...socket, by: "link" }] : [];
    }
    if (segments.length === wanted.length) return [{ ...socket, by: "socket" }];
    const deepEnough = socket.rare !== true || segments.length === wanted.length - 1;
    return deepEnough ? [{ ...socket, by: "directory" }] : [];
  });
}

/** Whether a path looks like an engine's socket wherever it lies: by its file name. */
export function looksLikeEngineSocket(hostPath: string): boolean {
  return /(^|\/)(docker|containerd|crio|podman|buildkitd|cri-dockerd|dockershim)\.sock$/.test(
    cleanHostPath(hostPath),
  );
}

function exposedPipe(text: string): ExposedSocket | undefined {
  const match = /^(?:\\\\|\/\/)\.[\\/]pipe[\\/](.{1,128})$/i.exec(text.trim());
  const name = match?.[1]?.toLowerCase();
  const found = pipes.find(([pipe]) => pipe === name);
  if (found === undefined) return undefined;
  const [pipe, engine] = found;
  const source = "docs.docker.com/engine/daemon/remote-access";
  return { path: `\\\\.\\pipe\\${pipe}`, engine, gives: "root", source, by: "socket" };
}

/** Whether a path is a socket's or that of a directory above it; `*` in the socket's path is any name. */
function isPrefix(segments: readonly string[], wanted: readonly string[]): boolean {
  return (
    segments.length <= wanted.length &&
    segments.every((segment, index) => segment === wanted[index] || wanted[index] === "*")
  );
}
