/** A named volume is in truth a directory of the host. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { linuxRuntime } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "volume-driver-bind",
  title: "Named volume is a directory of the host",
  layer: "control-planes-and-mounts",
  severity: "low",
  references: [...cisDocker("5.6"), ...nist("3.5.5")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    return runtime.mounts.flatMap((mount) => {
      if (mount.via !== "volume-driver" || mount.hostPath === undefined) return [];
      const name = mount.source ?? "the volume";
      return [
        {
          severity: "low",
          confidence: "high",
          message: `volume ${name} is the host's directory ${mount.hostPath}`,
          detail: `Driver options make the named volume a bind mount. Whoever reads only the mount takes it for the engine's own storage, and the engine checks neither that the path exists nor who owns it. An attacker inside gets that directory of the host${mount.readOnly ? ", to read" : ""}.`,
          help: inForm(workload, {
            compose: `Drop \`driver_opts\` so that the engine keeps the data, or mount \`${mount.hostPath}\` openly under the service's \`volumes:\``,
            kubernetes: "Use a PersistentVolumeClaim",
            run: `Drop \`volume-opt\` so that the engine keeps the data, or mount \`${mount.hostPath}\` openly with \`-v\``,
            oci: "Mount storage that belongs to the container alone",
          }),
          at: mount.origin,
          label: `bind of ${mount.hostPath}`,
          subject: mount.hostPath,
        },
      ];
    });
  },
};
