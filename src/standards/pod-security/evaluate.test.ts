import fc from "fast-check";
import { expect, test } from "vitest";
import { podSecurityChecks } from "./checks.ts";
import type { CheckFailure } from "./evaluate.ts";
import { evaluatePod } from "./evaluate.ts";
import { fieldName } from "./wording.ts";

/** A pod that the restricted level admits at every version. */
const admitted = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "app",
      image: "x",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

function judge(
  spec: object,
  level: "baseline" | "restricted",
  minor = 37,
  annotations = {},
): CheckFailure[] {
  return evaluatePod(
    { metadata: { annotations }, spec: spec as Record<string, unknown> },
    level,
    minor,
  );
}

function fields(failures: readonly CheckFailure[]): Record<string, string[]> {
  return Object.fromEntries(failures.map(({ check, fields }) => [check, fields.map(fieldName)]));
}

/** The admitted pod with its container's security context changed. */
function withContext(securityContext: object, rest: object = {}): object {
  const [container] = admitted.containers;
  return {
    ...admitted,
    containers: [
      { ...container, securityContext: { ...container?.securityContext, ...securityContext } },
    ],
    ...rest,
  };
}

const app = "spec.containers[0].securityContext";

test("the restricted level admits a pod that follows it, at every version", () => {
  for (let minor = 0; minor <= 37; minor++)
    expect(judge(admitted, "restricted", minor)).toEqual([]);
});

test.each<[string, object, Record<string, string[]>]>([
  [
    "capabilities",
    withContext({ capabilities: { drop: ["ALL"], add: ["CHOWN", "NET_RAW"] } }),
    { capabilities_baseline: [`${app}.capabilities.add[1]`] },
  ],
  [
    "prefix and case count",
    withContext({ capabilities: { add: ["CAP_CHOWN", "chown"] } }),
    { capabilities_baseline: [`${app}.capabilities.add[0]`, `${app}.capabilities.add[1]`] },
  ],
  ["privileged", withContext({ privileged: true }), { privileged: [`${app}.privileged`] }],
  [
    "host namespaces",
    { ...admitted, hostPID: true, hostIPC: true },
    { hostNamespaces: ["spec.hostPID", "spec.hostIPC"] },
  ],
  [
    "host path",
    {
      ...admitted,
      volumes: [
        { name: "a", emptyDir: {} },
        { name: "b", hostPath: { path: "/" } },
      ],
    },
    { hostPathVolumes: ["spec.volumes[1].hostPath"] },
  ],
  [
    "host port",
    { containers: [{ name: "a", ports: [{ hostPort: 0 }, { hostPort: 80 }] }] },
    { hostPorts: ["spec.containers[0].ports[1].hostPort"] },
  ],
  [
    "probe host",
    { ephemeralContainers: [{ name: "a", lifecycle: { preStop: { tcpSocket: { host: "h" } } } }] },
    {
      hostProbesAndHostLifecycle: ["spec.ephemeralContainers[0].lifecycle.preStop.tcpSocket.host"],
    },
  ],
  ["procMount", withContext({ procMount: "Unmasked" }), { procMount: [`${app}.procMount`] }],
  [
    "SELinux",
    { ...admitted, securityContext: { seLinuxOptions: { type: "spc_t", user: "u", level: "s0" } } },
    {
      seLinuxOptions: [
        "spec.securityContext.seLinuxOptions.type",
        "spec.securityContext.seLinuxOptions.user",
      ],
    },
  ],
  [
    "seccomp",
    withContext({ seccompProfile: { type: "Unconfined" } }),
    { seccompProfile_baseline: [`${app}.seccompProfile.type`] },
  ],
  [
    "AppArmor",
    withContext({ appArmorProfile: { type: "Unconfined" } }),
    { appArmorProfile: [`${app}.appArmorProfile.type`] },
  ],
  [
    "sysctls",
    { ...admitted, securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
    { sysctls: ["spec.securityContext.sysctls[0].name"] },
  ],
  [
    "host process",
    withContext({ windowsOptions: { hostProcess: true } }),
    { windowsHostProcess: [`${app}.windowsOptions.hostProcess`] },
  ],
])("baseline names the fields: %s", (_, spec, expected) => {
  expect(fields(judge(spec, "baseline"))).toEqual(expected);
});

test.each<[string, object, Record<string, string[]>]>([
  [
    "an empty container must set everything",
    { initContainers: [{ name: "i" }] },
    {
      allowPrivilegeEscalation: ["spec.initContainers[0].securityContext.allowPrivilegeEscalation"],
      capabilities_restricted: ["spec.initContainers[0].securityContext.capabilities.drop"],
      runAsNonRoot: ["spec.initContainers[0].securityContext.runAsNonRoot"],
      seccompProfile_restricted: ["spec.initContainers[0].securityContext.seccompProfile.type"],
    },
  ],
  [
    "drop all",
    withContext({ capabilities: { drop: ["all"] } }),
    { capabilities_restricted: [`${app}.capabilities.drop`] },
  ],
  [
    "add",
    withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE", "CHOWN"] } }),
    { capabilities_restricted: [`${app}.capabilities.add[1]`] },
  ],
  [
    "volume",
    { ...admitted, volumes: [{ name: "n", nfs: {} }] },
    { restrictedVolumes: ["spec.volumes[0].nfs"] },
  ],
  ["user", withContext({ runAsUser: 0 }), { runAsUser: [`${app}.runAsUser`] }],
  [
    "a container's false over the pod's true",
    withContext({ runAsNonRoot: false }),
    { runAsNonRoot: [`${app}.runAsNonRoot`] },
  ],
])("restricted names the fields: %s", (_, spec, expected) => {
  expect(fields(judge(spec, "restricted"))).toEqual(expected);
});

test("an annotation is named with its key", () => {
  const key = "container.apparmor.security.beta.kubernetes.io/app";
  const failures = judge(admitted, "baseline", 37, { [key]: "unconfined" });
  expect(fields(failures)).toEqual({ appArmorProfile: [`metadata.annotations['${key}']`] });
});

test("a stricter check stands in for the weaker one and says so", () => {
  const spec = withContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } });
  expect(judge(spec, "restricted")).toMatchObject([
    { check: "capabilities_restricted", overrides: ["capabilities_baseline"] },
  ]);
  const milder = withContext({ capabilities: { drop: ["ALL"], add: ["CHOWN"] } });
  expect(judge(milder, "restricted")[0]).not.toHaveProperty("overrides");
  expect(judge(spec, "restricted", 21)).toMatchObject([{ check: "capabilities_baseline" }]);
});

