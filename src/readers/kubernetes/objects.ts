/** Finds the pods in a file's documents: objects that are pods, hold a pod template, or list such objects. */

import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import { asMap, asString, entryOf, entrySpan, get, nodeAt } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import type { YamlDocument, YamlMap, YamlNode } from "../yaml/node.ts";
import { pipelinePods } from "./pipelines.ts";
import { isPodless } from "./podless.ts";
import type { AccessObjects } from "./role-bindings.ts";
import { roleKey } from "./role-bindings.ts";
import { workflowPods } from "./workflows.ts";

/** A pod as an object holds it. */
export interface FoundPod {
  readonly kind: string;
  /** The object's name; "unnamed" without one. */
  readonly name: string;
  readonly namespace?: string;
  /** Where the object is named. */
  readonly span: Span;
  readonly object: YamlMap;
  /** The map with `metadata` and `spec` of the pod: the object itself, or its template. */
  readonly pod: YamlMap;
}

/** A PersistentVolume. */
export interface FoundVolume {
  readonly name: string;
  readonly span: Span;
  readonly object: YamlMap;
}

export interface FoundObjects extends AccessObjects {
  readonly pods: readonly FoundPod[];
  readonly persistentVolumes: readonly FoundVolume[];
  /** ServiceAccount objects by `accountKey`. */
  readonly serviceAccounts: ReadonlyMap<string, YamlMap>;
}

/** Without a namespace an object lands in the one of the command, `default` unless said otherwise. */
export function accountKey(name: string, namespace: string | undefined): string {
  return `${namespace ?? "default"}/${name}`;
}

const TEMPLATE = ["spec", "template"] as const;
const JOB_TEMPLATE = ["spec", "jobTemplate", "spec", "template"] as const;

/** Where the built-in kinds hold the pod. Source: kubernetes v1.37, api/openapi-spec. */
const POD_PATHS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ["Pod", []],
  ["PodTemplate", ["template"]],
  ["Deployment", TEMPLATE],
  ["StatefulSet", TEMPLATE],
  ["DaemonSet", TEMPLATE],
  ["ReplicaSet", TEMPLATE],
  ["ReplicationController", TEMPLATE],
  ["Job", TEMPLATE],
  ["CronJob", JOB_TEMPLATE],
]);

/** Other kinds (Rollout, Knative Service, DeploymentConfig…) most often have it here. */
const OTHER_PATHS: readonly (readonly string[])[] = [
  TEMPLATE,
  JOB_TEMPLATE,
  ["spec", "podTemplate"],
];

const MAX_LIST_DEPTH = 16;

export function findObjects(documents: readonly YamlDocument[], report: Report): FoundObjects {
  const pods: FoundPod[] = [];
  const persistentVolumes: FoundVolume[] = [];
  const serviceAccounts = new Map<string, YamlMap>();
  const roles = new Map<string, YamlMap>();
  const bindings: YamlMap[] = [];
  const visit = (node: YamlNode | undefined, depth: number): void => {
    const object = asMap(node);
    const kind = asString(get(object, "kind"));
    if (object === undefined || kind === undefined) return;
    if (kind === "List" || kind.endsWith("List")) {
      const items = get(object, "items");
      if (items?.kind === "list") {
        if (depth < MAX_LIST_DEPTH) for (const item of items.items) visit(item, depth + 1);
        else report(unknownAt(items.span, "list", "lists nest too deeply", "flatten the lists"));
        return;
      }
    }
    if (kind === "ServiceAccount") {
      const { name, namespace } = nameOf(object);
      serviceAccounts.set(accountKey(name, namespace), object);
      return;
    }
    if (kind === "Role" || kind === "ClusterRole") {
      const { name, namespace } = nameOf(object);
      roles.set(roleKey(kind, name, namespace), object);
      return;
    }
    if (kind === "RoleBinding" || kind === "ClusterRoleBinding") {
      bindings.push(object);
      return;
    }
    if (kind === "PersistentVolume") {
      persistentVolumes.push({ object, ...nameOf(object) });
      return;
    }
    const found =
      workflowPods(object, kind, report) ??
      pipelinePods(object, kind, report) ??
      (isBuiltIn(object, kind)
        ? builtInPod(object, kind, report)
        : customPods(object, (inner) => {
            if (depth < MAX_LIST_DEPTH) visit(inner, depth + 1);
          }));
    for (const pod of found) pods.push({ kind, object, pod, ...nameOf(object) });
  };
  for (const { root } of documents) visit(root, 0);
  return { pods, persistentVolumes, serviceAccounts, roles, bindings };
}

