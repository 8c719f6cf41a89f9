import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { read } from "./testing.ts";

const object = (apiVersion: string, kind: string, spec: unknown, rest: object = {}): string =>
  JSON.stringify({ apiVersion, kind, metadata: { name: "x" }, spec, ...rest });

/** The id behind the file's name, and what the container is. */
function told(text: string): string[] {
  return read(text).workloads.map(
    (workload) => `${workload.id.replace("pod.yaml#", "")} ${posture(workload)}`,
  );
}

function posture({ image, runtime, user }: Workload): string {
  const privileged = runtime?.privileged.known === true && runtime.privileged.value;
  return [
    image.known ? image.value.text : "?",
    ...(privileged ? ["privileged"] : []),
    ...(user.known && user.value.uid !== undefined ? [`uid ${user.value.uid}`] : []),
    ...(runtime?.mounts ?? []).map(
      ({ hostPath, target }) => `${hostPath ?? "?"} at ${target ?? "none"}`,
    ),
  ].join(", ");
}

const privileged = { securityContext: { privileged: true } };
const argo = "argoproj.io/v1alpha1";

test.each([
  ["Workflow", (templates: unknown) => ({ templates })],
  ["WorkflowTemplate", (templates: unknown) => ({ templates })],
  ["ClusterWorkflowTemplate", (templates: unknown) => ({ templates })],
  ["CronWorkflow", (templates: unknown) => ({ workflowSpec: { templates } })],
])("templates of a %s are pods", (kind, spec) => {
  const templates = [
    { name: "main", container: { image: "a:1", ...privileged } },
    {
      name: "more",
      initContainers: [{ name: "i", image: "i:1" }],
      script: { image: "s:1", source: "id" },
      sidecars: [{ name: "side", image: "d:1", ...privileged }],
    },
    { name: "set", containerSet: { containers: [{ name: "c", image: "c:1" }] } },
    { name: "flow", steps: [[{ name: "one", inline: { container: { image: "n:1" } } }]] },
    { name: "graph", dag: { tasks: [{ name: "one", template: "main" }] } },
    { name: "wait", suspend: {} },
  ];
  expect(told(object(argo, kind, spec(templates)))).toEqual([
    `${kind}/x/containers/main a:1, privileged`,
    `${kind}/x/initContainers/i i:1`,
    `${kind}/x/containers/more s:1`,
    `${kind}/x/containers/side d:1, privileged`,
    `${kind}/x/containers/c c:1`,
    `${kind}/x/containers/number 1 n:1`,
  ]);
});

test("a template's pod has what the workflow gives to all", () => {
  const socket = { name: "s", hostPath: { path: "/run/docker.sock" } };
  const mount = { volumeMounts: [{ name: "s", mountPath: "/s" }] };
  const spec = {
    securityContext: { runAsUser: 7 },
    volumes: [socket],
    templateDefaults: { securityContext: { runAsUser: 8 } },
    templates: [
      { name: "a", container: { image: "a:1", ...mount } },
      { name: "b", securityContext: { runAsUser: 9 }, container: { image: "b:1", ...mount } },
    ],
  };
  expect(told(object(argo, "Workflow", spec))).toEqual([
    "Workflow/x/containers/a a:1, uid 8, /run/docker.sock at /s",
    "Workflow/x/containers/b b:1, uid 9, /run/docker.sock at /s",
  ]);
});

const step = { name: "a", image: "a:1" };

test.each<[string, unknown, string[]]>([
  [
    "Task",
    { steps: [step], sidecars: [{ name: "s", image: "s:1", ...privileged }] },
    ["containers/a a:1", "containers/s s:1, privileged"],
  ],
  ["ClusterTask", { steps: [step] }, ["containers/a a:1"]],
  [
    "TaskRun",
    { taskSpec: { steps: [step] }, podTemplate: { securityContext: { runAsUser: 7 } } },
    ["containers/a a:1, uid 7"],
  ],
  [
    "Pipeline",
    {
      tasks: [{ name: "t", taskSpec: { steps: [step] } }],
      finally: [{ name: "f", taskSpec: { steps: [step] } }],
    },
    ["containers/a a:1", "containers/a~2 a:1"],
  ],
  [
    "PipelineRun",
    {
      pipelineSpec: {
        tasks: [
          { name: "t", taskSpec: { steps: [step] } },
          { name: "u", taskSpec: { steps: [step] } },
        ],
      },
      taskRunTemplate: { podTemplate: { securityContext: { runAsUser: 7 } } },
      taskRunSpecs: [{ pipelineTaskName: "u", podTemplate: { securityContext: { runAsUser: 8 } } }],
    },
    ["containers/a a:1, uid 7", "containers/a~2 a:1, uid 8"],
  ],
  ["StepAction", { image: "a:1", ...privileged }, ["containers/number 1 a:1, privileged"]],
  ["Task", { steps: [{ name: "r", ref: { name: "elsewhere" } }] }, []],
  ["Pipeline", { tasks: [{ name: "t", taskRef: { name: "elsewhere" } }] }, []],
])("steps of a %s are containers", (kind, spec, expected) => {
  const text = object("tekton.dev/v1", kind, spec);
  expect(told(text)).toEqual(expected.map((line) => `${kind}/x/${line}`));
});

