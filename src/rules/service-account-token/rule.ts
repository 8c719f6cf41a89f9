/** A Kubernetes API token is mounted into the container. */

import type { Rule } from "../contract.ts";
import { isKnown, isWritten } from "../posture.ts";
import { kubernetesHardening } from "../references.ts";

export const rule: Rule = {
  id: "service-account-token",
  title: "Service account token is mounted",
  layer: "control-planes-and-mounts",
  severity: "low",
  references: [kubernetesHardening("Protecting Pod service account tokens")],
  check: (workload) => {
    const token = workload.runtime?.serviceAccountToken;
    if (token === undefined || !isKnown(token, true)) return [];
    const asked = isWritten(token.origin);
    return [
      {
        severity: "low",
        confidence: "high",
        message: asked
          ? "a Kubernetes API token is mounted"
          : "a Kubernetes API token is mounted although nothing asks for it",
        detail:
          "The token of the pod's service account lies in the container's file system. An attacker inside talks to the cluster's API with it and may do whatever the account may: often list secrets or start pods.",
        help: "Set `automountServiceAccountToken: false` on the pod, unless the program calls the Kubernetes API",
        at: token.origin,
        label: asked ? "the token is mounted here" : "the token is mounted by default",
        subject: "service account token",
      },
    ];
  },
};
