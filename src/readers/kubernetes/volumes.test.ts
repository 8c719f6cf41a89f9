import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import { podText, read, readPod, runtimeOf } from "./testing.ts";

function mountOf(source: object, mount: object = {}): Omit<Mount, "origin"> | undefined {
  const [found] = runtimeOf(
    readPod({
      spec: { volumes: [{ name: "v", ...source }] },
      container: { volumeMounts: [{ name: "v", mountPath: "/m", ...mount }] },
    }),
  ).mounts;
  if (found === undefined) return undefined;
  const { origin: _, propagationAt: __, ...rest } = found;
  return rest;
}

test.each<[string, object, object, Partial<Mount>]>([
  [
    "hostPath",
    { hostPath: { path: "/var/run/docker.sock" } },
    {},
    { type: "bind", source: "/var/run/docker.sock", hostPath: "/run/docker.sock", readOnly: false },
  ],
  [
    "hostPath with dots",
    { hostPath: { path: "/srv/../etc/" } },
    { readOnly: true },
    { type: "bind", source: "/srv/../etc/", hostPath: "/etc", readOnly: true },
  ],
  [
    "hostPath below",
    { hostPath: { path: "/var" } },
    { subPath: "run" },
    { type: "bind", source: "/var/run", hostPath: "/run", readOnly: false },
  ],
  [
    "an expanded path below",
    { hostPath: { path: "/var" } },
    { subPathExpr: "$(X)" },
    { type: "bind", source: "/var", hostPath: "/var", readOnly: false },
  ],
  [
    "propagation out",
    { hostPath: { path: "/x" } },
    { mountPropagation: "Bidirectional" },
    { type: "bind", source: "/x", hostPath: "/x", readOnly: false, propagation: "rshared" },
  ],
  [
    "propagation in",
    { emptyDir: {} },
    { mountPropagation: "HostToContainer" },
    { type: "volume", readOnly: false, propagation: "rslave" },
  ],
  ["memory", { emptyDir: { medium: "Memory" } }, {}, { type: "tmpfs", readOnly: false }],
  ["no source", {}, {}, { type: "volume", readOnly: false }],
  [
    "secret",
    { secret: { secretName: "db" } },
    {},
    { type: "secret", source: "db", readOnly: true, fileMode: 0o644 },
  ],
  [
    "secret's modes",
    {
      secret: {
        secretName: "db",
        defaultMode: 0o400,
        items: [{ key: "a", path: "a", mode: 0o444 }],
      },
    },
    {},
    { type: "secret", source: "db", readOnly: true, fileMode: 0o444 },
  ],
  [
    "config",
    { configMap: { name: "cfg" } },
    {},
    { type: "config", source: "cfg", readOnly: true, fileMode: 0o644 },
  ],
  ["downward", { downwardAPI: {} }, {}, { type: "projected", readOnly: true, fileMode: 0o644 }],
  [
    "claim",
    { persistentVolumeClaim: { claimName: "data" } },
    {},
    { type: "volume", source: "data", readOnly: false },
  ],
  ["csi", { csi: { driver: "d" } }, {}, { type: "volume", source: "d", readOnly: false }],
  ["ephemeral", { ephemeral: {} }, {}, { type: "volume", readOnly: false }],
  ["image", { image: { reference: "r" } }, {}, { type: "image", source: "r", readOnly: true }],
  [
    "nfs",
    { nfs: { server: "s", path: "/" } },
    {},
    { type: "other", source: "nfs", readOnly: false },
  ],
])("%s", (_, source, mount, expected) => {
  expect(mountOf(source, mount)).toEqual({ target: "/m", ...expected });
});

test("a host path points at the volume and names the mount", () => {
  const [mount] = runtimeOf(
    readPod({
      spec: { volumes: [{ name: "v", hostPath: { path: "/etc" } }] },
      container: { volumeMounts: [{ name: "v", mountPath: "/m" }] },
    }),
  ).mounts;
  const origin = mount?.origin;
  expect(origin?.span && spanText(origin.span)).toBe('"path":"/etc"');
  expect(origin?.kind === "set" && origin.through?.map(({ label }) => label)).toEqual([
    "mounted here at /m",
  ]);
});

test("the propagation has a place of its own, in the container", () => {
  const [mount] = runtimeOf(
    readPod({
      spec: { volumes: [{ name: "v", hostPath: { path: "/srv" } }] },
      container: {
        volumeMounts: [{ name: "v", mountPath: "/m", mountPropagation: "Bidirectional" }],
      },
    }),
  ).mounts;
  const place = mount?.propagationAt;
  expect(place && spanText(place)).toBe('"mountPropagation":"Bidirectional"');
});

test("a host path that no container mounts is told once, without a target", () => {
  const { workloads } = read(
    podText({
      spec: {
        initContainers: [{ name: "i", image: "x" }],
        volumes: [{ name: "v", hostPath: { path: "/etc" } }],
      },
    }),
  );
  expect(workloads.map(({ runtime }) => runtime?.mounts.length)).toEqual([0, 1]);
  expect(workloads[1]?.runtime?.mounts[0]).toMatchObject({ hostPath: "/etc" });
  expect(workloads[1]?.runtime?.mounts[0]).not.toHaveProperty("target");
});

test.each(["etc", "{{ .Values.path }}", "$(HOME)", "~/x", ""])(
  "a host path %j is unknown",
  (path) => {
    const { unknowns } = read(podText({ spec: { volumes: [{ name: "v", hostPath: { path } }] } }));
    expect(unknowns.map(({ what }) => what)).toContain("hostPath");
  },
);

test("claim templates of a StatefulSet are volumes; a volume that nobody declares is unknown", () => {
  const text = JSON.stringify({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db" },
    spec: {
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
      template: {
        spec: {
          containers: [
            {
              name: "db",
              image: "x",
              volumeMounts: [
                { name: "data", mountPath: "/d" },
                { name: "gone", mountPath: "/g" },
              ],
            },
          ],
        },
      },
    },
  });
  const { workloads, unknowns } = read(text);
  expect(workloads[0]?.runtime?.mounts).toMatchObject([
    { type: "volume", source: "data", via: "template" },
  ]);
  expect(unknowns).toMatchObject([{ why: "the pod has no volume gone" }]);
});

test("a projected token without an audience is a token for the API server", () => {
  const token = (audience: object): unknown =>
    runtimeOf(
      readPod({
        spec: {
          automountServiceAccountToken: false,
          volumes: [
            {
              name: "v",
              projected: { sources: [{ serviceAccountToken: { path: "t", ...audience } }] },
            },
          ],
        },
        container: { volumeMounts: [{ name: "v", mountPath: "/m" }] },
      }),
    ).serviceAccountToken;
  expect(token({})).toMatchObject({ value: true, origin: { kind: "set" } });
  expect(token({ audience: "vault" })).toMatchObject({ value: false });
});

test("block devices", () => {
  const runtime = runtimeOf(
    readPod({
      spec: { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "disk" } }] },
      container: { volumeDevices: [{ name: "v", devicePath: "/dev/xvda" }] },
    }),
  );
  expect(runtime.devices).toMatchObject([
    { path: "disk", target: "/dev/xvda", form: "block-volume" },
  ]);
});
