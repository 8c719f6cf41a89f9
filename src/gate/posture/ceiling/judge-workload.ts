/** The rulebook on what a creation would start: findings at or above the policy's ceiling refuse it. */

import type { Workload } from "../../../model/workload.ts";
import type { FindingDraft, Rule } from "../../../rules/contract.ts";
import { rules } from "../../../rules/registry.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { Judging } from "../judging.ts";
import { fieldOf } from "../workload/nodes.ts";
import { liftedBy, rulesAtTheSocket } from "./rules-at-the-socket.ts";
import { isRefusedByCeiling } from "./threshold.ts";

const liftable: ReadonlySet<string> = new Set(Object.values(liftedBy).flat());

const rulesByClient = new WeakMap<ClientPolicy, readonly Rule[]>();

/** Those that are judged, and those that the policy names. */
function rulesFor(client: ClientPolicy): readonly Rule[] {
  const known = rulesByClient.get(client);
  if (known !== undefined) return known;
  const { refuse, rules: own } = client.ceiling;
  const chosen =
    refuse === "none"
      ? []
      : rules.filter(
          ({ id }) => own.get(id) !== "off" && (rulesAtTheSocket[id] === "judged" || own.has(id)),
        );
  rulesByClient.set(client, chosen);
  return chosen;
}

export function judgeWorkload(workload: () => Workload, judging: Judging): void {
  const chosen = rulesFor(judging.client);
  if (chosen.length === 0 || judging.isFull) return;
  const started = workload();
  for (const rule of chosen) {
    for (const finding of rule.check(started)) judgeFinding(finding, rule, judging);
  }
}

function judgeFinding(finding: FindingDraft, { id }: Rule, judging: Judging): void {
  if (!isRefusedByCeiling(id, finding.severity, judging.client)) return;
  const span = "kind" in finding.at ? finding.at.span : finding.at;
  const at = span === undefined ? "" : fieldOf(span);
  // What a grant would lift is settled by the check of the field.
  if (liftable.has(id) && (judging.isGranted(at) || judging.isDenied(at))) return;
  judging.deny({
    rule: id,
    at,
    message: finding.message,
    help: finding.help,
    needs: { key: ["posture", "rules", id], value: "off" },
  });
}
