import { expect, test } from "vitest";
import { namespaceModes, parseNamespaceMode } from "./namespace-modes.ts";

const names = ["network", "pid", "ipc", "uts", "user", "cgroup"] as const;

test.each(names)("%s: only what an engine knows is a mode", (name) => {
  for (const engine of ["docker", "podman"] as const) {
    expect(parseNamespaceMode(name, "host", engine)).toEqual({ mode: "host" });
    for (const text of [
      "foo:bar",
      "container:",
      "ns:",
      ":",
      ":x",
      "host:",
      "a b",
      "constructor:x",
    ]) {
      expect(parseNamespaceMode(name, text, engine)).toBeUndefined();
    }
    const word = parseNamespaceMode(name, "foo", engine);
    expect(word).toEqual(name === "network" ? { mode: "own" } : undefined);
  }
});

test("what only Podman knows is no mode of Docker's", () => {
  const podmanOnly = [
    ["user", "keep-id"],
    ["user", "keep-id:uid=1000"],
    ["user", "auto"],
    ["user", "nomap"],
    ["user", "container:x"],
    ["network", "slirp4netns:cidr=10.0.0.0/8"],
    ["network", "ns:/run/netns/x"],
    ["network", "pasta:--map-gw"],
    ["network", "shop:ip=10.88.0.10,alias=db"],
    ["network", "shop,monitoring"],
    ["pid", "private"],
    ["pid", "pod"],
    ["uts", "private"],
    ["cgroup", "ns:/x"],
  ] as const;
  for (const [name, text] of podmanOnly) {
    expect(parseNamespaceMode(name, text, "docker")).toBeUndefined();
    expect(parseNamespaceMode(name, text, "podman")).toBeDefined();
  }
});

test("the modes of ipc and cgroup, and the namespaces of containers", () => {
  expect(parseNamespaceMode("ipc", "shareable", "docker")).toEqual({ mode: "shareable" });
  expect(parseNamespaceMode("ipc", "private", "docker")).toEqual({ mode: "own" });
  expect(parseNamespaceMode("cgroup", "private", "docker")).toEqual({ mode: "own" });
  expect(parseNamespaceMode("pid", "container:db", "docker")).toEqual({
    mode: "joined",
    target: "db",
  });
  expect(parseNamespaceMode("network", "none", "docker")).toEqual({ mode: "none" });
});

test("a path to the host's own namespace is the host's", () => {
  expect(parseNamespaceMode("pid", "ns:/proc/1/ns/pid", "podman")).toEqual({ mode: "host" });
  expect(parseNamespaceMode("network", "ns:/proc/self/ns/net", "podman")).toEqual({ mode: "host" });
  expect(parseNamespaceMode("pid", "ns:/proc/17/ns/pid", "podman")).toEqual({
    mode: "joined",
    target: "/proc/17/ns/pid",
  });
  expect(parseNamespaceMode("pid", "ns:/proc/1/ns/pid", "docker")).toBeUndefined();
});

test("tells what may be written", () => {
  expect(namespaceModes("user", "docker")).toBe("`host`");
  expect(namespaceModes("cgroup", "docker")).toBe("`host` or `private`");
  expect(namespaceModes("pid", "docker")).toBe("`host` or `container:NAME`");
});