test("a step has what the template for all steps says, unless it says otherwise", () => {
  const spec = {
    params: [{ name: "IMAGE", default: "p:1" }, { name: "OPEN" }],
    stepTemplate: { image: "t:1", securityContext: { privileged: true, runAsUser: 7 } },
    steps: [
      { name: "a" },
      { name: "b", image: "$(params.IMAGE)", securityContext: { privileged: false } },
      { name: "c", image: "$(params.OPEN)" },
    ],
  };
  expect(told(object("tekton.dev/v1", "Task", spec))).toEqual([
    "Task/x/containers/a t:1, privileged, uid 7",
    "Task/x/containers/b p:1, uid 7",
    "Task/x/containers/c ?, privileged, uid 7",
  ]);
});

test.each([
  [
    "Task",
    object("tekton.dev/v1", "Task", { steps: [{ ...step, script: "#!/bin/bash\nrun me\n" }] }),
    ["bash", "-c"],
  ],
  [
    "Task",
    object("tekton.dev/v1", "Task", { steps: [{ ...step, script: "run me" }] }),
    ["sh", "-c"],
  ],
  [
    "Task",
    object("tekton.dev/v1", "Task", {
      steps: [{ ...step, script: "#!/usr/bin/env python\nrun me" }],
    }),
    ["python"],
  ],
  [
    "Workflow",
    object(argo, "Workflow", {
      templates: [{ name: "a", script: { image: "a:1", command: ["bash"], source: "run me" } }],
    }),
    ["bash", "-c"],
  ],
  [
    "Workflow",
    object(argo, "Workflow", {
      templates: [{ name: "a", script: { image: "a:1", command: ["node"], source: "run me" } }],
    }),
    ["node"],
  ],
])("a script of a %s is its command", (_, text, before) => {
  const [workload] = read(text).workloads;
  const line = workload?.command.known === true ? workload.command.value.entrypoint : undefined;
  expect(line?.words.slice(0, -1)).toEqual(before);
  expect(line?.words.at(-1)).toContain("run me");
  const place = line?.spans?.at(-1);
  expect(place === undefined ? "" : spanText(place)).toContain("run me");
});

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "in" },
  spec: { containers: [{ name: "c", image: "a:1" }] },
};

test.each([
  [
    "an OpenShift template",
    object("template.openshift.io/v1", "Template", undefined, { objects: [pod] }),
  ],
  [
    "a Tekton trigger",
    object("triggers.tekton.dev/v1", "TriggerTemplate", { resourcetemplates: [pod] }),
  ],
  [
    "an object that applies others",
    object("example.org/v1", "Work", { workload: { manifests: [pod] } }),
  ],
])("objects that stand whole in %s are read", (_, text) => {
  expect(told(text)).toEqual(["Pod/in/containers/c a:1"]);
});

test("kinds of the same names of other groups are no workflows and no tasks", () => {
  const spec = { templates: [{ name: "a", container: { image: "a:1" } }], steps: [step] };
  expect(told(object("example.org/v1", "Workflow", spec))).toEqual([]);
  expect(told(object("example.org/v1", "Task", spec))).toEqual([]);
});

test("JSON objects that follow each other are read one by one", () => {
  const text = `${JSON.stringify(pod)}\n${JSON.stringify(pod)}`;
  expect(told(text)).toEqual(["Pod/in/containers/c a:1", "Pod/in/containers/c~2 a:1"]);
});

test("what very many pods share is cut off, and that is told", () => {
  const volumes = Array.from({ length: 60 }, (_, index) => ({ name: `v${index}`, emptyDir: {} }));
  const workflow = { volumes, templates: [{ name: "a", container: { image: "a:1" } }] };
  expect(read(object(argo, "Workflow", workflow)).unknowns.map(({ what }) => what)).toEqual([
    "volumes",
  ]);
  const env = volumes.map(({ name }) => ({ name, value: "x" }));
  const task = { stepTemplate: { env }, steps: [step] };
  const reading = read(object("tekton.dev/v1", "Task", task));
  expect(reading.unknowns.map(({ what }) => what)).toEqual(["env"]);
  expect(reading.workloads[0]?.env).toHaveLength(50);
});
