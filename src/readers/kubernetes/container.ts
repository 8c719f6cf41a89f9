/** One container of a pod as a workload. */

import type { DefaultOrigin, Fact, Unknown } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import {
  isWindowsImage,
  parseDynamicTag,
  parseImageReference,
} from "../../model/image-reference.ts";
import type { Span } from "../../model/source.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { Namespaces } from "../../model/namespaces.ts";
import type { CapabilityRequest, Runtime } from "../../model/runtime.ts";
import type { ServiceAccount } from "../../model/service-account.ts";
import type { Workload } from "../../model/workload.ts";
import type { ReadContext } from "../contract.ts";
import { defaultRuntime } from "../default-runtime.ts";
import { imageFacts } from "../image-facts.ts";
import { asScalar, asText, entryOf, entrySpan, get, isNull } from "../yaml/access.ts";
import type { Field, Report } from "../yaml/fields.ts";
import { booleanField, factOf, field, listAt, mapAt, originOf, wrongItem } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { annotatedAppArmor, annotatedSeccomp } from "./annotations.ts";
import { readCommand, readExecs } from "./commands.ts";
import { readEnvironment } from "./environment.ts";
import { readLimits } from "./limits.ts";
import type { ContainerMounts } from "./mounts.ts";
import { readMounts, readVolumeDevices } from "./mounts.ts";
import type { PodFacts } from "./pod.ts";
import { readPorts } from "./ports.ts";
import type { SecurityScope } from "./security-scope.ts";
import { effectiveScope, readSecurityScope } from "./security-scope.ts";
import { userOf } from "./user.ts";

export type ContainerList = "initContainers" | "containers" | "ephemeralContainers";

export interface ContainerPlace {
  readonly list: ContainerList;
  readonly id: string;
  readonly containerName: string;
  /** "Deployment web" */
  readonly owner: string;
}

/** Whether the pod's API token is mounted, and whose it is. */
export interface AccountToken {
  readonly mounted: Fact<boolean>;
  readonly account: ServiceAccount;
}

/** The place that names a container: its `name`, else its whole entry. */
function containerSpan(node: YamlMap): Span {
  const name = entryOf(node, "name");
  return name === undefined || isNull(name.value) ? node.span : entrySpan(name);
}

export function readContainer(
  node: YamlMap,
  place: ContainerPlace,
  pod: PodFacts,
  token: AccountToken,
  reading: ReadContext,
): Workload {
  const unknowns: Unknown[] = [];
  const report: Report = (unknown) => {
    if (unknowns.length < 50) unknowns.push({ ...unknown, workload: place.id });
  };
  const source = containerSpan(node);
  const runtimeDefaults = defaultRuntime("kubernetes", source);
  const context = mapAt(node, "securityContext", report);
  const scope = effectiveScope(readSecurityScope(context, report), pod.scope);
  const image = readImage(node, source);
  const platform = platformOf(pod, image);
  const inherited = imageFacts(image, image.origin.span ?? source, reading);
  const user = userOf(scope, inherited.user, platform);
  const runtime = readRuntime(node, context, scope, pod, token, runtimeDefaults, place, report);
  const command = readCommand(node, imageOrigin(source), report);
  const startsAsImage =
    user === inherited.user && !("entrypoint" in (command.known ? command.value : {}));
  return {
    id: place.id,
    kind: "kubernetes-container",
    name: `${roleOf(node, place.list)} ${place.containerName} of ${place.owner}`,
    source,
    engine: "kubernetes",
    platform,
    image,
    user,
    command,
    ...(startsAsImage && inherited.privilegeDrop !== undefined
      ? { privilegeDrop: inherited.privilegeDrop }
      : {}),
    env: readEnvironment(node, report),
    runtime,
    execs: readExecs(node, user, report),
    unknowns,
    places: [],
  };
}

/** An image of Windows runs nowhere else, whatever the pod says of its node. */
function platformOf(pod: PodFacts, image: Fact<ImageReference>): "linux" | "windows" {
  return image.known && isWindowsImage(image.value) ? "windows" : pod.platform;
}

function roleOf(node: YamlMap, list: ContainerList): string {
  if (list === "ephemeralContainers") return "ephemeral container";
  if (list === "containers") return "container";
  return asText(get(node, "restartPolicy")) === "Always" ? "sidecar container" : "init container";
}

function imageOrigin(span: Span): DefaultOrigin {
  return { kind: "default", of: "the image", source: "the image's entrypoint and command", span };
}