/**
 * The pods of a kind that is not built in: at the usual places, else wherever one stands whole. Objects that
 * stand whole in it (an OpenShift template's, a Tekton trigger's) are visited by themselves.
 */
function customPods(object: YamlMap, visit: (inner: YamlMap) => void): readonly YamlMap[] {
  for (const path of OTHER_PATHS) {
    const template = asMap(nodeAt(object, path));
    if (template !== undefined && nodeAt(template, ["spec", "containers"])?.kind === "list") {
      return [template];
    }
  }
  if (isPodless(asString(get(object, "kind")) ?? "")) return [];
  const found: YamlMap[] = [];
  // The parser bounds how deep the nodes nest and how many there are.
  const search = (node: YamlNode): void => {
    if (node.kind === "list") for (const item of node.items) search(item);
    else if (node.kind === "map") {
      if (asString(get(node, "apiVersion")) !== undefined && get(node, "kind") !== undefined) {
        visit(node);
      } else if (holdsWholePod(node)) found.push(node);
      else for (const { value } of node.entries.values()) search(value);
    }
  };
  for (const name of ["spec", "objects"]) {
    const node = get(object, name);
    if (node !== undefined) search(node);
  }
  return found;
}

/** A pod template with a container that names its image; a policy's pattern has none. */
function holdsWholePod(node: YamlMap): boolean {
  const containers = nodeAt(node, ["spec", "containers"]);
  return (
    containers?.kind === "list" &&
    containers.items.some((container) => asString(get(asMap(container), "image")) !== undefined)
  );
}

function builtInPod(object: YamlMap, kind: string, report: Report): readonly YamlMap[] {
  const path = POD_PATHS.get(kind) ?? [];
  const pod = asMap(nodeAt(object, path));
  if (pod !== undefined && nodeAt(pod, ["spec"])?.kind === "map") return [pod];
  // Patches of an overlay leave the template out, and nothing that is judged stands in them. The
  // cluster takes no such object, so a pod is lost only where it stands at the wrong place.
  if (!/containers/i.test(spanText(object.span))) return [];
  report(
    unknownAt(
      nameOf(object).span,
      `pod of ${kind} ${nameOf(object).name}`,
      "its containers do not stand where this kind has them",
      `put them under \`${[...path, "spec.containers"].join(".")}\``,
    ),
  );
  return [];
}

/** A kind of another API group may share a built-in kind's name without its shape. */
function isBuiltIn(object: YamlMap, kind: string): boolean {
  const version = asString(get(object, "apiVersion")) ?? "v1";
  const slash = version.indexOf("/");
  const group = slash < 0 ? "" : version.slice(0, slash);
  return POD_PATHS.has(kind) && ["", "apps", "batch", "extensions"].includes(group);
}

function nameOf(object: YamlMap): {
  readonly name: string;
  readonly span: Span;
  readonly namespace?: string;
} {
  const metadata = get(object, "metadata");
  const namespace = asString(get(metadata, "namespace"));
  const entry = entryOf(metadata, "name") ?? entryOf(metadata, "generateName");
  const text = entry?.value.kind === "scalar" ? entry.value.text.slice(0, 253) : "";
  const suffix = entry?.key.text === "generateName" ? "*" : "";
  const kind = entryOf(object, "kind");
  return {
    name: text === "" ? "unnamed" : text + suffix,
    span:
      text !== "" && entry !== undefined
        ? entrySpan(entry)
        : kind === undefined
          ? object.span
          : entrySpan(kind),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
