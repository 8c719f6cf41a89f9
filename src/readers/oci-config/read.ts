/**
 * The configuration that an OCI runtime (runc, crun, runsc) is given: `config.json` of a bundle. It is
 * what engines arrive at in the end, so nothing is left to their defaults.
 * Source: opencontainers/runtime-spec v1.3.0, config.md, config-linux.md; runc's behaviour where the
 * specification leaves it open.
 */

import type { Fact, Unknown } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Seccomp } from "../../model/security-profiles.ts";
import type { Workload } from "../../model/workload.ts";
import type { ReadContext, Reading } from "../contract.ts";
import { defaultRuntime } from "../default-runtime.ts";
import { asString, entryOf, get, toPlain } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { booleanField, factOf, field, mapAt, originOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import { holdsEveryCapability, readCapabilities } from "./capabilities.ts";
import { allowsEveryDevice, readDevices } from "./devices.ts";
import { readApparmor, readSelinux } from "./mac.ts";
import { readMasks } from "./masks.ts";
import { readMounts } from "./mounts.ts";
import { readNamespaces } from "./namespaces.ts";
import { readCommand, readEnvironment, readGroups, readHooks, readUser } from "./process.ts";
import { readLimits, readSysctls } from "./resources.ts";

const MAX_UNKNOWNS = 200;

/** Reads one `config.json`: one workload, the container's process. */
export function readOciConfig(file: SourceFile, _context: ReadContext): Reading {
  const parsed = parseYaml(file);
  const unknowns: Unknown[] = parsed.unknowns.slice(0, MAX_UNKNOWNS);
  const root = parsed.documents[0]?.root;
  if (root?.kind !== "map" || !isConfig(root)) {
    if (unknowns.length === 0) {
      unknowns.push({
        path: file.path,
        what: "OCI runtime configuration",
        why: "the file has neither `ociVersion` nor `process`",
        settle: "give a config.json of a bundle, as `runc spec` writes it",
      });
    }
    return { workloads: [], unknowns };
  }
  if (parsed.documents.length > 1) {
    unknowns.push(
      unknownAt(
        parsed.documents[1]?.span ?? root.span,
        "second document",
        "a configuration is one JSON object; what follows it was not read",
        "remove what follows the object",
      ),
    );
  }
  const workload = readWorkload(file, root);
  return { workloads: [workload], unknowns: [...unknowns, ...workload.unknowns] };
}

function isConfig(root: YamlMap): boolean {
  return ["ociVersion", "process", "linux", "windows"].some((key) => root.entries.has(key));
}

function readWorkload(file: SourceFile, root: YamlMap): Workload {
  const id = `${file.path}#process`;
  const unknowns: Unknown[] = [];
  const report: Report = (unknown) => {
    if (unknowns.length < MAX_UNKNOWNS) unknowns.push({ ...unknown, workload: id });
  };
  const process = mapAt(root, "process", report);
  const source = entryOf(root, "process")?.key.span ?? firstKey(root);
  const platform =
    entryOf(root, "windows") !== undefined && entryOf(root, "linux") === undefined
      ? "windows"
      : "linux";
  const defaults = defaultRuntime("oci", source);
  const user = readUser(process, platform, source, report);
  const runtime = readRuntime(root, process, platform, defaults, report);
  return {
    id,
    kind: "oci-config",
    name: "process of the OCI configuration",
    source,
    engine: "oci",
    platform,
    image: imageOf(root, source),
    user,
    command: readCommand(process, source, report),
    env: readEnvironment(root, process, report),
    runtime,
    execs: readHooks(root, user, report),
    unknowns,
    places: [],
  };
}

function firstKey(root: YamlMap): Span {
  return root.entries.values().next().value?.key.span ?? root.span;
}

/** Annotations in which engines keep the image's name. */
const IMAGE_ANNOTATIONS = [
  "io.kubernetes.cri.image-name",
  "io.kubernetes.cri-o.ImageName",
  "org.opencontainers.image.ref.name",
];

function imageOf(root: YamlMap, source: Span): Fact<ImageReference> {
  const annotations = get(root, "annotations");
  for (const name of IMAGE_ANNOTATIONS) {
    const written = field(annotations, name, "an image's name", (node) =>
      parseImageReference(asString(node) ?? ""),
    );
    if (written?.value !== undefined) return known(written.value, originOf(written));
  }
  return unknownFact(
    "a runtime configuration names a root file system, not an image",
    "look at the file that the bundle was made from",
    {
      kind: "default",
      of: "the OCI runtime",
      source: "runtime-spec v1.3.0, config.md",
      span: source,
    },
  );
}

function readRuntime(
  root: YamlMap,
  process: YamlMap | undefined,
  platform: "linux" | "windows",
  defaults: Runtime,
  report: Report,
): Runtime {
  const linux = mapAt(root, "linux", report);
  const resources = mapAt(linux, "resources", report);
  const rootFs = mapAt(root, "root", report);
  const capabilities = readCapabilities(process, defaults.privileged.origin, report);
  const procMask = readMasks(root, linux, defaults.procMask.origin, report);
  const seccomp = readSeccomp(linux, defaults);
  const namespaces =
    platform === "windows"
      ? { namespaces: defaults.namespaces, mounts: [] }
      : readNamespaces(linux, report);
  const runtime: Runtime = {
    ...defaults,
    capAdd: capabilities.requests,
    exactCapabilities: capabilities.exact,
    noNewPrivileges: factOf(booleanField(process, "noNewPrivileges"), defaults.noNewPrivileges),
    seccomp,
    apparmor: readApparmor(process, defaults),
    selinux: readSelinux(process, defaults),
    procMask,
    namespaces: namespaces.namespaces,
    readOnlyRoot: factOf(booleanField(rootFs, "readonly"), defaults.readOnlyRoot),
    limits: readLimits(resources, defaults.limits, report),
    mounts: [...readMounts(root, rootFs, linux, report), ...namespaces.mounts],
    devices: readDevices(linux, resources, report),
    sysctls: readSysctls(linux, report),
    groups: readGroups(process, report),
  };
  return { ...runtime, privileged: isPrivileged(runtime, resources) ?? defaults.privileged };
}

/** What `--privileged` comes down to: every layer is off at once. */
function isPrivileged(runtime: Runtime, resources: YamlMap | undefined): Fact<boolean> | undefined {
  const { exactCapabilities, seccomp, procMask } = runtime;
  const unfiltered =
    seccomp.known && (seccomp.value.mode === "not-set" || seccomp.value.mode === "unconfined");
  const unmasked = procMask.known && procMask.value === "unmasked";
  if (exactCapabilities === undefined || !holdsEveryCapability(exactCapabilities)) return undefined;
  if (!unfiltered || !unmasked || !allowsEveryDevice(resources)) return undefined;
  const { origin } = exactCapabilities;
  if (origin.kind !== "set") return undefined;
  const derived = "every capability and device, no seccomp profile, no masked paths";
  return known(true, { ...origin, derived });
}

function readSeccomp(linux: YamlMap | undefined, defaults: Runtime): Runtime["seccomp"] {
  const written = field(linux, "seccomp", "a map", (node): Seccomp | undefined =>
    node.kind === "map" ? { mode: "custom", profile: toPlain(node) } : undefined,
  );
  // The whole profile would be a place of hundreds of lines; its key is enough.
  const key = entryOf(linux, "seccomp")?.key.span;
  return factOf(
    written === undefined || key === undefined ? written : { ...written, span: key },
    defaults.seccomp,
  );
}
