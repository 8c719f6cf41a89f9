import { describe, expect, test } from "vitest";
import type { Fact } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { PodParts } from "./testing.ts";
import { only, read, readPod, runtimeOf, told } from "./testing.ts";

const context = (securityContext: unknown): PodParts => ({ container: { securityContext } });
const pod = (securityContext: unknown): PodParts => ({ spec: { securityContext } });
const annotation = (key: string, value: unknown): PodParts => ({
  metadata: { annotations: { [key]: value } },
});

test.each<[string, PodParts, (runtime: Runtime) => Fact<unknown>, string]>([
  [
    "privileged",
    context({ privileged: true }),
    (r) => r.privileged,
    'true <- set: "privileged":true',
  ],
  ["not privileged", context({}), (r) => r.privileged, "false <- default"],
  ["null is absent", context({ privileged: null }), (r) => r.privileged, "false <- default"],
  [
    "no escalation",
    context({ allowPrivilegeEscalation: false }),
    (r) => r.noNewPrivileges,
    'true <- set: "allowPrivilegeEscalation":false',
  ],
  ["escalation when unset", {}, (r) => r.noNewPrivileges, "false <- default"],
  [
    "read-only root",
    context({ readOnlyRootFilesystem: true }),
    (r) => r.readOnlyRoot,
    'true <- set: "readOnlyRootFilesystem":true',
  ],
  [
    "unmasked",
    context({ procMount: "Unmasked" }),
    (r) => r.procMask,
    '"unmasked" <- set: "procMount":"Unmasked"',
  ],
  [
    "masked",
    context({ procMount: "Default" }),
    (r) => r.procMask,
    '"masked" <- set: "procMount":"Default"',
  ],
  [
    "odd mask",
    context({ procMount: "unmasked" }),
    (r) => r.procMask,
    'unknown, procMount must be Default or Unmasked <- set: "procMount":"unmasked"',
  ],
  [
    "seccomp of the container over the pod's",
    {
      ...pod({ seccompProfile: { type: "RuntimeDefault" } }),
      ...context({ seccompProfile: { type: "Unconfined" } }),
    },
    (r) => r.seccomp,
    '{"mode":"unconfined"} <- set: "seccompProfile":{"type":"Unconfined"}',
  ],
  [
    "seccomp of the pod",
    pod({ seccompProfile: { type: "RuntimeDefault" } }),
    (r) => r.seccomp,
    '{"mode":"default"} <- inherited from the pod: "seccompProfile":{"type":"RuntimeDefault"}',
  ],
  ["no seccomp", {}, (r) => r.seccomp, '{"mode":"not-set"} <- default'],
  [
    "seccomp annotation of the pod is ignored today",
    annotation("seccomp.security.alpha.kubernetes.io/pod", "runtime/default"),
    (r) => r.seccomp,
    '{"mode":"not-set"} <- inherited from an annotation that Kubernetes ignores since 1.27: "seccomp.security.alpha.kubernetes.io/pod":"runtime/default"',
  ],
  [
    "seccomp annotation that turns the filter off",
    annotation("container.seccomp.security.alpha.kubernetes.io/app", "unconfined"),
    (r) => r.seccomp,
    '{"mode":"unconfined"} <- set: "container.seccomp.security.alpha.kubernetes.io/app":"unconfined"',
  ],
  [
    "AppArmor annotation",
    annotation("container.apparmor.security.beta.kubernetes.io/app", "localhost/tight"),
    (r) => r.apparmor,
    '{"mode":"profile","name":"tight"} <- set: "container.apparmor.security.beta.kubernetes.io/app":"localhost/tight"',
  ],
  [
    "AppArmor field over annotation",
    {
      ...annotation("container.apparmor.security.beta.kubernetes.io/app", "unconfined"),
      ...pod({ appArmorProfile: { type: "RuntimeDefault" } }),
    },
    (r) => r.apparmor,
    '{"mode":"default"} <- inherited from the pod: "appArmorProfile":{"type":"RuntimeDefault"}',
  ],
  [
    "AppArmor annotation of another container",
    annotation("container.apparmor.security.beta.kubernetes.io/other", "unconfined"),
    (r) => r.apparmor,
    '{"mode":"default"} <- default',
  ],
  [
    "SELinux",
    context({ seLinuxOptions: { type: "spc_t", level: "s0:c1" } }),
    (r) => r.selinux,
    '{"mode":"custom","type":"spc_t","level":"s0:c1"} <- set: "seLinuxOptions":{"type":"spc_t","level":"s0:c1"}',
  ],
  [
    "empty SELinux",
    context({ seLinuxOptions: {} }),
    (r) => r.selinux,
    '{"mode":"default"} <- set: "seLinuxOptions":{}',
  ],
  [
    "host network",
    { spec: { hostNetwork: true } },
    (r) => r.namespaces.network,
    '{"mode":"host"} <- set: "hostNetwork":true',
  ],
  [
    "own network",
    { spec: { hostNetwork: false } },
    (r) => r.namespaces.network,
    '{"mode":"pod"} <- default',
  ],
  [
    "host ipc",
    { spec: { hostIPC: true } },
    (r) => r.namespaces.ipc,
    '{"mode":"host"} <- set: "hostIPC":true',
  ],
  [
    "shared pid",
    { spec: { shareProcessNamespace: true } },
    (r) => r.namespaces.pid,
    '{"mode":"pod"} <- set: "shareProcessNamespace":true',
  ],
  [
    "user namespace",
    { spec: { hostUsers: false } },
    (r) => r.namespaces.user,
    '{"mode":"own"} <- set: "hostUsers":false',
  ],
  [
    "host users",
    { spec: { hostUsers: true } },
    (r) => r.namespaces.user,
    '{"mode":"host"} <- set: "hostUsers":true',
  ],
  [
    "memory",
    { container: { resources: { limits: { memory: "64Mi" } } } },
    (r) => r.limits.memory,
    '67108864 <- set: "memory":"64Mi"',
  ],
  [
    "a request is no limit",
    { container: { resources: { requests: { memory: "1" } } } },
    (r) => r.limits.memory,
    "undefined <- default",
  ],
  [
    "a limit of 0 is none",
    { container: { resources: { limits: { cpu: 0 } } } },
    (r) => r.limits.cpus,
    'undefined <- set: "cpu":0',
  ],
  [
    "the pod's limit",
    { spec: { resources: { limits: { cpu: "1500m" } } } },
    (r) => r.limits.cpus,
    '1.5 <- inherited from the pod: "cpu":"1500m"',
  ],
  [
    "a bad quantity",
    { container: { resources: { limits: { cpu: "lots" } } } },
    (r) => r.limits.cpus,
    'unknown, cpu must be a quantity such as 500m or 1Gi <- set: "cpu":"lots"',
  ],
])("%s", (_, parts, select, expected) => {
  expect(told(select(runtimeOf(readPod(parts))))).toBe(expected);
});

