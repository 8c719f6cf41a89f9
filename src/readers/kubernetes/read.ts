/** Kubernetes manifests: every container of every pod and pod template in a file. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import type { PodSource, ReadContext, Reading } from "../contract.ts";
import { asText, get, isNull } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { booleanField, mapAt, mapsAt } from "../yaml/fields.ts";
import { parseManifests } from "../yaml/json-sequence.ts";
import type { YamlFile, YamlMap } from "../yaml/node.ts";
import type { ContainerList } from "./container.ts";
import { readContainer } from "./container.ts";
import { unmountedHostPaths } from "./mounts.ts";
import type { FoundObjects, FoundPod } from "./objects.ts";
import { findObjects } from "./objects.ts";
import { persistentVolume } from "./persistent-volumes.ts";
import { podSource } from "./pod-source.ts";
import { readPodFacts } from "./pod.ts";
import { mayHoldPods } from "./podless.ts";
import type { AccountToken } from "./container.ts";
import { serviceAccountOf, tokenMounted } from "./service-accounts.ts";
import { templateUnknown } from "./template.ts";

/** How many containers of one file are read. */
export const MAX_CONTAINERS = 1000;
const MAX_UNKNOWNS = 200;

const LISTS: readonly ContainerList[] = ["initContainers", "containers", "ephemeralContainers"];

/** Reads YAML or JSON, any number of documents. Objects without pods are passed over in silence. */
export function readKubernetes(file: SourceFile, context: ReadContext): Reading {
  const parsed = parseManifests(file, { booleans: "yaml-1.1" });
  const unknowns: Unknown[] = [];
  const report: Report = (unknown) => {
    if (unknowns.length < MAX_UNKNOWNS) unknowns.push(unknown);
  };
  const objects = findObjects(parsed.documents, report);
  const problems = parsed.unknowns.filter((problem) => concernsPods(problem, parsed, objects));
  const template = templateUnknown(file, problems.length > 0, objects.pods);
  if (template === undefined) for (const unknown of problems) report(unknown);
  else report(template);

  const reader: FileReader = {
    file,
    context,
    objects,
    report,
    workloads: [],
    pods: [],
    ids: new Map(),
  };
  for (const found of objects.pods) {
    if (reader.workloads.length >= MAX_CONTAINERS) {
      report(tooMany(found));
      break;
    }
    readPod(found, reader);
  }
  readVolumes(reader);
  for (const workload of reader.workloads) for (const unknown of workload.unknowns) report(unknown);
  return { workloads: reader.workloads, unknowns, pods: reader.pods };
}

/** Whether a mistake in the file may hide a pod or a part of one. Other objects are nothing to us. */
function concernsPods(
  { span, what }: Unknown,
  { documents }: YamlFile,
  { pods }: FoundObjects,
): boolean {
  if (span === undefined) return true;
  if (what === "unrendered template") {
    // It stands at the file's first action, and actions leave no sure bounds of documents.
    return mayHoldPods(span.file.text);
  }
  const holds = (outer: Span): boolean => outer.start <= span.start && span.start <= outer.end;
  const within = documents.find((document) => holds(document.span));
  if (within === undefined) return true;
  if (within.root === undefined) return mayHoldPods(spanText(within.span));
  return pods.some(({ object }) => holds(object.span));
}

interface FileReader {
  readonly file: SourceFile;
  readonly context: ReadContext;
  readonly objects: FoundObjects;
  readonly report: Report;
  readonly workloads: Workload[];
  readonly pods: PodSource[];
  /** How often an id was given, since two namespaces may hold the same names. */
  readonly ids: Map<string, number>;
}

