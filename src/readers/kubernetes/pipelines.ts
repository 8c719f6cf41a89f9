/**
 * Tekton: the steps and sidecars of a task are the containers of one pod.
 * Source: tektoncd/pipeline v1.6, pkg/apis/pipeline/v1 (task_types.go, container_types.go).
 */

import { asMap, asString, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/node.ts";
import {
  allItems,
  assembleMap,
  assemblePod,
  firstEntry,
  listEntry,
  scriptEntry,
  sharedItems,
  sharedMap,
  withEntries,
} from "./assemble.ts";

/** Fields of a run's pod template that are a pod's. */
const POD_FIELDS = [
  "securityContext",
  "automountServiceAccountToken",
  "nodeSelector",
  "hostNetwork",
  "runtimeClassName",
];

/** The pods of an object; undefined when it is nothing of Tekton's. */
export function pipelinePods(
  object: YamlMap,
  kind: string,
  report: Report,
): readonly YamlMap[] | undefined {
  if (asString(get(object, "apiVersion"))?.startsWith("tekton.dev/") !== true) return undefined;
  const spec = get(object, "spec");
  switch (kind) {
    case "Task":
    case "ClusterTask":
      return podOf(spec, undefined, undefined, report);
    case "TaskRun":
      return podOf(
        get(spec, "taskSpec"),
        get(spec, "podTemplate"),
        entryOf(spec, "serviceAccountName"),
        report,
      );
    case "Pipeline":
      return pipelineTasks(spec).flatMap((task) =>
        podOf(get(task, "taskSpec"), undefined, undefined, report),
      );
    case "PipelineRun":
      return pipelineRun(spec, report);
    case "StepAction":
      return stepAction(spec);
    default:
      return [];
  }
}

function pipelineTasks(spec: YamlNode | undefined): readonly YamlNode[] {
  return allItems("tasks", spec).concat(allItems("finally", spec));
}

/** What a run says of a task: by the task's name, else for all of them, in the words of v1 and v1beta1. */
function pipelineRun(spec: YamlNode | undefined, report: Report): readonly YamlMap[] {
  const byTask = new Map<string, YamlNode>();
  for (const one of itemsOf(get(spec, "taskRunSpecs"))) {
    const name = asString(get(one, "pipelineTaskName"));
    if (name !== undefined) byTask.set(name, one);
  }
  const all = get(spec, "taskRunTemplate");
  return pipelineTasks(get(spec, "pipelineSpec")).flatMap((task) => {
    const own = byTask.get(asString(get(task, "name")) ?? "");
    const podTemplate =
      get(own, "podTemplate") ??
      get(own, "taskPodTemplate") ??
      get(all, "podTemplate") ??
      get(spec, "podTemplate");
    const account = firstEntry("serviceAccountName", own, all, spec);
    return podOf(get(task, "taskSpec"), podTemplate, account, report);
  });
}

function podOf(
  task: YamlNode | undefined,
  podTemplate: YamlNode | undefined,
  account: YamlEntry | undefined,
  report: Report,
): readonly YamlMap[] {
  const template = readTemplate(task, report);
  const defaults = defaultsOf(task);
  const steps = itemsOf(get(task, "steps")).map((step) => stepOf(step, template, defaults));
  const sidecars = itemsOf(get(task, "sidecars")).map((one) => stepOf(one, undefined, defaults));
  const containers = [...steps, ...sidecars];
  if (task === undefined || containers.length === 0) return [];
  const spec = assembleMap(task.span, [
    ...POD_FIELDS.map((field) => [field, firstEntry(field, podTemplate)] as const),
    ["serviceAccountName", account],
    [
      "volumes",
      listEntry("volumes", [
        ...allItems("volumes", task),
        ...sharedItems("volumes", podTemplate, report),
      ]),
    ],
    ["containers", listEntry("containers", containers)],
  ]);
  return [assemblePod(spec, entryOf(task, "metadata"))];
}

/** A step that several tasks use; the volumes that it mounts are theirs. */
function stepAction(spec: YamlNode | undefined): readonly YamlMap[] {
  if (asMap(spec) === undefined || spec === undefined) return [];
  const step = stepOf(spec, undefined, defaultsOf(spec));
  if (step.kind !== "map") return [];
  const entries = new Map([...step.entries].filter(([name]) => name !== "volumeMounts"));
  const containers = listEntry("containers", [{ ...step, entries }]);
  return [assemblePod(assembleMap(spec.span, [["containers", containers]]), undefined)];
}

/** What `stepTemplate` gives to every step. */
interface StepTemplate {
  readonly map: YamlMap;
  readonly context: YamlMap | undefined;
  readonly env: readonly YamlNode[];
  readonly volumeMounts: readonly YamlNode[];
}

function readTemplate(task: YamlNode | undefined, report: Report): StepTemplate | undefined {
  const map = sharedMap(asMap(get(task, "stepTemplate")), report);
  if (map === undefined) return undefined;
  return {
    map,
    context: sharedMap(asMap(get(map, "securityContext")), report),
    env: sharedItems("env", map, report),
    volumeMounts: sharedItems("volumeMounts", map, report),
  };
}

/** The longest default that is put in. */
const MAX_DEFAULT = 512;

/** The defaults of a task's parameters that are plain text. */
function defaultsOf(task: YamlNode | undefined): ReadonlyMap<string, string> {
  const defaults = new Map<string, string>();
  for (const parameter of itemsOf(get(task, "params"))) {
    const name = asString(get(parameter, "name"));
    const value = asString(get(parameter, "default"));
    if (name !== undefined && value !== undefined && value.length <= MAX_DEFAULT) {
      defaults.set(name, value);
    }
  }
  return defaults;
}

/** A step with what the template for all steps says, as a container. */
function stepOf(
  node: YamlNode,
  template: StepTemplate | undefined,
  defaults: ReadonlyMap<string, string>,
): YamlNode {
  const step = asMap(node);
  if (step === undefined) return node;
  const merged: YamlMap = {
    ...step,
    entries: new Map([...(template?.map.entries ?? []), ...step.entries]),
  };
  const image = entryOf(merged, "image");
  return withEntries(merged, [
    ["securityContext", mergedContext(step, template)],
    ["env", listEntry("env", [...(template?.env ?? []), ...allItems("env", step)])],
    [
      "volumeMounts",
      listEntry("volumeMounts", [
        ...(template?.volumeMounts ?? []),
        ...allItems("volumeMounts", step),
      ]),
    ],
    ["resources", entryOf(merged, "computeResources") ?? entryOf(merged, "resources")],
    ["image", image === undefined ? undefined : withDefaults(image, defaults)],
    ["command", scriptEntry(merged, "script") ?? entryOf(merged, "command")],
  ]);
}

/** The step's fields go before the template's, one by one. */
function mergedContext(step: YamlMap, template: StepTemplate | undefined): YamlEntry | undefined {
  const own = entryOf(step, "securityContext");
  const given = template?.context;
  if (given === undefined) return own;
  if (own?.value.kind !== "map") return own ?? entryOf(template?.map, "securityContext");
  const entries = new Map([...given.entries, ...own.value.entries]);
  return { key: own.key, value: { ...own.value, entries } };
}

const PARAMETER = /\$\((?:inputs\.)?params\.([\w-]{1,100})\)/g;

/** `$(params.IMAGE)` as its default, which runs unless the caller says otherwise. */
function withDefaults(entry: YamlEntry, defaults: ReadonlyMap<string, string>): YamlEntry {
  const { value } = entry;
  if (value.kind !== "scalar" || value.text.length > 1000 || !value.text.includes("$("))
    return entry;
  const text = value.text.replaceAll(
    PARAMETER,
    (written, name: string) => defaults.get(name) ?? written,
  );
  return { ...entry, value: { ...value, text, value: text } };
}
