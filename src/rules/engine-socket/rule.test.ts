import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import { bindMount, minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const root = { user: known(parseUser("0"), written) };

function severities(mount: Mount, runtime: Partial<Runtime> = {}, rest: Partial<Workload> = root) {
  const workload = minimalWorkload("compose-service", { mounts: [mount], ...runtime }, rest);
  return verdicts(rule, workload).map((verdict) => verdict.split(" ")[0]);
}

test.each([
  "/run/docker.sock",
  "/run",
  "/run/containerd/containerd.sock",
  "/run/containerd",
  "/run/crio/crio.sock",
  "/run/podman/podman.sock",
  "/run/k3s",
  "/srv/elsewhere/docker.sock",
])("root with %s", (path) => {
  expect(severities(bindMount(path))).toEqual(["critical"]);
  expect(severities(bindMount(path, { readOnly: true }))).toEqual(["critical"]);
});

test.each(["/runner", "/srv/data", "/variant", "/run/app", "/run/lock"])("%s is fine", (path) => {
  expect(severities(bindMount(path))).toEqual([]);
});

test("all of the host counts where its files alone do not give root", () => {
  const user = { user: known(parseUser("1000:1000"), written) };
  const groups = [{ text: "998", origin: written }];
  expect(severities(bindMount("/", { readOnly: true }))).toEqual(["critical"]);
  expect(severities(bindMount("/"))).toEqual([]);
  expect(severities(bindMount("//./"))).toEqual([]);
  expect(severities(bindMount("/"), {}, user)).toEqual([]);
  expect(severities(bindMount("/"), { groups }, user)).toEqual(["critical"]);
});

test("a user who is not root needs the socket's group", () => {
  const user = { user: known(parseUser("1000:1000"), written) };
  const groups = [{ text: "998", origin: written }];
  expect(severities(bindMount("/run/docker.sock"), {}, user)).toEqual(["high"]);
  expect(severities(bindMount("/run/docker.sock"), { groups }, user)).toEqual(["critical"]);
});

test("an anonymous volume at the socket's path is not the socket", () => {
  const volume: Mount = {
    type: "volume",
    target: "/var/run/docker.sock",
    readOnly: false,
    origin: written,
  };
  expect(severities(volume)).toEqual([]);
});

test("a source that is not resolved is told by its target", () => {
  const { hostPath: _, ...mount } = bindMount("${SOCKET}", { target: "/var/run/docker.sock" });
  expect(severities(mount)).toEqual(["critical"]);
});

test("a Windows container with the engine's named pipe", () => {
  const pipe: Mount = {
    type: "npipe",
    source: String.raw`\\.\pipe\docker_engine`,
    target: String.raw`\\.\pipe\docker_engine`,
    readOnly: false,
    origin: written,
  };
  expect(severities(pipe, {}, { platform: "windows" })).toEqual(["critical"]);
});

test("a pod volume that no container mounts is low", () => {
  const { target: _, ...mount } = bindMount("/run/docker.sock");
  expect(severities(mount)).toEqual(["low"]);
});

test("a rootless engine's socket gives its user", () => {
  expect(severities(bindMount("/run/user/1000/docker.sock"))).toEqual(["high"]);
});
