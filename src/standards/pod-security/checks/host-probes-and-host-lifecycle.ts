/**
 * hostProbesAndHostLifecycle (baseline): the kubelet is not sent to other hosts by probes and hooks.
 *
 * Restricted fields, of `spec.{initContainers,containers,ephemeralContainers}[*]`:
 * `{livenessProbe,readinessProbe,startupProbe}.{httpGet,tcpSocket}.host`,
 * `lifecycle.{postStart,preStop}.{httpGet,tcpSocket}.host`
 * Allowed values: undefined, empty
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Container, FieldPath, Pod } from "../pod.ts";
import { asFields, isSet } from "../pod.ts";
import { containersNamed, quoted, shown } from "../wording.ts";

const HANDLERS = [
  ["livenessProbe"],
  ["readinessProbe"],
  ["startupProbe"],
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
];
const ACTIONS = ["httpGet", "tcpSocket"];

export const hostProbesAndHostLifecycle: Check = {
  id: "hostProbesAndHostLifecycle",
  level: "baseline",
  versions: [{ minimumMinor: 34, checkPod: namesNoHost }],
};

function namesNoHost(pod: Pod): CheckResult {
  const fields: FieldPath[] = [];
  const containers: Container[] = [];
  const hosts: string[] = [];
  for (const container of pod.containers) {
    for (const handler of HANDLERS) {
      let parent = container.fields;
      for (const name of handler) parent = asFields(parent[name]);
      for (const action of ACTIONS) {
        const host = asFields(parent[action])["host"];
        if (!isSet(host) || host === "") continue;
        fields.push([...container.path, ...handler, action, "host"]);
        if (containers.at(-1) !== container) containers.push(container);
        hosts.push(shown(host));
      }
    }
  }
  return forbidIfAny(
    fields,
    "probe or lifecycle host",
    () => `${containersNamed(containers)} must not name host ${quoted(hosts)} in probes or hooks`,
  );
}
