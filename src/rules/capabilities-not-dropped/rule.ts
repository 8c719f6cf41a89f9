/** The engine's default capabilities are kept. */

import { engines } from "../../linux/engines.ts";
import type { Origin } from "../../model/fact.ts";
import type { Rule } from "../contract.ts";
import { heldCapabilities } from "../held-capabilities.ts";
import { inForm, listWords } from "../in-form.ts";
import { isPrivileged, linuxRuntime } from "../posture.ts";
import { cisDocker, kubernetesHardening, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "capabilities-not-dropped",
  title: "Default capabilities are not dropped",
  layer: "capabilities",
  severity: "low",
  references: [
    ...cisDocker("5.4"),
    podSecurity("restricted", "Capabilities (v1.22+)"),
    kubernetesHardening("Pod security enforcement"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    const held = heldCapabilities(workload);
    if (runtime === undefined || held === undefined || isPrivileged(runtime)) return [];
    const { capAdd, capDrop } = runtime;
    // The lists of a configuration are not wishes but the result. Of a container its engine tells both.
    const exact = workload.kind === "container" ? undefined : runtime.exactCapabilities;
    const asked = exact === undefined ? capAdd.map(({ name }) => name) : [];
    if (asked.includes("ALL")) return [];
    // A configuration with exact lists keeps the defaults when it has all that any engine gives.
    const least = engines["cri-o"].defaults.capabilities;
    if (exact !== undefined && !least.every((name) => held.bounding.includes(name))) return [];
    const { capabilities: usual } =
      engines[exact === undefined ? workload.engine : "docker"].defaults;
    const kept = held.bounding.filter((name) => usual.includes(name) && !asked.includes(name));
    if (kept.length === 0) return [];
    const engine = engines[workload.engine];
    const at: Origin =
      exact?.origin ??
      capDrop[0]?.origin ??
      ({
        kind: "default",
        of: engine.title,
        source: engine.source,
        span: workload.source,
      } as const);
    return [
      {
        severity: "low",
        confidence: "high",
        message: `keeps ${kept.length} default ${kept.length === 1 ? "capability" : "capabilities"}`,
        detail: `Nothing drops ${listWords(kept)}. An attacker who becomes root inside uses them: ${kept.includes("NET_RAW") ? "to forge packets on the container's network, " : ""}to own and read every file of a mounted volume, to become any user.`,
        help: inForm(workload, {
          compose:
            "Add `cap_drop: [ALL]` to the service, and under `cap_add` only what the program needs",
          kubernetes:
            "Set `capabilities: {drop: [ALL]}` in the container's `securityContext`, and `add` only what the program needs",
          run: "Add `--cap-drop ALL`, and a `--cap-add` only for what the program needs",
          oci: "Shorten the lists of `process.capabilities` to what the program needs",
        }),
        at,
        label: capDrop.length > 0 ? "not all are dropped" : "no capability is dropped",
        subject: "capabilities",
      },
    ];
  },
};
