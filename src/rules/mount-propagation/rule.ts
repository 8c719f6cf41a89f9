/** Mounts that the container makes appear on the host. */

import type { Mount } from "../../model/mounts.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { linuxRuntime } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "mount-propagation",
  title: "Mounts propagate to the host",
  layer: "control-planes-and-mounts",
  severity: "medium",
  references: [...cisDocker("5.20"), ...nist("3.5.5")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    return runtime.mounts
      .filter(({ propagation }) => propagation === "shared" || propagation === "rshared")
      .map((mount) => ({
        severity: "medium" as const,
        confidence: "high" as const,
        message: `mounts made under ${mount.target ?? "it"} appear on the host`,
        detail: `The mount of ${mount.source ?? "the volume"} has ${mount.propagation ?? "shared"} propagation: what the container mounts there, the host and every other container see too. An attacker inside who may mount covers files of the host with their own.`,
        help: inForm(workload, {
          compose: "Set `bind.propagation: rprivate`, or `rslave` to see the host's later mounts",
          kubernetes: "Remove `mountPropagation: Bidirectional`, or use `HostToContainer`",
          run: "Remove `shared` from the mount's options, or use `rslave` to see the host's later mounts",
          oci: "Replace `shared` by `rprivate` or `rslave` in the mount's options",
        }),
        ...placeOf(mount),
        label: "propagates to the host",
        subject: mount.target ?? mount.source ?? "mount",
      }));
  },
};

/** The word that shares the mount; the mount itself beside it, where that stands elsewhere. */
function placeOf({ origin, propagationAt }: Mount): Pick<FindingDraft, "at" | "related"> {
  if (propagationAt === undefined || origin.span === undefined) return { at: origin };
  return {
    at: { ...origin, span: propagationAt },
    related: [{ span: origin.span, label: "what is mounted" }],
  };
}
