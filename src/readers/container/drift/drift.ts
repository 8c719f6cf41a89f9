/** A way in which a running container is not what its source asks for. */

import type { Span } from "../../../model/source.ts";
import type { Workload } from "../../../model/workload.ts";

export interface Drift {
  /** wider: it may do more than was asked for; narrower: less; other: something else. */
  readonly direction: "wider" | "narrower" | "other";
  /** As a clause after the container: "runs as root", "holds NET_ADMIN". */
  readonly what: string;
  /** What the source says, as a clause: "service web in compose.yaml sets the user 1000". */
  readonly source: string;
  /** In the container's inspection. */
  readonly span: Span;
  readonly sourceSpan: Span;
}

/** The two workloads that are compared. */
export interface Pair {
  readonly source: Workload;
  readonly running: Workload;
}

/** `service web in compose.yaml`. */
export function sourceName({ source }: Pair): string {
  return `${source.name} in ${source.source.file.path}`;
}

/** Where one fact of each stands; the workload where it stands nowhere. */
export interface Places {
  readonly running?: { readonly span?: Span } | undefined;
  readonly source?: { readonly span?: Span } | undefined;
}

/** `says` is what the source says, as the rest of a clause: "sets the user 1000". */
export function drift(
  pair: Pair,
  direction: Drift["direction"],
  what: string,
  says: string,
  places: Places,
): Drift {
  return {
    direction,
    what,
    source: `${sourceName(pair)} ${says}`,
    span: places.running?.span ?? pair.running.source,
    sourceSpan: places.source?.span ?? pair.source.source,
  };
}