test.each<[string, object, number, number]>([
  [
    "a user namespace excuses root from 1.35",
    { ...withContext({ runAsUser: 0 }), hostUsers: false },
    34,
    35,
  ],
  [
    "Windows needs no Linux settings from 1.25",
    {
      os: { name: "windows" },
      securityContext: { runAsNonRoot: true },
      containers: [{ name: "a" }],
    },
    24,
    25,
  ],
  [
    "container_engine_t from 1.31",
    withContext({ seLinuxOptions: { type: "container_engine_t" } }),
    30,
    31,
  ],
  [
    "a sysctl from 1.29",
    {
      ...admitted,
      securityContext: {
        ...admitted.securityContext,
        sysctls: [{ name: "net.ipv4.tcp_keepalive_time" }],
      },
    },
    28,
    29,
  ],
  [
    "a sysctl from 1.37",
    {
      ...admitted,
      securityContext: {
        ...admitted.securityContext,
        sysctls: [{ name: "net.ipv4.tcp_notsent_lowat" }],
      },
    },
    36,
    37,
  ],
])("%s", (_, spec, refusing, admitting) => {
  expect(judge(spec, "restricted", refusing)).not.toEqual([]);
  expect(judge(spec, "restricted", admitting)).toEqual([]);
});

test("a user namespace does not open /proc at the restricted level", () => {
  const spec = { ...withContext({ procMount: "Unmasked" }), hostUsers: false };
  expect(judge(spec, "baseline")).toEqual([]);
  expect(judge(spec, "restricted").map(({ check }) => check)).toEqual(["procMount_restricted"]);
});

test("the privileged level admits everything", () => {
  expect(evaluatePod({ metadata: {}, spec: { hostPID: true } }, "privileged", 37)).toEqual([]);
});

test.each<[string, object, string]>([
  ["text for a boolean", withContext({ privileged: "true" }), `${app}.privileged`],
  ["a map for a list", { ...admitted, containers: { a: {} } }, "spec.containers"],
  [
    "text for a number",
    { containers: [{ name: "a", ports: [{ hostPort: "80" }] }] },
    "spec.containers[0].ports[0].hostPort",
  ],
  ["text for a map", { ...admitted, securityContext: "x" }, "spec.securityContext"],
])("a field that the API refuses never counts as safe: %s", (_, spec, field) => {
  const failure = judge(spec, "baseline").find(({ check }) => check === "malformed");
  expect(failure?.fields.map(fieldName)).toContain(field);
});

const anything = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, 1, "", "ALL", "Unconfined", "windows"),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ..."name securityContext capabilities add drop privileged procMount runAsUser runAsNonRoot type seccompProfile appArmorProfile seLinuxOptions windowsOptions hostProcess ports hostPort livenessProbe httpGet host volumes hostPath sysctls containers initContainers ephemeralContainers hostPID hostUsers os __proto__ constructor".split(
          " ",
        ),
      ),
      tie("node"),
      { maxKeys: 6 },
    ),
  ),
})).node;

test("any data gets a verdict, every failure names a field, and baseline's failures stay failures when restricted", () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          "containers",
          "initContainers",
          "securityContext",
          "volumes",
          "hostPID",
          "hostUsers",
        ),
        anything,
      ),
      fc.nat(37),
      (spec, minor) => {
        const baseline = judge(spec, "baseline", minor);
        const restricted = judge(spec, "restricted", minor);
        for (const { fields, reason, detail } of [...baseline, ...restricted]) {
          expect(fields.length).toBeGreaterThan(0);
          expect(reason).not.toBe("");
          expect(detail.length).toBeLessThan(4000);
        }
        const failing = new Set(
          restricted.flatMap(({ check, overrides }) => [check, ...(overrides ?? [])]),
        );
        // A volume of an allowed type beside a host path is left to the API server, which refuses two types.
        const judged = baseline.map(({ check }) => check).filter((id) => id !== "hostPathVolumes");
        for (const id of judged) expect(failing).toContain(id);
      },
    ),
    { numRuns: 300 },
  );
});

test("the checks are well-formed: unique ids, rising versions, overrides of baseline checks only", () => {
  const levels = new Map(podSecurityChecks.map(({ id, level }) => [id, level]));
  expect(levels.size).toBe(podSecurityChecks.length);
  for (const { level, versions } of podSecurityChecks) {
    const minors = versions.map(({ minimumMinor }) => minimumMinor);
    expect(minors).toEqual([...new Set(minors)].sort((left, right) => left - right));
    for (const { overrides = [] } of versions) {
      expect(overrides.length === 0 || level === "restricted").toBe(true);
      for (const id of overrides) expect(levels.get(id)).toBe("baseline");
    }
  }
});
