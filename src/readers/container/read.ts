/**
 * A container as its engine tells it: `GET /containers/ID/json`, `docker inspect`, `podman inspect`. What the
 * engine applied stands there, so that little is left to defaults.
 * Sources: moby/moby b985e23 api/types/container; containers/podman c6580b4a52 (6.0)
 * libpod/define/container_inspect.go.
 */

import type { Unknown } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import { isRoot } from "../../model/user.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { Reading } from "../contract.ts";
import { defaultRuntime } from "../default-runtime.ts";
import { asString, entryOf, get } from "../yaml/access.ts";
import { booleanField, mapAt, originOf, textField } from "../yaml/fields.ts";
import { appliedFact } from "./applied.ts";
import { readCreateCommand } from "./create-command.ts";
import type { ContainerDocument } from "./document.ts";
import { openDocument } from "./document.ts";
import type { ContainerContext } from "./engine.ts";
import { engineFacts } from "./engine.ts";
import { readMounts } from "./mounts.ts";
import { readNamespaces } from "./namespaces.ts";
import { readPorts } from "./ports.ts";
import {
  readCommand,
  readEnvironment,
  readHealthCheck,
  readImage,
  readLabels,
  readPrivilegeDrop,
  readUser,
} from "./process.ts";
import { readDevices, readGroups, readLimits, readSysctls } from "./resources.ts";
import type { Inspected } from "./inspected.ts";
import { readCapabilities, readSecurity } from "./security.ts";

export type { ContainerContext } from "./engine.ts";

const MAX_UNKNOWNS = 200;

/** Reads what inspection gave, text or value. One workload, or an unknown that says why there is none. */
export function readContainer(inspected: unknown, context: ContainerContext = {}): Reading {
  const document = openDocument(inspected, context.target);
  if ("unknown" in document) return { workloads: [], unknowns: [document.unknown] };
  const workload = readWorkload(document, context);
  return { workloads: [workload], unknowns: [...document.unknowns, ...workload.unknowns] };
}

function readWorkload(document: ContainerDocument, context: ContainerContext): Workload {
  const { root, target, name } = document;
  const unknowns: Unknown[] = [];
  const report = (unknown: Unknown): void => {
    if (unknowns.length < MAX_UNKNOWNS) unknowns.push({ ...unknown, workload: target });
  };
  const engine = engineFacts(root, context);
  const source = (entryOf(root, "Name") ?? entryOf(root, "Id"))?.key.span ?? root.span;
  const config = mapAt(root, "Config", report);
  const container: Inspected = {
    root,
    config,
    host: mapAt(root, "HostConfig", report),
    engine,
    defaults: defaultRuntime(engine.name, source),
    created: engine.name === "podman" ? readCreateCommand(config) : undefined,
    report,
  };
  const user = readUser(container);
  const image = readImage(container);
  const command = readCommand(container);
  const drop = readPrivilegeDrop(container, user, image, command);
  const runtime = readRuntime(container, context, user.known && isRoot(user.value));
  return {
    id: target,
    kind: "container",
    name: `container ${name}`,
    source,
    engine: engine.name,
    platform: asString(get(root, "Platform")) === "windows" ? "windows" : "linux",
    image,
    user,
    command,
    ...(drop === undefined ? {} : { privilegeDrop: drop }),
    env: readEnvironment(container),
    labels: readLabels(container),
    runtime,
    execs: readHealthCheck(container, user, runtime.privileged),
    unknowns,
    places: [],
  };
}

function readRuntime(container: Inspected, context: ContainerContext, asRoot: boolean): Runtime {
  const { root, host, defaults } = container;
  const privileged = appliedFact(booleanField(host, "Privileged"), defaults.privileged);
  const runtime = textField(root, "OCIRuntime") ?? textField(host, "Runtime");
  const hasRuntime =
    runtime?.value !== undefined && runtime.value !== "" && runtime.value !== "oci";
  return {
    ...defaults,
    ...readCapabilities(container, asRoot),
    ...readSecurity(container, privileged),
    privileged,
    namespaces: readNamespaces(container),
    readOnlyRoot: appliedFact(booleanField(host, "ReadonlyRootfs"), defaults.readOnlyRoot),
    limits: readLimits(container),
    mounts: readMounts(container, context),
    devices: readDevices(container),
    sysctls: readSysctls(container),
    ports: readPorts(container),
    groups: readGroups(container),
    ...(hasRuntime ? { ociRuntime: known(runtime.value, originOf(runtime)) } : {}),
  };
}
