/**
 * Argo Workflows: each template that starts a container is a pod.
 * Source: argoproj/argo-workflows v3.7, pkg/apis/workflow/v1alpha1/workflow_types.go.
 */

import { asMap, asString, entryOf, get, itemsOf, nodeAt } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import {
  allItems,
  assembleMap,
  assemblePod,
  firstEntry,
  listEntry,
  scriptEntry,
  sharedItems,
  withEntries,
} from "./assemble.ts";

const SPEC_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Workflow", ["spec"]],
  ["WorkflowTemplate", ["spec"]],
  ["ClusterWorkflowTemplate", ["spec"]],
  ["CronWorkflow", ["spec", "workflowSpec"]],
]);

/** Fields of a workflow that are a pod's, and of a template that go before them. */
const POD_FIELDS = [
  "securityContext",
  "serviceAccountName",
  "automountServiceAccountToken",
  "nodeSelector",
  "hostNetwork",
];

/** The pods of an object; undefined when it is no workflow. */
export function workflowPods(
  object: YamlMap,
  kind: string,
  report: Report,
): readonly YamlMap[] | undefined {
  const path = SPEC_PATHS.get(kind);
  const isArgo = asString(get(object, "apiVersion"))?.startsWith("argoproj.io/") === true;
  if (!isArgo || path === undefined) return undefined;
  const spec = nodeAt(object, path);
  const templates = itemsOf(get(spec, "templates")).flatMap((template) => [
    template,
    ...inlineTemplates(template),
  ]);
  const defaults = get(spec, "templateDefaults");
  const shared: Shared = {
    spec,
    defaults,
    volumes: [...sharedItems("volumes", defaults, report), ...sharedItems("volumes", spec, report)],
    sidecars: sharedItems("sidecars", defaults, report),
    initContainers: sharedItems("initContainers", defaults, report),
  };
  return templates.flatMap((template) => {
    const pod = podOf(template, shared);
    return pod === undefined ? [] : [pod];
  });
}

/** Templates that stand within a step or a task. */
function inlineTemplates(template: YamlNode): readonly YamlNode[] {
  const steps = itemsOf(get(template, "steps")).flatMap((group) =>
    group.kind === "list" ? group.items : [group],
  );
  return [...steps, ...itemsOf(nodeAt(template, ["dag", "tasks"]))].flatMap((step) => {
    const inline = get(step, "inline");
    return inline === undefined ? [] : [inline];
  });
}

/** What a workflow gives to the pods of all of its templates. */
interface Shared {
  readonly spec: YamlNode | undefined;
  readonly defaults: YamlNode | undefined;
  readonly volumes: readonly YamlNode[];
  readonly sidecars: readonly YamlNode[];
  readonly initContainers: readonly YamlNode[];
}

function podOf(template: YamlNode, shared: Shared): YamlMap | undefined {
  const { spec, defaults } = shared;
  const name = entryOf(template, "name");
  const named = (node: YamlNode | undefined): readonly YamlMap[] => {
    const container = asMap(node);
    if (container === undefined) return [];
    const script = scriptEntry(container, "source");
    return [
      withEntries(container, [
        ["name", entryOf(container, "name") ?? name],
        ["command", script ?? entryOf(container, "command")],
      ]),
    ];
  };
  const containers = [
    ...named(get(template, "container")),
    ...named(get(template, "script")),
    ...itemsOf(nodeAt(template, ["containerSet", "containers"])),
    ...allItems("sidecars", template),
    ...shared.sidecars,
  ];
  const initContainers = [...allItems("initContainers", template), ...shared.initContainers];
  if (containers.length === shared.sidecars.length) return undefined;
  const podSpec = assembleMap(template.span, [
    ...POD_FIELDS.map((field) => [field, firstEntry(field, template, defaults, spec)] as const),
    ["volumes", listEntry("volumes", [...allItems("volumes", template), ...shared.volumes])],
    ["initContainers", listEntry("initContainers", initContainers)],
    ["containers", listEntry("containers", containers)],
  ]);
  return assemblePod(podSpec, entryOf(template, "metadata"));
}
