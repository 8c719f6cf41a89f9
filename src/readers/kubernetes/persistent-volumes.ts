/** PersistentVolumes that are a path of the node: whoever claims one gets the path. */

import { known, unknownFact } from "../../model/fact.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Workload } from "../../model/workload.ts";
import { hostPathOf } from "../paths.ts";
import { asString, entryOf, entrySpan, get, isNull } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { Span } from "../../model/source.ts";

/** A volume that is a path of a node; undefined for every other. */
export function persistentVolume(
  object: YamlMap,
  { name, span, id }: { readonly name: string; readonly span: Span; readonly id: string },
): Workload | undefined {
  const spec = get(object, "spec");
  const volumes = ["hostPath", "local"].flatMap((kind): readonly Mount[] => {
    const entry = entryOf(get(spec, kind), "path");
    if (entry === undefined || isNull(entry.value)) return [];
    const source = asString(entry.value) ?? "";
    const hostPath = hostPathOf(source);
    return [
      {
        type: "bind",
        source,
        ...(hostPath === undefined ? {} : { hostPath }),
        readOnly: false,
        origin: { kind: "set", span: entrySpan(entry) },
      },
    ];
  });
  if (volumes.length === 0) return undefined;
  const why = "a volume starts no container";
  const nothing = unknownFact(why, "check the pods that claim it", { kind: "set", span });
  return {
    id,
    kind: "kubernetes-container",
    name: `PersistentVolume ${name}`,
    source: span,
    engine: "kubernetes",
    platform: "linux",
    image: nothing,
    user: nothing,
    command: known({}, { kind: "set", span }),
    env: [],
    hostVolumes: volumes,
    execs: [],
    unknowns: [],
    places: [],
  };
}
