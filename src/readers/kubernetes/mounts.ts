/**
 * Mounts of a pod's volumes in a container, and volumes handed over as block devices.
 * Source: kubernetes v1.37, k8s.io/api core/v1 types.go (VolumeMount, VolumeDevice).
 */

import type { Origin } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Device } from "../../model/devices.ts";
import type { Mount } from "../../model/mounts.ts";
import { hostPathOf, joinPath } from "../paths.ts";
import { entryOf, entrySpan } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { booleanField, mapsAt, reported, textAt } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { Volume } from "./volumes.ts";

/** Source: kubernetes v1.37, pkg/kubelet/kuberuntime; the names are the kernel's. */
const PROPAGATION: ReadonlyMap<string, string> = new Map([
  ["None", "rprivate"],
  ["HostToContainer", "rslave"],
  ["Bidirectional", "rshared"],
]);

export interface MountContext {
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of volumes that some container mounts; filled while reading. */
  readonly mounted: Set<string>;
}

export interface ContainerMounts {
  readonly mounts: readonly Mount[];
  /** Where a service-account token is mounted as a projected volume. */
  readonly tokenAt?: Span;
}

export function readMounts(
  container: YamlMap,
  context: MountContext,
  report: Report,
): ContainerMounts {
  const mounts: Mount[] = [];
  let tokenAt: Span | undefined;
  for (const node of mapsAt(container, "volumeMounts", report)) {
    const name = textAt(node, "name", report);
    const volume = name === undefined ? undefined : context.volumes.get(name);
    if (name === undefined || volume === undefined) {
      report(
        unknownAt(
          node.span,
          "volume mount",
          name === undefined ? "it names no volume" : `the pod has no volume ${name.slice(0, 253)}`,
          "add the volume to the pod, or correct the name",
        ),
      );
      continue;
    }
    context.mounted.add(name);
    mounts.push(mountOf(node, volume, report));
    tokenAt ??= volume.tokenAt;
  }
  return { mounts, ...(tokenAt === undefined ? {} : { tokenAt }) };
}

function mountOf(node: YamlMap, volume: Volume, report: Report): Mount {
  const target = textAt(node, "mountPath", report);
  const subPath = textAt(node, "subPath", report);
  const propagationText = textAt(node, "mountPropagation", report);
  const propagation = PROPAGATION.get(propagationText ?? "");
  const propagationAt = entryOf(node, "mountPropagation");
  if (propagationText !== undefined && propagation === undefined) {
    report(
      unknownAt(
        node.span,
        "mountPropagation",
        "it must be None, HostToContainer or Bidirectional",
        "correct mountPropagation",
      ),
    );
  }
  const readOnly = reported(booleanField(node, "readOnly"), report);
  const below = (path: string): string => (subPath === undefined ? path : joinPath(path, subPath));
  const { source, hostPath, fileMode } = volume;
  return {
    type: volume.type,
    ...(source === undefined ? {} : { source: hostPath === undefined ? source : below(source) }),
    ...(hostPath === undefined ? {} : { hostPath: hostPathOf(below(hostPath)) ?? hostPath }),
    ...(target === undefined ? {} : { target }),
    readOnly: volume.alwaysReadOnly || readOnly === true,
    ...(propagation === undefined ? {} : { propagation }),
    ...(propagationAt === undefined ? {} : { propagationAt: entrySpan(propagationAt) }),
    ...(fileMode === undefined ? {} : { fileMode }),
    ...(volume.via === undefined ? {} : { via: volume.via }),
    origin: mountOrigin(node, volume, target),
  };
}

/** A host path is mended at the volume, everything else at the mount. */
function mountOrigin(node: YamlMap, volume: Volume, target: string | undefined): Origin {
  const mount = {
    span: firstLineOf(node),
    label: `mounted here${target === undefined ? "" : ` at ${target}`}`,
  };
  const through = node.through ?? [];
  if (volume.type === "bind") {
    return { kind: "set", span: volume.span, through: [mount, ...through, ...volume.through] };
  }
  const declared = { span: volume.span, label: "the volume" };
  return { kind: "set", span: mount.span, through: [declared, ...through, ...volume.through] };
}

/** The name's entry rather than the whole map, so that a report points at one line. */
function firstLineOf(node: YamlMap): Span {
  const name = entryOf(node, "name");
  return name === undefined ? node.span : entrySpan(name);
}

/** Host paths that no container mounts: still granted to the pod. */
export function unmountedHostPaths({ volumes, mounted }: MountContext): Mount[] {
  const mounts: Mount[] = [];
  for (const volume of volumes.values()) {
    if (volume.type !== "bind" || mounted.has(volume.name)) continue;
    const { source, hostPath, span, through } = volume;
    mounts.push({
      type: "bind",
      ...(source === undefined ? {} : { source }),
      ...(hostPath === undefined ? {} : { hostPath }),
      readOnly: false,
      origin: { kind: "set", span, through },
    });
  }
  return mounts;
}

/** Block devices: volumes that are handed over unformatted. */
export function readVolumeDevices(
  container: YamlMap,
  { volumes, mounted }: MountContext,
  report: Report,
): Device[] {
  return mapsAt(container, "volumeDevices", report).map((node) => {
    const name = textAt(node, "name", report) ?? "?";
    const target = textAt(node, "devicePath", report);
    mounted.add(name);
    return {
      path: volumes.get(name)?.source ?? name,
      ...(target === undefined ? {} : { target }),
      form: "block-volume",
      origin: { kind: "set", span: firstLineOf(node) },
    };
  });
}