function readPod(found: FoundPod, reader: FileReader): void {
  const { report } = reader;
  const spec = mapAt(found.pod, "spec", report);
  if (spec === undefined) return;
  const lists = LISTS.map((list) => [list, mapsAt(spec, list, report)] as const);
  const namesImage = (node: YamlMap): boolean => !isNull(get(node, "image"));
  const patched = lists.flatMap(([, nodes]) => nodes.filter((node) => !namesImage(node)));
  if (lists.every(([, nodes]) => !nodes.some(namesImage))) {
    if (POSTURE_WORDS.test(spanText(found.object.span))) report(incomplete(found, found.span));
    return;
  }
  for (const { span } of patched) {
    if (POSTURE_WORDS.test(spanText(span))) report(incomplete(found, span));
  }
  const pod = readPodFacts(found.pod, spec, found.object, report);
  const token = tokenOf(found, spec, reader);
  const owner = `${found.kind} ${found.name}`;
  const first = reader.workloads.length;
  for (const [list, nodes] of lists) {
    for (const [index, node] of nodes.entries()) {
      if (!namesImage(node)) continue;
      if (reader.workloads.length >= MAX_CONTAINERS) {
        report(tooMany(found));
        break;
      }
      const containerName = nameOf(node, index);
      const path = `${found.kind}/${found.name}/${list}/${containerName}`;
      const id = uniqueId(`${reader.file.path}#${path}`, reader.ids);
      reader.workloads.push(
        readContainer(node, { list, id, containerName, owner }, pod, token, reader.context),
      );
    }
  }
  addUnmounted(reader.workloads, first, unmountedHostPaths(pod.mounts));
  reader.pods.push(podSource(found));
}

function readVolumes({ file, objects, workloads, ids, report }: FileReader): void {
  for (const { object, name, span } of objects.persistentVolumes) {
    if (workloads.length >= MAX_CONTAINERS) return;
    const id = uniqueId(`${file.path}#PersistentVolume/${name}`, ids);
    const workload = persistentVolume(object, { name, span, id });
    if (workload === undefined) continue;
    workloads.push(workload);
    for (const { hostPath, origin } of workload.hostVolumes ?? []) {
      if (hostPath !== undefined) continue;
      const why = "it is no absolute path, so it is not known what of the node the volume offers";
      report(
        unknownAt(origin.span ?? span, `path of ${workload.name}`, why, "write an absolute path"),
      );
    }
  }
}

function nameOf(node: YamlMap, index: number): string {
  const name = asText(get(node, "name"))?.slice(0, 253) ?? "";
  return name === "" ? `number ${index + 1}` : name;
}

function uniqueId(id: string, ids: Map<string, number>): string {
  const count = (ids.get(id) ?? 0) + 1;
  ids.set(id, count);
  return count === 1 ? id : uniqueId(`${id}~${count}`, ids);
}

/** Host paths that no container mounts go to the pod's first main container, so that they are judged once. */
function addUnmounted(
  workloads: Workload[],
  first: number,
  mounts: ReturnType<typeof unmountedHostPaths>,
): void {
  if (mounts.length === 0) return;
  let at = first;
  while (at < workloads.length && workloads[at]?.id.includes("/containers/") === false) at++;
  if (at === workloads.length) at = first;
  const workload = workloads[at];
  if (workload?.runtime === undefined) return;
  const { runtime } = workload;
  workloads[at] = { ...workload, runtime: { ...runtime, mounts: [...runtime.mounts, ...mounts] } };
}

function tokenOf(found: FoundPod, spec: YamlMap, reader: FileReader): AccountToken {
  const name = asText(get(spec, "serviceAccountName")) ?? asText(get(spec, "serviceAccount"));
  const use = {
    name: name ?? "default",
    named: name !== undefined && name !== "default",
    namespace: found.namespace,
    automount: booleanField(spec, "automountServiceAccountToken"),
  };
  const { objects, file, context } = reader;
  return {
    mounted: tokenMounted(use, objects, file.path, context, found.span),
    account: serviceAccountOf(use, objects, file.path, context),
  };
}

/** What a patch must speak of to change how its containers are judged. */
const POSTURE_WORDS =
  /securityContext|hostPath|hostNetwork|hostPID|hostIPC|hostUsers|hostPort|volumeDevices|\benv\b|envFrom|lifecycle|automountServiceAccountToken/;

function incomplete(found: FoundPod, span: Span): Unknown {
  return unknownAt(
    span,
    `containers of ${found.kind} ${found.name}`,
    "a container without an image is a patch of a manifest that stands elsewhere",
    "check the result: `kustomize build . | plimsoll check -`",
  );
}

function tooMany(found: FoundPod): Unknown {
  return unknownAt(
    found.span,
    "the rest of the file",
    `it holds more than ${MAX_CONTAINERS} containers`,
    "split it into smaller files",
  );
}
