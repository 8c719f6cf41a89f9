/** A Kubernetes API token is mounted into the container. */

import type { ServiceAccount } from "../../model/service-account.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { listWords } from "../in-form.ts";
import { isKnown, isWritten } from "../posture.ts";
import { kubernetesHardening } from "../references.ts";
import { graveGain } from "./rights.ts";

export const rule: Rule = {
  id: "service-account-token",
  title: "Service account token is mounted",
  layer: "control-planes-and-mounts",
  severity: "low",
  references: [kubernetesHardening("Protecting Pod service account tokens")],
  check: (workload) => {
    const { serviceAccountToken: token, serviceAccount: account } = workload.runtime ?? {};
    if (token === undefined || !isKnown(token, true)) return [];
    const asked = isWritten(token.origin);
    return [
      {
        ...(account === undefined || account.bindings.length === 0
          ? unbound(account, asked)
          : bound(account)),
        confidence: "high",
        at: token.origin,
        label: asked ? "the token is mounted here" : "the token is mounted by default",
        subject: "service account token",
      },
    ];
  },
};

type Judgement = Pick<FindingDraft, "severity" | "message" | "detail" | "help" | "related">;

const LIES_IN = "The token of the pod's service account lies in the container's file system.";

function unbound(account: ServiceAccount | undefined, asked: boolean): Judgement {
  if (account?.named === true) {
    return {
      severity: "low",
      message: `the API token of service account ${account.name} is mounted`,
      detail: `${LIES_IN} The pod names an account of its own, and nothing here tells what it may do; an attacker inside may do the same.`,
      help: "Set `automountServiceAccountToken: false` on the pod when the program does not call the Kubernetes API; when it does, bind the account to a Role with the few rights that it needs",
    };
  }
  return {
    severity: "low",
    message: asked
      ? "a Kubernetes API token is mounted"
      : "a Kubernetes API token is mounted although nothing asks for it",
    detail: `${LIES_IN} An attacker inside talks to the cluster's API with it and may do whatever the account may: often list secrets or start pods.`,
    help: "Set `automountServiceAccountToken: false` on the pod, unless the program calls the Kubernetes API",
  };
}

/** How many bindings are told one by one. */
const MOST_TOLD = 3;

/** Somebody gave the account rights, so that the program most likely calls the API: what counts is which. */
function bound({ name, bindings }: ServiceAccount): Judgement {
  const judged = bindings
    .map((binding) => ({ binding, gain: graveGain(binding) }))
    .toSorted((left, right) => weight(right) - weight(left));
  const [gravest] = judged;
  const gain = gravest?.gain;
  const wide = gravest?.binding.clusterWide === true;
  const told = judged.slice(0, MOST_TOLD).map(({ binding }) => binding);
  const more = bindings.length - told.length;
  const roles = told.map(({ role }) => `${role.kind} ${role.name}`);
  const all = listWords(more > 0 ? [...roles, `${more} more`] : roles);
  const unread = judged.find((each) => each.gain === undefined && each.binding.rules === undefined);
  return {
    severity: gain === undefined ? "low" : wide ? "high" : "medium",
    message: `the API token of service account ${name} is mounted, which is bound to ${all}`,
    detail: `${LIES_IN} ${
      gain === undefined
        ? "An attacker inside may do with the cluster's API what the account may."
        : `With it an attacker inside ${gain}, ${wide ? "in every namespace, and so holds the cluster" : "in the namespace of the binding, and so holds that"}.`
    }${unread === undefined ? "" : ` What ${unread.binding.role.kind} ${unread.binding.role.name} allows does not stand here.`}`,
    help:
      gain === undefined
        ? "Keep the account's rights to the verbs and resources that the program uses, and use the account for this program only"
        : `Bind the account to a Role of its own with only the verbs and resources that the program uses, in place of ${gravest?.binding.role.kind} ${gravest?.binding.role.name}, by a RoleBinding where one namespace is enough`,
    related: told.map(({ span, name: binding }) => ({ span, label: `${binding} binds it` })),
  };
}

/** Grave before harmless, the whole cluster before a namespace. */
function weight({
  binding,
  gain,
}: {
  readonly binding: ServiceAccount["bindings"][number];
  readonly gain: string | undefined;
}): number {
  return (gain === undefined ? 0 : 2) + (binding.clusterWide ? 1 : 0);
}
