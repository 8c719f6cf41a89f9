/** What a pod decides for all of its containers, read once per pod. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Namespace } from "../../model/namespaces.ts";
import type { Runtime, Sysctl } from "../../model/runtime.ts";
import { asBoolean, asScalar, asString, asText, get, itemsOf } from "../yaml/access.ts";
import type { Field, Report } from "../yaml/fields.ts";
import {
  booleanField,
  factOf,
  inheritedField,
  listAt,
  mapAt,
  mapsAt,
  originOf,
  textField,
} from "../yaml/fields.ts";
import { field } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import type { MountContext } from "./mounts.ts";
import type { SecurityScope } from "./security-scope.ts";
import { inheritedScope, readSecurityScope } from "./security-scope.ts";
import { readVolumes } from "./volumes.ts";

export interface PodFacts {
  readonly spec: YamlMap;
  readonly annotations: YamlNode | undefined;
  readonly platform: "linux" | "windows";
  /** The pod's security context as containers take it over. */
  readonly scope: SecurityScope;
  readonly namespaces: PodNamespaces;
  readonly sysctls: readonly Sysctl[];
  readonly groups: Runtime["groups"];
  readonly mounts: MountContext;
  /** `spec.resources.limits` */
  readonly limits: YamlMap | undefined;
  readonly runtimeClass: Field<string> | undefined;
}

/** Namespaces that the pod's fields change; undefined where the default holds. */
export interface PodNamespaces {
  readonly network: Fact<Namespace> | undefined;
  readonly uts: Fact<Namespace> | undefined;
  readonly pid: Fact<Namespace> | undefined;
  readonly ipc: Fact<Namespace> | undefined;
  readonly user: Fact<Namespace> | undefined;
}

export function readPodFacts(
  pod: YamlMap,
  spec: YamlMap,
  owner: YamlMap,
  report: Report,
): PodFacts {
  const context = mapAt(spec, "securityContext", report);
  const scope = inheritedScope(readSecurityScope(context, report));
  return {
    spec,
    annotations: mapAt(mapAt(pod, "metadata", report), "annotations", report),
    platform: isWindows(spec, scope) ? "windows" : "linux",
    scope,
    namespaces: readNamespaces(spec),
    sysctls: readSysctls(context, report),
    groups: readGroups(context, report),
    mounts: { volumes: readVolumes(spec, get(owner, "spec"), report), mounted: new Set() },
    limits: mapAt(mapAt(spec, "resources", report), "limits", report),
    runtimeClass: inheritedField(textField(spec, "runtimeClassName"), "the pod"),
  };
}

function isWindows(spec: YamlMap, scope: SecurityScope): boolean {
  const os = asString(get(get(spec, "os"), "name"));
  if (os !== undefined) return os === "windows";
  const selector = get(spec, "nodeSelector");
  const selected =
    asString(get(selector, "kubernetes.io/os")) ?? asString(get(selector, "beta.kubernetes.io/os"));
  if (selected === "windows" || scope.hostProcess?.value === true) return true;
  // A pod's containers run on one node, so that one host process makes it a Windows node.
  return itemsOf(get(spec, "containers")).some((container) => {
    const options = get(get(container, "securityContext"), "windowsOptions");
    return asBoolean(get(options, "hostProcess")) === true;
  });
}

function readNamespaces(spec: YamlMap): PodNamespaces {
  const hostNetwork = booleanField(spec, "hostNetwork");
  const network = shared(hostNetwork, "host");
  return {
    network,
    // Source: containerd 301026e, internal/cri/server/podsandbox/sandbox_run_linux.go: with the host's
    // network a pod has the host's UTS namespace too.
    uts:
      network?.known === true && hostNetwork !== undefined
        ? known(network.value, {
            kind: "inherited",
            from: "hostNetwork, which brings the host's names along",
            span: hostNetwork.span,
          })
        : network,
    pid:
      shared(booleanField(spec, "hostPID"), "host") ??
      shared(booleanField(spec, "shareProcessNamespace"), "pod"),
    ipc: shared(booleanField(spec, "hostIPC"), "host"),
    user: userNamespace(booleanField(spec, "hostUsers")),
  };
}

/** `true` gives the mode; `false` is as if nothing were written. */
function shared(
  written: Field<boolean> | undefined,
  mode: "host" | "pod",
): Fact<Namespace> | undefined {
  if (written === undefined || written.value === false) return undefined;
  return factOf(
    { ...written, value: written.value === undefined ? undefined : { mode } },
    hostDefault,
  );
}

function userNamespace(written: Field<boolean> | undefined): Fact<Namespace> | undefined {
  if (written === undefined) return undefined;
  const { value } = written;
  const mode = value === true ? "host" : "own";
  return factOf({ ...written, value: value === undefined ? undefined : { mode } }, hostDefault);
}

/** Never used: the fields above are there when it could be. */
const hostDefault: Fact<Namespace> = known(
  { mode: "host" },
  { kind: "default", of: "Kubernetes", source: "kubernetes v1.37" },
);

function readSysctls(context: YamlMap | undefined, report: Report): Sysctl[] {
  const sysctls: Sysctl[] = [];
  for (const node of mapsAt(context, "sysctls", report)) {
    const name = asText(get(node, "name"));
    if (name === undefined) continue;
    sysctls.push({ name, value: asText(get(node, "value")) ?? "", origin: podOrigin(node) });
  }
  return sysctls;
}

function readGroups(context: YamlMap | undefined, report: Report): Runtime["groups"] {
  const groups: { readonly text: string; readonly origin: Origin }[] = [];
  for (const node of listAt(context, "supplementalGroups", report)) {
    const text = asText(node);
    if (text !== undefined) groups.push({ text, origin: podOrigin(node) });
  }
  const fsGroup = field(context, "fsGroup", "a whole number", (node) => asScalar(node)?.text);
  if (fsGroup?.value !== undefined) {
    groups.push({ text: fsGroup.value, origin: originOf({ ...fsGroup, from: "the pod" }) });
  }
  return groups;
}

function podOrigin(node: YamlNode): Origin {
  return {
    kind: "inherited",
    from: "the pod",
    span: node.span,
    ...(node.through === undefined ? {} : { through: node.through }),
  };
}
