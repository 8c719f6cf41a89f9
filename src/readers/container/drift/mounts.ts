/** Mounts that no file asks for, or that give more than the file's. */

import type { Mount } from "../../../model/mounts.ts";
import type { Runtime } from "../../../model/runtime.ts";
import type { Workload } from "../../../model/workload.ts";
import { hostPathOf, joinPath } from "../../paths.ts";
import type { Drift, Pair } from "./drift.ts";
import { drift } from "./drift.ts";

export function mountDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const wanted = new Map(asked.mounts.map((mount) => [placeIn(mount), mount]));
  const directory = labelOf(pair.running, "com.docker.compose.project.working_dir");
  // What it takes over from other containers has no target here.
  const takesOver = asked.mounts.some(({ via }) => via === "volumes-from");
  return has.mounts.flatMap((mount): Drift[] => {
    const request = wanted.get(placeIn(mount));
    if (request === undefined) return takesOver ? [] : unasked(pair, mount);
    return changed(pair, request, mount, directory);
  });
}

function placeIn({ target }: Mount): string {
  return target === undefined ? "" : joinPath("/", target);
}

export function labelOf({ labels }: Workload, name: string): string | undefined {
  return labels?.find((label) => label.name === name)?.value;
}

/** Engines name volumes so that nobody gave a name. */
const ANONYMOUS = /^[0-9a-f]{64}$/;

/** An image's own volumes and file systems in memory give nothing of the host. */
function unasked(pair: Pair, mount: Mount): Drift[] {
  const { type, hostPath, source = "" } = mount;
  const anonymous = type === "volume" && hostPath === undefined && ANONYMOUS.test(source);
  if (type === "tmpfs" || anonymous) return [];
  const mode = mount.readOnly ? "read-only" : "writable";
  const what = `mounts ${thing(mount)} at ${mount.target ?? "?"}, ${mode}`;
  return [drift(pair, "wider", what, "mounts nothing there", { running: mount.origin })];
}

function thing({ type, hostPath, source = "" }: Mount): string {
  if (hostPath !== undefined) return `the host's ${hostPath}`;
  return type === "volume" ? `the volume ${source}` : `${type} ${source}`;
}

function changed(pair: Pair, request: Mount, mount: Mount, directory: string | undefined): Drift[] {
  const places = { running: mount.origin, source: request.origin };
  const given = request.type === "secret" || request.type === "config";
  const wanted = wantedPath(request, directory);
  const real = withoutDesktop(mount.hostPath);
  const target = mount.target ?? "?";
  if (real !== undefined && !given && mount.type === "bind") {
    const other = wanted !== undefined && wanted !== real;
    if (other || request.type === "volume") {
      const says = wanted === undefined ? "mounts a volume there" : `mounts ${wanted} there`;
      return [drift(pair, "wider", `mounts the host's ${real} at ${target}`, says, places)];
    }
  }
  if (request.readOnly && !mount.readOnly && !given) {
    const what = `mounts ${thing(mount)} at ${target} writable`;
    return [drift(pair, "wider", what, "mounts it read-only", places)];
  }
  if (/shared/.test(mount.propagation ?? "") && !/shared/.test(request.propagation ?? "")) {
    const what = `hands mounts below ${target} on to the host`;
    return [drift(pair, "wider", what, "does not ask for it", places)];
  }
  return !request.readOnly && mount.readOnly
    ? [drift(pair, "narrower", `mounts ${target} read-only`, "mounts it writable", places)]
    : [];
}

/** What the file mounts, as a path of the host; undefined where that cannot be told. */
function wantedPath(
  { hostPath, source, type }: Mount,
  directory: string | undefined,
): string | undefined {
  if (hostPath !== undefined) return hostPath.startsWith("~") ? undefined : hostPath;
  if (type !== "bind" || source === undefined || directory === undefined) return undefined;
  return source.includes("$") ? undefined : hostPathOf(joinPath(directory, source));
}

/** Docker Desktop shows paths of the machine as its own sees them. */
function withoutDesktop(path: string | undefined): string | undefined {
  return path?.replace(/^\/host_mnt(?=\/)/, "");
}
