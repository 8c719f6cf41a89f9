/** Which severities stop a creation. */

import { atLeast, type Severity } from "../../../model/finding.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";

/** The severity in which a finding counts for this client; undefined when it does not count. */
export function countedSeverity(
  rule: string,
  severity: Severity,
  { ceiling }: ClientPolicy,
): Severity | undefined {
  const own = ceiling.rules.get(rule);
  if (own === "off") return undefined;
  return own ?? severity;
}

export function isRefusedByCeiling(
  rule: string,
  severity: Severity,
  client: ClientPolicy,
): boolean {
  const { refuse } = client.ceiling;
  const counted = countedSeverity(rule, severity, client);
  return counted !== undefined && refuse !== "none" && atLeast(counted, refuse);
}
