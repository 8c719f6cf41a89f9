import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deviceRuleGain, hostDevice, parseDeviceRule } from "./devices.ts";
import { engineSockets, exposedSockets, looksLikeEngineSocket } from "./engine-sockets.ts";
import { cleanHostPath, sensitiveHostPath } from "./host-paths.ts";
import { harmless, harmlessToRead, homeRows, sensitiveRows } from "./sensitive-paths.ts";

describe("engine sockets", () => {
  test.each([
    ["/var/run/docker.sock", "Docker"],
    ["/run/docker.sock", "Docker"],
    ["/run/docker.sock/", "Docker"],
    ["/var/run/../run/./docker.sock", "Docker"],
    ["/run/containerd/containerd.sock", "containerd"],
    ["/run/crio/crio.sock", "CRI-O"],
    ["/run/podman/podman.sock", "Podman"],
    ["/run/user/1000/podman/podman.sock", "Podman (rootless)"],
    ["/run/user/1000/docker.sock", "Docker (rootless)"],
    ["/run/k3s/containerd/containerd.sock", "containerd (k3s)"],
    ["/run/cri-dockerd.sock", "cri-dockerd"],
    ["/run/buildkit/buildkitd.sock", "BuildKit"],
    ["~/.docker/run/docker.sock", "Docker Desktop"],
    ["/home/me/.docker/run/docker.sock", "Docker Desktop"],
    ["\\\\.\\pipe\\docker_engine", "Docker"],
    ["//./pipe/docker_engine", "Docker"],
    ["//./PIPE/Docker_Engine", "Docker"],
  ])("%s is %s's", (path, engine) => {
    const sockets = exposedSockets(path);
    expect(sockets.map((socket) => [socket.engine, socket.by])).toEqual([[engine, "socket"]]);
  });

  test.each([
    ["/", "Docker"],
    ["/run", "Docker"],
    ["/var/run", "Docker"],
    ["/run/containerd", "containerd"],
    ["/run/user/1000", "Docker (rootless)"],
    ["/run/user", "Docker (rootless)"],
    ["~/.docker/run", "Docker Desktop"],
  ])("the directory %s shows %s's", (path, engine) => {
    expect(exposedSockets(path)[0]).toMatchObject({ engine, by: "directory" });
  });

  test("/var shows them where /var/run is a directory", () => {
    expect(exposedSockets("/var")[0]).toMatchObject({ engine: "Docker", by: "link" });
  });

  test.each([
    "/variant",
    "/runner",
    "/run/docker.socket",
    "/run/docker.sock.bak",
    "/var/lib",
    "/home/me/app",
    "~",
    "~/.docker",
    "",
    ".",
    "docker.sock",
    "/run/user/1000/pulse",
    "\\\\.\\pipe\\other",
  ])("%j shows none", (path) => {
    expect(exposedSockets(path)).toEqual([]);
  });

  test("a socket at another place is known by its name", () => {
    expect(looksLikeEngineSocket("/opt/proxy/docker.sock")).toBe(true);
    expect(looksLikeEngineSocket("/opt/proxy/mydocker.sock")).toBe(false);
  });
});

