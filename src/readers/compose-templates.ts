/** Compose services that run as part of another project: `extends` with `file`, and `include`. */

import type { SourceFile } from "../model/source.ts";
import type { Reading } from "./contract.ts";
import { baseName } from "./paths.ts";

/** What came of the files of one project. */
export interface ComposeReading {
  readonly group: readonly SourceFile[];
  readonly reading: Reading;
}

/** Files that `docker compose up` takes by itself, so that their services are containers whoever extends them. */
const RUN_BY_NAME = /^(docker-)?compose\.ya?ml$/;

/**
 * The readings without the services that another project takes over, by `extends` or by `include`: what
 * runs is the service over there, with everything that it adds and overrides, and that is judged.
 * Services of the same file that nobody takes stay. Files that take from each other in a circle keep all.
 */
export function withoutTemplates(composed: readonly ComposeReading[]): Reading[] {
  const takenBy = new Map(composed.map((one) => [one, takenIds(one)]));
  const templateFiles = new Set([...takenBy.values()].flat().map(pathOf));
  if (templateFiles.size === 0) return composed.map(({ reading }) => reading);
  const isTemplate = ({ group }: ComposeReading): boolean =>
    group.some(({ path }) => templateFiles.has(path) && !RUN_BY_NAME.test(baseName(path)));
  const taken = new Set(
    composed.filter((one) => !isTemplate(one)).flatMap((one) => takenBy.get(one) ?? []),
  );
  const kept = (id: string | undefined): boolean => id === undefined || !taken.has(id);
  return composed.map((one) => {
    const { reading } = one;
    if (!isTemplate(one)) return reading;
    return {
      ...reading,
      workloads: reading.workloads.filter(({ id }) => kept(id)),
      unknowns: reading.unknowns.filter(({ workload }) => kept(workload)),
    };
  });
}

/** Ids of services of other files that a project extends or includes. */
function takenIds({ group, reading }: ComposeReading): string[] {
  const own = new Set(group.map(({ path }) => path));
  const included = reading.workloads
    .filter(({ source }) => !own.has(source.file.path))
    .map(({ id }) => id);
  return [...(reading.extended ?? []), ...included].filter((id) => !own.has(pathOf(id)));
}

/** Of `common.yaml#services.base` the path; a `#` in the path itself stays. */
function pathOf(id: string): string {
  return id.slice(0, id.lastIndexOf("#services."));
}
