/**
 * What a running container does beyond its file, told where it is judged.
 *
 * A finding on a container says that no file asks for what it is about: the same id, louder, with the file as a
 * second place. What is wider and no finding stands on is an unknown, which is output as a finding is: nobody
 * decided it in a file that can be read. Ids of rules say what a container may do, not how it came to, so that
 * there is none for drift. What is narrower is no danger and is left to whoever asks for it.
 */

import { clip } from "../model/clip.ts";
import type { Unknown } from "../model/fact.ts";
import { unknownAt } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import { sameSpan } from "../model/source.ts";
import type { Workload } from "../model/workload.ts";
import type { Drift } from "../readers/container/drift/drift.ts";
import type { DriftedContainer } from "../readers/container/drift/drifted.ts";

export function withDrift(
  findings: readonly Finding[],
  containers: readonly Pick<DriftedContainer, "running" | "drifts">[],
): { readonly findings: Finding[]; readonly unknowns: Unknown[] } {
  const wider = new Map<string, Drift[]>(
    containers.map(({ running, drifts }) => [
      running.id,
      drifts.filter(({ direction }) => direction === "wider"),
    ]),
  );
  const told = new Set<Drift>();
  const louder = findings.map((finding) => {
    // What is seen of a container besides its inspection has no place in it.
    if (finding.place !== undefined) return finding;
    const here = finding.workloads
      .flatMap((id) => wider.get(id) ?? [])
      .filter(({ span }) => sameSpan(span, finding.primary));
    for (const drift of here) told.add(drift);
    return here[0] === undefined ? finding : withSource(finding, here[0]);
  });
  const unknowns = containers.flatMap(({ running }) =>
    (wider.get(running.id) ?? [])
      .filter((drift) => !told.has(drift))
      .map((drift) => ({ ...unknownOf(drift, running), workload: running.id })),
  );
  return { findings: louder, unknowns };
}

const MAX_LINE = 500;
const MAX_PARAGRAPH = 3000;

function withSource(finding: Finding, { source, sourceSpan }: Drift): Finding {
  return {
    ...finding,
    message: clip(`${finding.message}, which no file asks for`, MAX_LINE),
    detail: clip(`No file asks for it: ${source}. ${finding.detail}`, MAX_PARAGRAPH),
    related: finding.related.some(({ span }) => sameSpan(span, sourceSpan))
      ? finding.related
      : [...finding.related, { span: sourceSpan, label: "what the file asks for" }],
  };
}

function unknownOf({ what, source, span }: Drift, running: Workload): Unknown {
  return unknownAt(
    span,
    `drift of ${running.name}`,
    clip(`it ${what}, which no file asks for: ${source}`, MAX_LINE),
    "create the container again from its file, or write it there if it is meant",
  );
}
