import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { undecidedFacts } from "../undecided.ts";
import { only, read } from "./testing.ts";

const volume = (spec: unknown): string =>
  JSON.stringify({ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "data" }, spec });

test.each([
  [{ hostPath: { path: "/etc/" } }, "/etc"],
  [{ hostPath: { path: "/var/run/docker.sock", type: "Socket" } }, "/run/docker.sock"],
  [{ local: { path: "/mnt/disks/a" } }, "/mnt/disks/a"],
])("the host path of %j", (spec, hostPath) => {
  const { workloads, unknowns } = read(volume(spec));
  const workload = only(workloads);
  expect(workload.id).toBe("pod.yaml#PersistentVolume/data");
  expect(workload.hostVolumes).toMatchObject([{ hostPath }]);
  const { origin } = only(workload.hostVolumes ?? []);
  expect(origin.span === undefined ? "" : spanText(origin.span)).toContain('"path"');
  expect(workload.runtime).toBeUndefined();
  expect([...unknowns, ...undecidedFacts(workload)]).toEqual([]);
});

test.each([{ nfs: { server: "a", path: "/" } }, { csi: { driver: "d" } }, {}, undefined])(
  "no host path: %j",
  (spec) => {
    const { workloads, unknowns } = read(volume(spec));
    expect(workloads).toEqual([]);
    expect(unknowns).toEqual([]);
  },
);

test.each([{ hostPath: { path: "data" } }, { hostPath: { path: 7 } }])(
  "a path that cannot be told is an unknown: %j",
  (spec) => {
    expect(only(read(volume(spec)).unknowns).what).toBe("path of PersistentVolume data");
  },
);
