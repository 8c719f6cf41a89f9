/** The container's root file system may be written. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { isKnown, linuxRuntime } from "../posture.ts";
import { cisDocker, kubernetesHardening, nist } from "../references.ts";

export const rule: Rule = {
  id: "writable-root-filesystem",
  title: "Root file system is writable",
  layer: "cgroups-and-file-system",
  severity: "low",
  references: [
    ...cisDocker("5.13"),
    kubernetesHardening("Immutable container file systems"),
    ...nist("4.4.4"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !isKnown(runtime.readOnlyRoot, false)) return [];
    return [
      {
        severity: "low",
        confidence: "high",
        message: "root file system is writable",
        detail:
          "Programs and settings of the image can be changed while it runs. An attacker inside leaves tools and changed programs that stay until the container is removed.",
        help: inForm(workload, {
          compose:
            "Add `read_only: true`, and a `tmpfs:` for each path that the program writes (`/tmp`, `/run`)",
          kubernetes:
            "Set `readOnlyRootFilesystem: true` in `securityContext`, and mount an `emptyDir` at each path that the program writes (`/tmp`)",
          run: "Add `--read-only`, and a `--tmpfs` for each path that the program writes (`/tmp`, `/run`)",
          oci: "Set `root.readonly` to true, and mount a tmpfs at each path that the program writes",
        }),
        at: runtime.readOnlyRoot.origin,
        label: "root file system is writable",
        subject: "root file system",
      },
    ];
  },
};
