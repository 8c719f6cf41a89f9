/** The Compose reader: files in, one workload per service out. */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Workload } from "../../model/workload.ts";
import type { BuiltImage, ConsumedDockerfile, ReadContext, Reading } from "../contract.ts";
import { entriesOf, get } from "../yaml/access.ts";
import { buildOfService } from "./build.ts";
import type { EnvFileCache } from "./environment.ts";
import type { ServiceScope } from "./facts.ts";
import { loadProject } from "./load.ts";
import { mountsOf } from "./mounts.ts";
import { serviceWorkload, workloadId } from "./service.ts";
import { shapeUnknowns } from "./validate.ts";

/** Services that are read of one project. */
const MAX_SERVICES = 1000;

/**
 * Reads a project. Several files are merged in order, as with several `-f`. All services are read,
 * whatever their profiles; one that is wrong does not stop the others.
 */
export function readCompose(files: readonly SourceFile[], context: ReadContext): Reading {
  const project = loadProject(files, context);
  const unknowns: Unknown[] = [...project.unknowns];
  const { root } = project;
  if (root === undefined) {
    const path = files[0]?.path ?? "compose.yaml";
    const settle = "write `services:` or remove the file";
    if (unknowns.length === 0)
      unknowns.push({ path, what: "Compose file", why: "it is empty", settle });
    return { workloads: [], unknowns };
  }
  if (!project.legacy) unknowns.push(...shapeUnknowns(root));

  const scopes = new Map<string, ServiceScope>();
  for (const [name, { key, value }] of entriesOf(get(root, "services"))) {
    // A provider manages something that is no container.
    if (value.kind !== "map" || get(value, "provider") !== undefined) continue;
    scopes.set(name, { name, service: value, source: key.span, project, unknowns: [] });
  }
  const envFiles: EnvFileCache = { files: new Map(), taken: 0 };
  const memo = new Map<string, readonly Mount[] | "open">();
  const workloads: Workload[] = [];
  const consumed: ConsumedDockerfile[] = [];
  const builds: BuiltImage[] = [];
  for (const scope of scopes.values()) {
    if (workloads.length >= MAX_SERVICES) {
      const why = `the project has more than ${MAX_SERVICES} services`;
      unknowns.push(unknownAt(scope.source, "the rest of the project", why, "split the project"));
      break;
    }
    const mounts = mountsOf(scope, scopes, memo);
    const build = buildOfService(scope, context);
    consumed.push(...(build?.consumed ?? []));
    builds.push(...(build?.builds ?? []));
    const workload = serviceWorkload(scope, { mounts, build, envFiles }, context);
    const id = workloadId(scope);
    const own = scope.unknowns;
    const located = own.map((unknown) => ({ ...unknown, workload: id }));
    workloads.push({ ...workload, unknowns: located });
    for (const unknown of located) unknowns.push(unknown);
  }
  return { workloads, unknowns, consumed, builds, extended: project.extendedIds };
}