describe("sensitive host paths", () => {
  test.each([
    ["/", false, "critical"],
    ["/", true, "critical"],
    ["/etc", true, "high"],
    ["/etc/", false, "critical"],
    ["/etc/shadow", true, "high"],
    ["/etc/passwd", false, "critical"],
    ["/etc/cron.d/job", false, "critical"],
    ["/etc/systemd/system", false, "critical"],
    ["/etc/kubernetes/pki", true, "critical"],
    ["/etc/kubernetes/node-feature-discovery/features.d", false, "low"],
    ["/etc/nginx/conf.d", false, "low"],
    ["/root", false, "critical"],
    ["/root/.ssh", false, "critical"],
    ["/root/.ssh", true, "high"],
    ["/home", true, "high"],
    ["/home/me", false, "high"],
    ["/home/me/.ssh/id_ed25519", true, "high"],
    ["/Users/me/.aws", true, "high"],
    ["~", true, "high"],
    ["~/.kube/config", true, "high"],
    ["~/.docker/config.json", true, "medium"],
    ["/var/lib/docker", true, "high"],
    ["/var/lib/docker/containers", true, "medium"],
    ["/var/lib/kubelet", false, "critical"],
    ["/var/lib/kubelet/pods", true, "high"],
    ["/var/log", false, "high"],
    ["/var/log/pods", true, "low"],
    ["/proc", false, "critical"],
    ["/proc", true, "medium"],
    ["/proc/sys", false, "critical"],
    ["/sys", true, "low"],
    ["/sys/kernel/debug", false, "critical"],
    ["/sys/fs/cgroup", true, "low"],
    ["/sys/fs/cgroup", false, "medium"],
    ["/dev", true, "high"],
    ["/dev/sda1", false, "low"],
    ["/dev/disk", true, "low"],
    ["/dev/disk/by-id", false, "low"],
    ["/proc/sys/net", false, "medium"],
    ["/proc/sys/net/ipv4", false, "medium"],
    ["/proc/sys/kernel", false, "critical"],
    ["/boot", true, "low"],
    ["/usr", false, "critical"],
    ["/lib/modules", true, "low"],
    ["/opt/cni/bin", false, "critical"],
    ["/run", true, "high"],
    ["/var", false, "critical"],
    ["/usr/../etc", false, "critical"],
  ] as const)("%s (read-only: %s) is %s", (path, readOnly, severity) => {
    const found = sensitiveHostPath(path, readOnly);
    expect(found?.severity).toBe(severity);
    expect(found?.gain).toMatch(/^[a-z]/);
  });

  test.each([
    ["/etc/localtime", true],
    ["/etc/timezone", true],
    ["/etc/ssl/certs", true],
    ["/etc/ssl/certs/ca-certificates.crt", true],
    ["/etc/os-release", true],
    ["/etc/machine-id", true],
    ["/etc/passwd", true],
    ["/etc/nginx/nginx.conf", true],
    ["/usr/share/zoneinfo", true],
    ["/usr/share/nginx/html", false],
    ["/proc/sys/net", true],
    ["/dev/null", false],
    ["/dev/shm", false],
    ["/tmp", false],
    ["/variant", false],
    ["/developer", false],
    ["/homework", false],
    ["/home/me/app", false],
    ["/root/app", false],
    ["/Users/me/src/app", false],
    ["/srv/data", false],
    ["/opt/app", false],
    ["/data", false],
    ["/mnt/disk1", false],
    ["./x", false],
    ["C:\\Users", false],
  ])("%s (read-only: %s) is a path like any other", (path, readOnly) => {
    expect(sensitiveHostPath(path, readOnly)).toBeUndefined();
  });

  test("a device file counts as the device where device rules allow to open it", () => {
    expect(sensitiveHostPath("/dev/sda", true, true)?.severity).toBe("critical");
    expect(sensitiveHostPath("/dev/fuse", false, true)?.severity).toBe("low");
    expect(sensitiveHostPath("/dev/null", false, true)).toBeUndefined();
    expect(sensitiveHostPath("/dev/sda", false)).toMatchObject({ cannotOpen: true });
    expect(sensitiveHostPath("/dev", false)).not.toHaveProperty("cannotOpen");
  });

  test("any text gives an answer that is no graver read-only than writable", () => {
    const order = ["low", "medium", "high", "critical"];
    const path = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom("etc", "run", "var", "..", ".", "", "home", "me", ".ssh", "dev", "proc"),
        )
        .map((parts) => `/${parts.join("/")}`),
    );
    fc.assert(
      fc.property(path, (text) => {
        const grade = (readOnly: boolean) =>
          order.indexOf(sensitiveHostPath(text, readOnly)?.severity ?? "");
        expect(grade(true)).toBeLessThanOrEqual(grade(false));
        expect(cleanHostPath(cleanHostPath(text))).toBe(cleanHostPath(text));
        expect(exposedSockets(text).length).toBeLessThanOrEqual(engineSockets.length);
      }),
    );
    const long = "/a/..".repeat(200_000);
    const start = performance.now();
    expect(sensitiveHostPath(long, false)?.path).toBe("/");
    expect(exposedSockets(long).length).toBeGreaterThan(5);
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test("the tables hold clean paths, each once", () => {
    const rows = [...sensitiveRows, ...homeRows].map(({ path }) => path);
    expect(new Set(rows).size).toBe(rows.length);
    for (const path of [...rows, ...harmless, ...harmlessToRead])
      expect(cleanHostPath(path)).toBe(path);
  });
});

describe("devices", () => {
  test.each([
    ["/dev/mem", "critical"],
    ["/dev/sda", "critical"],
    ["/dev/nvme0n1p2", "critical"],
    ["/dev/mapper/vg-root", "critical"],
    ["/dev/disk/by-id/x", "critical"],
    ["/dev/loop0", "high"],
    ["/dev/kmsg", "medium"],
    ["/dev/kvm", "medium"],
    ["/dev/fuse", "low"],
    ["/dev/net/tun", "low"],
    ["/dev/dri/renderD128", "low"],
    ["/dev/snd", "low"],
    ["/dev/input/event0", "high"],
    ["/dev/ttyUSB0", "low"],
    ["/dev/tty1", "high"],
    ["/dev/nvidia0", "low"],
    ["/dev/null", "none"],
    ["/dev/unheard-of", "medium"],
    ["/dev", "critical"],
  ])("%s is %s", (path, severity) => {
    expect(hostDevice(path).severity).toBe(severity);
  });

  test.each([
    ["a *:* rwm", "critical"],
    ["b 8:* rmw", "critical"],
    ["b *:* r", "critical"],
    ["c 1:1 rw", "critical"],
    ["c *:* rwm", "critical"],
    ["c 1:3 rwm", "none"],
    ["c 10:200 rwm", "low"],
    ["c 189:* rmw", "medium"],
    ["c 250:* rwm", "medium"],
    ["b 8:0 m", "low"],
  ])("the rule %s is %s", (text, severity) => {
    const rule = parseDeviceRule(text);
    expect(rule && deviceRuleGain(rule).severity).toBe(severity);
  });

  test.each(["", "b 8:0", "x 8:0 rwm", "b 8 rwm", "b 8:0 rwx", "b -1:0 r", "c 99999999999:0 r"])(
    "%j is no rule",
    (text) => {
      expect(parseDeviceRule(text)).toBeUndefined();
    },
  );
});