function readImage(node: YamlMap, source: Span): Fact<ImageReference> {
  const written = field(node, "image", "an image's name", (value) => {
    const text = asScalar(value)?.text;
    return text === undefined ? undefined : (parseImageReference(text) ?? parseDynamicTag(text));
  });
  if (written === undefined) {
    return unknownFact(
      "no image is written here",
      "name the image; for a patch, check the result: `kustomize build . | plimsoll check -`",
      { kind: "default", of: "Kubernetes", source: "kubernetes v1.37", span: source },
    );
  }
  if (written.value !== undefined) return known(written.value, originOf(written));
  return unknownFact(
    "it is not an image's name as it stands",
    "write the image's name, or render the template that it comes from",
    originOf(written),
  );
}

function readRuntime(
  node: YamlMap,
  context: YamlMap | undefined,
  scope: SecurityScope,
  pod: PodFacts,
  token: AccountToken,
  defaults: Runtime,
  place: ContainerPlace,
  report: Report,
): Runtime {
  const capabilities = mapAt(context, "capabilities", report);
  const mounts = readMounts(node, pod.mounts, report);
  const { hostProcess } = scope;
  return {
    privileged:
      hostProcess === undefined || hostProcess.value === false
        ? factOf(booleanField(context, "privileged"), defaults.privileged)
        : factOf(hostProcess, defaults.privileged),
    capAdd: readCapabilities(capabilities, "add", report),
    capDrop: readCapabilities(capabilities, "drop", report),
    noNewPrivileges: factOf(
      negated(booleanField(context, "allowPrivilegeEscalation")),
      defaults.noNewPrivileges,
    ),
    seccomp: factOf(
      scope.seccomp ?? annotatedSeccomp(pod.annotations, place.containerName),
      defaults.seccomp,
    ),
    apparmor: factOf(
      scope.appArmor ?? annotatedAppArmor(pod.annotations, place.containerName),
      defaults.apparmor,
    ),
    selinux: factOf(scope.seLinux, defaults.selinux),
    procMask: factOf(readProcMount(context), defaults.procMask),
    namespaces: namespacesOf(pod, hostProcess, defaults.namespaces),
    readOnlyRoot: factOf(booleanField(context, "readOnlyRootFilesystem"), defaults.readOnlyRoot),
    limits: readLimits(node, pod, defaults.limits, report),
    mounts: mounts.mounts,
    devices: readVolumeDevices(node, pod.mounts, report),
    sysctls: pod.sysctls,
    ports: readPorts(node, report),
    serviceAccountToken: tokenFact(token.mounted, mounts),
    serviceAccount: token.account,
    groups: pod.groups,
    ...(pod.runtimeClass?.value === undefined
      ? {}
      : { ociRuntime: known(pod.runtimeClass.value, originOf(pod.runtimeClass)) }),
  };
}

function negated(written: Field<boolean> | undefined): Field<boolean> | undefined {
  if (written?.value === undefined) return written;
  return { ...written, value: !written.value };
}

function readProcMount(context: YamlMap | undefined): Field<"masked" | "unmasked"> | undefined {
  return field(context, "procMount", "Default or Unmasked", (node) => {
    const text = asText(node);
    if (text === "Unmasked") return "unmasked";
    return text === "Default" ? "masked" : undefined;
  });
}

/** A Windows host process has none of its own. */
function namespacesOf(
  { namespaces }: PodFacts,
  hostProcess: Field<boolean> | undefined,
  defaults: Namespaces,
): Namespaces {
  if (hostProcess?.value === true) {
    const host = known({ mode: "host" } as const, originOf(hostProcess));
    return { network: host, pid: host, ipc: host, uts: host, user: host, cgroup: host };
  }
  return {
    network: namespaces.network ?? defaults.network,
    pid: namespaces.pid ?? defaults.pid,
    ipc: namespaces.ipc ?? defaults.ipc,
    uts: namespaces.uts ?? defaults.uts,
    user: namespaces.user ?? defaults.user,
    cgroup: defaults.cgroup,
  };
}

function readCapabilities(
  capabilities: YamlMap | undefined,
  list: "add" | "drop",
  report: Report,
): CapabilityRequest[] {
  const requests: CapabilityRequest[] = [];
  for (const item of listAt(capabilities, list, report)) {
    const text = asText(item);
    if (text === undefined) {
      report(wrongItem(item, `capabilities.${list}`, "text"));
      continue;
    }
    requests.push({
      text,
      // Runtimes compare the whole name: "ALL " drops nothing. A request to add counts all the same.
      name: (list === "add" ? text.trim() : text).toUpperCase().replace(/^CAP_/, ""),
      origin: {
        kind: "set",
        span: item.span,
        ...(item.through === undefined ? {} : { through: item.through }),
      },
    });
  }
  return requests;
}

/** The container's own limits, else the pod's. A limit of 0 is none. */
/** A projected token for the API server is as good as the one that is mounted by itself. */
function tokenFact(token: Fact<boolean>, { tokenAt }: ContainerMounts): Fact<boolean> {
  if (tokenAt === undefined || (token.known && token.value)) return token;
  return known(true, { kind: "set", span: tokenAt });
}
