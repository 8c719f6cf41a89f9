import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import type { Fact } from "../../model/fact.ts";
import { only, podText, read, readPod, runtimeOf, told } from "./testing.ts";

const template = `template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - {name: app, image: nginx}`;

test.each([
  ["Pod", "v1", "spec:\n  containers:\n  - {name: app, image: nginx}"],
  ["PodTemplate", "v1", "template:\n  spec:\n    containers:\n    - {name: app, image: nginx}"],
  ["Deployment", "apps/v1", `spec:\n  ${template}`],
  ["StatefulSet", "apps/v1", `spec:\n  ${template}`],
  ["DaemonSet", "apps/v1", `spec:\n  ${template}`],
  ["ReplicaSet", "apps/v1", `spec:\n  ${template}`],
  ["ReplicationController", "v1", `spec:\n  ${template}`],
  ["Job", "batch/v1", `spec:\n  ${template}`],
  [
    "CronJob",
    "batch/v1",
    `spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: app, image: nginx}]}}}}}`,
  ],
  ["Rollout", "argoproj.io/v1alpha1", `spec:\n  ${template}`],
  ["Service", "serving.knative.dev/v1", `spec:\n  ${template}`],
  ["DeploymentConfig", "apps.openshift.io/v1", `spec:\n  ${template}`],
])("finds the container of a %s", (kind, apiVersion, rest) => {
  const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: web}\n${rest}\n`;
  const reading = read(text);
  const workload = only(reading.workloads);
  expect(workload.id).toBe(`pod.yaml#${kind}/web/containers/app`);
  expect(workload.name).toBe(`container app of ${kind} web`);
  expect(valueOf(workload.image)?.repository).toBe("docker.io/library/nginx");
  expect(reading.unknowns).toEqual([]);
  expect(only(reading.pods ?? []).name).toBe(`${kind} web`);
});

const valueOf = <T>(fact: Fact<T>): T | undefined => (fact.known ? fact.value : undefined);

test("unwraps lists in lists and reads every document", () => {
  const pod = (name: string): string => podText({ metadata: { name } });
  const list = `{"apiVersion": "v1", "kind": "List", "items": [${pod("a")}, {"apiVersion": "v1", "kind": "PodList", "items": [${pod("b")}]}]}`;
  expect(read(`${list}\n---\n${pod("c")}\n---\n---\n`).workloads.map(({ id }) => id)).toEqual([
    "pod.yaml#Pod/a/containers/app",
    "pod.yaml#Pod/b/containers/app",
    "pod.yaml#Pod/c/containers/app",
  ]);
});

test("names init, sidecar and ephemeral containers as what they are", () => {
  const { workloads } = read(
    podText({
      spec: {
        initContainers: [
          { name: "prepare", image: "a" },
          { name: "proxy", image: "b", restartPolicy: "Always" },
        ],
        ephemeralContainers: [{ name: "debug", image: "c" }],
      },
    }),
  );
  expect(workloads.map(({ name }) => name)).toEqual([
    "init container prepare of Pod p",
    "sidecar container proxy of Pod p",
    "container app of Pod p",
    "ephemeral container debug of Pod p",
  ]);
  expect(workloads[0]?.id).toBe("pod.yaml#Pod/p/initContainers/prepare");
});

test("gives every workload an id of its own", () => {
  const { workloads } = read(`${podText({})}\n---\n${podText({})}\n---\n${podText({})}`);
  expect(new Set(workloads.map(({ id }) => id)).size).toBe(3);
});

test.each([
  ["ConfigMap", "data: {password: hunter2}"],
  ["Secret", "stringData: {password: hunter2}"],
  ["Service", "spec: {ports: [{port: 80}]}"],
  ["Kustomization", "resources: [a.yaml]"],
  ["CustomResourceDefinition", "spec: {names: {kind: Web}}"],
  ["Namespace", ""],
])("passes over a %s in silence", (kind, rest) => {
  const reading = read(`apiVersion: v1\nkind: ${kind}\nmetadata: {name: x}\n${rest}\n`);
  expect(reading).toEqual({ workloads: [], unknowns: [], pods: [] });
});

