/**
 * hostPorts (baseline): no port of the host is taken.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].ports[*].hostPort`
 * Allowed values: undefined, 0
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Container, FieldPath, Pod } from "../pod.ts";
import { asFields, asList, isSet } from "../pod.ts";
import { containersNamed, joined, shown } from "../wording.ts";

export const hostPorts: Check = {
  id: "hostPorts",
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: takesNone }],
};

function takesNone(pod: Pod): CheckResult {
  const fields: FieldPath[] = [];
  const containers: Container[] = [];
  const ports: string[] = [];
  for (const container of pod.containers) {
    for (const [index, port] of asList(container.fields["ports"]).entries()) {
      const hostPort = asFields(port)["hostPort"];
      if (!isSet(hostPort) || hostPort === 0) continue;
      fields.push([...container.path, "ports", index, "hostPort"]);
      if (containers.at(-1) !== container) containers.push(container);
      ports.push(shown(hostPort));
    }
  }
  return forbidIfAny(
    fields,
    "hostPort",
    () => `${containersNamed(containers)} must not set hostPort ${joined(ports)}`,
  );
}