test.each<[string, PodParts, string]>([
  [
    "container",
    { ...pod({ runAsUser: 0 }), ...context({ runAsUser: 1000 }) },
    '{"text":"1000","uid":1000} <- set: "runAsUser":1000',
  ],
  [
    "pod",
    pod({ runAsUser: 1000, runAsGroup: 3000 }),
    '{"text":"1000:3000","uid":1000,"gid":3000} <- inherited from the pod: "runAsUser":1000',
  ],
  [
    "mixed",
    { ...pod({ runAsGroup: 5 }), ...context({ runAsUser: 0 }) },
    '{"text":"0:5","uid":0,"gid":5} <- set: "runAsUser":0',
  ],
  [
    "unknown image",
    {},
    'unknown, nothing sets a user and the image example/app:1 is not at hand <- inherited from image example/app: "image":"example/app:1"',
  ],
  [
    "unknown image, verified",
    pod({ runAsNonRoot: true }),
    '{"text":"","verifiedNonRoot":true} <- inherited from the pod: "runAsNonRoot":true',
  ],
  [
    "verification taken back",
    { ...pod({ runAsNonRoot: true }), ...context({ runAsNonRoot: false, runAsUser: 0 }) },
    '{"text":"0","uid":0} <- set: "runAsUser":0',
  ],
  [
    "contradiction",
    { ...pod({ runAsNonRoot: true }), ...context({ runAsUser: 0 }) },
    '{"text":"0","uid":0,"verifiedNonRoot":true} <- set: "runAsUser":0',
  ],
  [
    "text for a number",
    context({ runAsUser: "1000" }),
    'unknown, runAsUser must be a whole number, without quotes <- set: "runAsUser":"1000"',
  ],
  [
    "negative",
    context({ runAsUser: -1 }),
    'unknown, runAsUser must be a whole number, without quotes <- set: "runAsUser":-1',
  ],
  [
    "a wrong number is not excused by verification",
    context({ runAsUser: "x", runAsNonRoot: true }),
    'unknown, runAsUser must be a whole number, without quotes <- set: "runAsUser":"x"',
  ],
  [
    "text for a boolean",
    context({ runAsNonRoot: "true", runAsUser: 7 }),
    '{"text":"7","uid":7} <- set: "runAsUser":7',
  ],
])("user: %s", (_, parts, expected) => {
  expect(told(readPod(parts).user)).toBe(expected);
});

