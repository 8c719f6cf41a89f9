/** Reads the annotations `plimsoll.dev/ignore.<rule-id>: reason… until=2027-01-31` of a pod. */

import type { PodSource } from "../../readers/contract.ts";
import type { Exception } from "./exception.ts";
import { parseReason } from "./exception.ts";

const PREFIX = "plimsoll.dev/ignore.";

/** An annotation covers every container of its pod. */
export function annotationExceptions(pod: PodSource): readonly Exception[] {
  const annotations = pod.metadata["annotations"];
  if (typeof annotations !== "object" || annotations === null) return [];
  return Object.entries(annotations)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => ({
      by: "annotation",
      rules: [name.slice(PREFIX.length)],
      ...parseReason(typeof value === "string" ? value : ""),
      span: pod.locate(["metadata", "annotations", name]),
      scope: {
        kind: "workloads",
        prefix: `${pod.source.file.path}#${pod.name.replace(" ", "/")}/`,
      },
    }));
}