test.each(["", "---\n", "[]", "just text", "- op: add\n  path: /spec\n", "a: b", "null"])(
  "finds nothing and complains of nothing in %j",
  (text) => {
    expect(read(text)).toEqual({ workloads: [], unknowns: [], pods: [] });
  },
);

const patch = (container: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: app, ${container}}]}}}\n`;

test("a patch that sets what is judged is one unknown that says how to check the result", () => {
  const { workloads, unknowns } = read(patch("securityContext: {privileged: true}"));
  expect(workloads).toEqual([]);
  expect(only(unknowns).settle).toContain("kustomize build");
});

test.each([
  ["resources", patch("resources: {}")],
  [
    "replicas",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
  ],
  [
    "annotations",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: {annotations: {a: b}}}}\n",
  ],
])("a patch of %s is passed over in silence", (_, text) => {
  expect(read(text)).toEqual({ workloads: [], unknowns: [], pods: [] });
});

test("a patch that adds a container is read, and the container that it patches is one unknown", () => {
  const { workloads, unknowns } = read(
    podText({
      spec: {
        containers: [
          { name: "app", env: [] },
          { name: "plain", resources: {} },
          { name: "proxy", image: "example/proxy:1", securityContext: { runAsUser: 7 } },
        ],
      },
    }),
  );
  expect(workloads.map(({ name }) => name)).toEqual(["container proxy of Pod p"]);
  expect(only(unknowns).settle).toContain("kustomize build");
});

test("finds the pods of custom kinds wherever they stand", () => {
  const pod = "{spec: {hostPID: true, containers: [{name: app, image: example/app:1}]}}";
  const { workloads } = read(
    `apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: r}\nspec:\n  headGroupSpec: {template: ${pod}}\n  workerGroupSpecs:\n  - template: ${pod}\n`,
  );
  expect(workloads.map(({ name }) => name)).toEqual([
    "container app of RayCluster r",
    "container app of RayCluster r",
  ]);
  expect(new Set(workloads.map(({ id }) => id)).size).toBe(2);
  for (const workload of workloads) {
    expect(runtimeOf(workload).namespaces.pid).toMatchObject({ value: { mode: "host" } });
  }
});

test.each([
  ["ClusterPolicy", "rules: [{validate: {pattern: {spec: {containers: [{image: '*:*'}]}}}}]"],
  ["Mutator", "change: {pattern: {spec: {containers: [{securityContext: {privileged: true}}]}}}"],
])("takes no pattern of a %s for a pod", (kind, spec) => {
  expect(read(`apiVersion: example.org/v1\nkind: ${kind}\nspec: {${spec}}\n`)).toEqual({
    workloads: [],
    unknowns: [],
    pods: [],
  });
});

test("containers at the wrong place are one unknown that says where they belong", () => {
  const { unknowns } = read(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx}]}\n",
  );
  expect(only(unknowns).settle).toContain("`spec.template.spec.containers`");
});

test.each([
  ["a route", "kind: HTTPRoute\nspec:\n  rules: [\n"],
  ["a policy's schema", 'kind: ConstraintTemplate\nspec:\n  containers: "a\n  b: c\n'],
  [
    "a templated service",
    "kind: Service\nspec:\n  ports:\n{{- range .Values.ports }}\n  - {{ . }}\n{{- end }}\n",
  ],
  [
    "a templated secret below a comment",
    '{{/*\nCopyright\n*/}}\n{{- if .Values.a }}\nkind: Secret\n{{- include "containers" . }}\n{{- end }}\n',
  ],
  ["a key written twice in a secret", "kind: Secret\ndata: {a: eA==, a: eQ==}\n"],
])("a mistake in %s hides no pod and is passed over", (_, rest) => {
  expect(read(`apiVersion: v1\n${rest}`).unknowns).toEqual([]);
});

test("a manifest that cannot be parsed is one unknown, whatever follows its first mistake", () => {
  const { unknowns } = read(
    "apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec: {}\n",
  );
  expect(only(unknowns).what).toBe("YAML document");
});

test.each([
  [
    "Helm that is no YAML",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n{{- if .Values.x }}\n  hostPID: true\n{{- end }}\n",
  ],
  [
    "Helm that happens to be YAML",
    'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: app\n    image: "{{ .Values.image }}"\n    securityContext:\n      privileged: "{{ .Values.privileged }}"\n',
  ],
  [
    "Jinja",
    "apiVersion: v1\nkind: Pod\nspec:\n{% for c in containers %}\n  - name: x\n{% endfor %}\n",
  ],
  [
    "a helper's output",
    'apiVersion: v1\nkind: Pod\nspec:\n  {{- include "web.spec" . | nindent 2 }}\n',
  ],
])("%s is one unknown that says how to render it", (_, text) => {
  const { unknowns } = read(text);
  const templates = unknowns.filter(({ what }) => what === "unrendered template");
  expect(templates).toHaveLength(1);
  expect(only(templates).settle).toBe("render it: `helm template … | plimsoll check -`");
  expect(unknowns.length).toBeLessThanOrEqual(2);
});

test("a template's fields are unknown, not safe", () => {
  const workload = readPod({
    container: { image: "{{ .Values.image }}", securityContext: { privileged: "{{ x }}" } },
  });
  expect(workload.image.known).toBe(false);
  expect(workload.user.known).toBe(false);
  expect(runtimeOf(workload).privileged.known).toBe(false);
});

test("an argument with braces makes no template of a manifest", () => {
  const { unknowns } = read(
    podText({ container: { args: ["--format={{.Name}} {{workflow.name}}"] } }),
  );
  expect(unknowns).toEqual([]);
});

test.each([
  ["containers", { spec: { initContainers: "x" } }, "field initContainers"],
  [
    "an entry of containers",
    { spec: { initContainers: ["x"] } },
    "field an entry of initContainers",
  ],
  ["the security context", { container: { securityContext: "root" } }, "field securityContext"],
  [
    "capabilities",
    { container: { securityContext: { capabilities: ["ALL"] } } },
    "field capabilities",
  ],
  [
    "added capabilities",
    { container: { securityContext: { capabilities: { add: "SYS_ADMIN" } } } },
    "field add",
  ],
  [
    "a capability",
    { container: { securityContext: { capabilities: { add: [{}] } } } },
    "field an entry of capabilities.add",
  ],
  ["volumes", { spec: { volumes: {} } }, "field volumes"],
  ["environment", { container: { env: { A: "b" } } }, "field env"],
  ["an environment variable", { container: { env: [{ value: "b" }] } }, "environment variable"],
  ["a command", { container: { command: "sleep 1" } }, "field command"],
  ["annotations", { metadata: { annotations: [] } }, "field annotations"],
])("a wrong type of %s is an unknown with a place, and the rest goes on", (_, parts, what) => {
  const { workloads, unknowns } = read(podText(parts));
  expect(workloads.map(({ id }) => id)).toContain("pod.yaml#Pod/p/containers/app");
  const unknown = only(unknowns);
  expect(unknown.what).toBe(what);
  expect(unknown.span).toBeDefined();
});

test("a syntax error in one document does not hide the others", () => {
  const { workloads, unknowns } = read(`a: [\n---\n${podText({})}`);
  expect(workloads).toHaveLength(1);
  expect(unknowns.length).toBeGreaterThan(0);
});

test("reads booleans and octals as go-yaml does", () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostPID: on
  containers:
  - name: app
    image: x
    securityContext: {privileged: yes, runAsUser: 010}
    volumeMounts: [{name: s, mountPath: /s}]
  volumes:
  - {name: s, secret: {secretName: s, defaultMode: 0440}}
`;
  const workload = only(read(text).workloads);
  const runtime = runtimeOf(workload);
  expect(told(runtime.privileged)).toBe("true <- set: privileged: yes");
  expect(told(runtime.namespaces.pid)).toBe('{"mode":"host"} <- set: hostPID: on');
  expect(valueOf(workload.user)?.uid).toBe(8);
  expect(runtime.mounts[0]?.fileMode).toBe(0o440);
});

test("a place that an alias brought names the alias too", () => {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  initContainers:
  - {name: a, image: x, securityContext: &sc {privileged: true}}
  containers:
  - {name: b, image: x, securityContext: *sc}
`;
  const [first, second] = read(text).workloads.map(
    (workload) => runtimeOf(workload).privileged.origin,
  );
  expect(first).not.toHaveProperty("through");
  expect(second?.kind === "set" && second.through?.map(({ span }) => spanText(span))).toEqual([
    "*sc",
  ]);
});