test("an image that is known to run as root does, unless the manifest says otherwise", () => {
  const { workloads } = read(
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"node:22"},{"name":"b","image":"node:22","securityContext":{"runAsNonRoot":true}}]}}',
  );
  expect(
    workloads.map(({ user }) => user.known && [user.value.text, user.value.verifiedNonRoot]),
  ).toEqual([
    ["root", undefined],
    ["root", true],
  ]);
});

test.each([
  ["spec.os", { spec: { os: { name: "windows" } } }],
  ["nodeSelector", { spec: { nodeSelector: { "kubernetes.io/os": "windows" } } }],
  ["hostProcess", pod({ windowsOptions: { hostProcess: true } })],
])("a Windows pod by %s", (_, parts) => {
  expect(readPod(parts).platform).toBe("windows");
});

test("a Windows host process is privileged and has no namespaces of its own", () => {
  const workload = readPod({
    ...pod({ windowsOptions: { hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM" } }),
  });
  const runtime = runtimeOf(workload);
  expect(told(runtime.privileged)).toBe('true <- inherited from the pod: "hostProcess":true');
  expect(runtime.namespaces.pid).toMatchObject({ value: { mode: "host" } });
  expect(workload.user).toMatchObject({ value: { name: "NT AUTHORITY\\SYSTEM" } });
});

test("spec.os decides over the node selector", () => {
  const spec = { os: { name: "linux" }, nodeSelector: { "kubernetes.io/os": "windows" } };
  expect(readPod({ spec }).platform).toBe("linux");
});

test("capabilities, sysctls, groups, ports", () => {
  const runtime = runtimeOf(
    readPod({
      container: {
        securityContext: { capabilities: { add: ["CAP_sys_admin", "NET_RAW"], drop: ["ALL"] } },
        ports: [
          { containerPort: 80, hostPort: 8080, hostIP: "127.0.0.1" },
          { containerPort: 81 },
          { hostPort: 0 },
        ],
      },
      spec: {
        runtimeClassName: "gvisor",
        securityContext: {
          sysctls: [{ name: "kernel.msgmax", value: "65536" }],
          supplementalGroups: [4],
          fsGroup: 5,
        },
      },
    }),
  );
  expect(runtime.capAdd.map(({ name, text }) => [name, text])).toEqual([
    ["SYS_ADMIN", "CAP_sys_admin"],
    ["NET_RAW", "NET_RAW"],
  ]);
  expect(runtime.capDrop.map(({ origin }) => origin.span && spanText(origin.span))).toEqual([
    '"ALL"',
  ]);
  expect(runtime.sysctls.map(({ name, value }) => `${name}=${value}`)).toEqual([
    "kernel.msgmax=65536",
  ]);
  expect(runtime.groups.map(({ text }) => text)).toEqual(["4", "5"]);
  expect(runtime.ports).toMatchObject([
    { host: "8080", container: "80", protocol: "tcp", address: "127.0.0.1" },
  ]);
  expect(runtime.ociRuntime).toMatchObject({ value: "gvisor" });
});

test("environment: values, references, whole maps", () => {
  const { env } = readPod({
    container: {
      envFrom: [{ secretRef: { name: "db" }, prefix: "DB_" }, { configMapRef: { name: "cfg" } }],
      env: [
        { name: "PASSWORD", value: "hunter2" },
        { name: "PORT", value: 8080 },
        { name: "EMPTY" },
        { name: "TOKEN", valueFrom: { secretKeyRef: { name: "t", key: "k" } } },
        { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "c", key: "l" } } },
        { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        { name: "NEW", valueFrom: { somethingRef: {} } },
      ],
    },
  });
  expect(
    env.map(({ name, value, from, reference }) => [name, from, value ?? reference?.name]),
  ).toEqual([
    ["DB_*", "reference", "all keys of Secret db"],
    ["*", "reference", "all keys of ConfigMap cfg"],
    ["PASSWORD", "literal", "hunter2"],
    ["PORT", "literal", "8080"],
    ["EMPTY", "literal", ""],
    ["TOKEN", "reference", "key k of Secret t"],
    ["LEVEL", "reference", "key l of ConfigMap c"],
    ["IP", "reference", "field status.podIP"],
    ["NEW", "unresolved", undefined],
  ]);
  const password = env[2];
  expect(password?.origin.span && spanText(password.origin.span)).toBe('"PASSWORD"');
  expect(password?.valueSpan && spanText(password.valueSpan)).toBe('"hunter2"');
});

test("what it starts: command, hooks and exec probes, which follow the container's user", () => {
  const workload = readPod({
    container: {
      command: ["/bin/app"],
      args: ["--port", 80],
      securityContext: { runAsUser: 0, privileged: true },
      lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 1"] } } },
      livenessProbe: { exec: { command: ["cat", "/tmp/ok"] } },
      readinessProbe: { httpGet: { port: 80 } },
    },
  });
  expect(workload.command).toMatchObject({
    value: { entrypoint: { words: ["/bin/app"] }, command: { words: ["--port", "80"] } },
  });
  expect(workload.execs).toMatchObject([
    {
      what: "preStop hook",
      command: { words: ["sh", "-c", "sleep 1"] },
      user: { value: { uid: 0 } },
    },
    {
      what: "liveness probe",
      command: { words: ["cat", "/tmp/ok"] },
      user: { origin: { kind: "inherited" } },
    },
  ]);
});

test("the token: the pod's word, the account's beside or in the file, else mounted", () => {
  const token = (parts: PodParts, beside: Record<string, string> = {}): string => {
    const fact = runtimeOf(readPod(parts, beside)).serviceAccountToken;
    return fact === undefined ? "none" : (told(fact).split(":")[0] ?? "");
  };
  const account =
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\nautomountServiceAccountToken: false\n";
  const named = { spec: { serviceAccountName: "web" } };
  expect(token({})).toBe("true <- default");
  expect(token({ spec: { automountServiceAccountToken: false } })).toBe("false <- set");
  expect(token(named, { "serviceaccount.yaml": account })).toBe(
    "false <- inherited from ServiceAccount web",
  );
  expect(token(named, { "notes.yaml": account })).toBe("true <- default");
  expect(token({}, { "serviceaccount.yaml": account })).toBe("true <- default");
  const { workloads } = read(
    `${account}---\n{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {serviceAccountName: web, automountServiceAccountToken: true, containers: [{name: a, image: b}]}}\n`,
  );
  expect(runtimeOf(only(workloads)).serviceAccountToken).toMatchObject({ value: true });
});

describe("what binds the pod's service account", () => {
  const binding = (subject: string, role = "{kind: ClusterRole, name: cluster-admin}") =>
    `kind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: ${role}\nsubjects: [${subject}]\n`;
  const account = (parts: PodParts, text: string, file = "rbac.yaml") =>
    runtimeOf(readPod(parts, { [file]: text })).serviceAccount;
  const named = { spec: { serviceAccountName: "web" } };
  const web = "{kind: ServiceAccount, name: web, namespace: prod}";

  test.each<[string, PodParts, string, number]>([
    ["its name", named, web, 1],
    ["another account", named, "{kind: ServiceAccount, name: api, namespace: prod}", 0],
    ["its namespace", { ...named, metadata: { namespace: "prod" } }, web, 1],
    ["another namespace", { ...named, metadata: { namespace: "dev" } }, web, 0],
    ["the account of every pod", {}, "{kind: ServiceAccount, name: default}", 1],
    ["that of another namespace", {}, "{kind: ServiceAccount, name: default, namespace: x}", 0],
    ["all accounts", named, "{kind: Group, name: system:serviceaccounts}", 1],
    ["another group", named, "{kind: Group, name: admins}", 0],
    ["its user's name", named, "{kind: User, name: 'system:serviceaccount:default:web'}", 1],
    ["a user of its name", named, "{kind: User, name: web}", 0],
  ])("%s", (_, parts, subject, expected) => {
    expect(account(parts, binding(subject))?.bindings).toHaveLength(expected);
  });

  test("the rules of the role, once, from files that are named like it", () => {
    const role =
      "kind: ClusterRole\nmetadata: {name: r}\nrules: [{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [a]}]\n";
    const text = `${role}---\n${binding(web, "{kind: ClusterRole, name: r}")}`;
    const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], named: true }];
    expect(account(named, text)).toMatchObject({
      name: "web",
      named: true,
      bindings: [{ name: "ClusterRoleBinding b", clusterWide: true, rules }],
    });
    expect(account(named, text, "clusterrolebinding.yaml")?.bindings).toHaveLength(1);
    expect(account(named, text, "notes.yaml")?.bindings).toEqual([]);
    expect(account(named, binding(web))?.bindings[0]).not.toHaveProperty("rules");
  });
});

test.each(["seccompProfile", "appArmorProfile"])("%s: Localhost wants a profile", (name) => {
  for (const profile of [{}, { localhostProfile: "" }]) {
    const workload = readPod(context({ [name]: { type: "Localhost", ...profile } }));
    const { seccomp, apparmor } = runtimeOf(workload);
    expect((name === "seccompProfile" ? seccomp : apparmor).known).toBe(false);
  }
});

test("only the whole name ALL drops all capabilities", () => {
  const { capDrop } = runtimeOf(readPod(context({ capabilities: { drop: ["ALL ", "all"] } })));
  expect(capDrop.map(({ name }) => name)).toEqual(["ALL ", "ALL"]);
});
