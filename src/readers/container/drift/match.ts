/** Which file a container was made from. */

import type { Workload } from "../../../model/workload.ts";
import { baseName, joinPath } from "../../paths.ts";
import { labelOf } from "./mounts.ts";

export interface MatchContext {
  /** What reported paths are relative to, absolute and with `/`. */
  readonly directory: string;
}

/** Finds the workloads of files that containers were made from. Made once for all containers. */
export function sourceFinder(
  sources: readonly Workload[],
  { directory }: MatchContext,
): (running: Workload) => Workload | undefined {
  const services = Map.groupBy(
    sources.filter(({ kind }) => kind === "compose-service"),
    serviceOf,
  );
  const byImage = Map.groupBy(
    sources.filter(
      ({ kind, image, runtime }) => STARTED.has(kind) && image.known && runtime !== undefined,
    ),
    ({ image }) => (image.known ? image.value.repository : ""),
  );
  return (running) => {
    const service = labelOf(running, "com.docker.compose.service");
    if (service !== undefined) return ofCompose(running, services.get(service) ?? [], directory);
    if (!running.image.known) return undefined;
    return only(
      (byImage.get(running.image.value.repository) ?? []).filter(
        ({ kind }) => kind !== "compose-service",
      ),
    );
  };
}

/** Containers of Compose say so themselves; a Pod's do not run in Docker. */
const STARTED: ReadonlySet<Workload["kind"]> = new Set(["run-line", "compose-service"]);

/** `path#services.NAME`. */
function serviceOf({ id }: Workload): string {
  const at = id.indexOf("#services.");
  return at < 0 ? "" : id.slice(at + "#services.".length);
}

/** By the files that Compose read; where it ran in another folder or on another machine, by their names. */
function ofCompose(
  running: Workload,
  candidates: readonly Workload[],
  directory: string,
): Workload | undefined {
  const files = (labelOf(running, "com.docker.compose.project.config_files") ?? "")
    .slice(0, 20_000)
    .split(",")
    .map((path) => joinPath(path));
  const here = new Set(files);
  const exact = candidates.filter(({ source, id }) => {
    const path = id.slice(0, id.indexOf("#services."));
    return [path, source.file.path].some((each) => here.has(joinPath(directory, each)));
  });
  if (exact.length > 0) return exact[0];
  const names = new Set(files.map(baseName));
  const image = running.image.known ? running.image.value.repository : undefined;
  const named = candidates.filter(({ id }) =>
    names.has(baseName(id.slice(0, id.indexOf("#services.")))),
  );
  const sameImage = named.filter(
    (each) => each.image.known && each.image.value.repository === image,
  );
  return (
    only(sameImage) ??
    only(named.filter((each) => !each.image.known || each.imageBuiltHere === true))
  );
}

/** With several it would be a guess. */
function only(candidates: readonly Workload[]): Workload | undefined {
  return candidates.length === 1 ? candidates[0] : undefined;
}
