/** The container holds a capability that reaches beyond it. Judged by the sets that result. */

import type { Capability } from "../../linux/capabilities.ts";
import { capabilities, capability } from "../../linux/capabilities.ts";
import type { HeldCapabilities } from "../../linux/capability-sets.ts";
import { engines } from "../../linux/engines.ts";
import type { Origin } from "../../model/fact.ts";
import type { Severity } from "../../model/finding.ts";
import { severities } from "../../model/finding.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { heldCapabilities } from "../held-capabilities.ts";
import { inForm, listWords } from "../in-form.ts";
import { hasUserNamespace, isPrivileged, lessGrave, linuxRuntime } from "../posture.ts";
import { cisDocker, nist, podSecurity } from "../references.ts";
import { severityOf } from "./severity.ts";

export const rule: Rule = {
  id: "dangerous-capability",
  title: "Container holds a dangerous capability",
  layer: "capabilities",
  severity: "high",
  references: [
    ...cisDocker("5.4"),
    podSecurity("baseline", "Capabilities"),
    podSecurity("restricted", "Capabilities (v1.22+)"),
    ...nist("3.4.3"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    const held = heldCapabilities(workload);
    if (runtime === undefined || held === undefined || isPrivileged(runtime)) return [];
    const graded = gradedCapabilities(held, runtime);
    return grants(runtime, held, workload).flatMap((grant) => {
      if (grant.name === "ALL") return allAtOnce(graded, grant.origin, held, workload);
      const found = graded.find(({ capability: { name } }) => name === grant.name);
      return found === undefined ? [] : [one(found, grant.origin, held, workload)];
    });
  },
};

interface Graded {
  readonly capability: Capability;
  readonly severity: Severity;
}

/** Every dangerous capability that some process may come to hold, graver first. */
function gradedCapabilities(held: HeldCapabilities, runtime: Runtime): readonly Graded[] {
  const atOnce = new Set(held.effective);
  const later = new Set(held.throughSetuid);
  return capabilities
    .flatMap((capability): Graded[] => {
      const severity = severityOf(capability, runtime);
      if (severity === undefined) return [];
      const steps = hasUserNamespace(runtime) ? 2 : 0;
      if (atOnce.has(capability.name)) {
        return [{ capability, severity: lessGrave(severity, steps) }];
      }
      return later.has(capability.name)
        ? [{ capability, severity: lessGrave(severity, steps + 1) }]
        : [];
    })
    .sort((left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity));
}

interface Grant {
  readonly name: string;
  readonly origin: Origin;
}

/** What gives capabilities, each name once. An addition that changes nothing gives nothing. */
function grants(runtime: Runtime, held: HeldCapabilities, workload: Workload): readonly Grant[] {
  const { exactCapabilities: exact } = runtime;
  if (exact !== undefined) {
    const all = capabilities.every(({ name }) => held.bounding.includes(name));
    if (all) return [{ name: "ALL", origin: exact.origin }];
    const entries = new Map(runtime.capAdd.map(({ name, origin }) => [name, origin]));
    return held.bounding.map((name) => ({ name, origin: entries.get(name) ?? exact.origin }));
  }
  // Adding what every container of the engine has anyway gives nothing.
  const usual = engines[workload.engine].defaults.capabilities;
  const idle = new Set(
    held.ineffectiveAdds
      .map(({ request }) => request)
      .filter(({ name }) => held.user !== "non-root" && usual.includes(name)),
  );
  const seen = new Set<string>();
  return runtime.capAdd.filter((request) => {
    const first = !seen.has(request.name) && !idle.has(request);
    seen.add(request.name);
    return first;
  });
}

function one(
  { capability: { name, meaning, gain }, severity }: Graded,
  at: Origin,
  held: HeldCapabilities,
  workload: Workload,
): FindingDraft {
  return {
    severity,
    confidence: held.user === "unknown" ? "medium" : "high",
    message: `${held.effective.includes(name) ? "holds" : "may regain"} the capability ${name}`,
    detail: `${meaning.replace(/\.?$/, ".")} An attacker inside ${lowerFirst(gain)}${circumstances(held, workload)}`,
    help: help(workload, name),
    at,
    label: capability(name) === undefined ? "" : lowerFirst(meaning).replace(/\.$/, ""),
    subject: name,
  };
}

function allAtOnce(
  graded: readonly Graded[],
  at: Origin,
  held: HeldCapabilities,
  workload: Workload,
): FindingDraft[] {
  const worst = graded[0];
  if (worst === undefined) return [];
  const names = graded.map(({ capability: { name } }) => name);
  return [
    {
      severity: worst.severity,
      confidence: held.user === "unknown" ? "medium" : "high",
      message: "holds every capability (ALL)",
      detail: `ALL includes ${listWords(names.slice(0, 8))}${names.length > 8 ? ` and ${names.length - 8} more that are dangerous` : ""}. An attacker inside mounts the host's disk or loads a kernel module and is root on the host.${circumstances(held, workload)}`,
      help: help(workload, "ALL"),
      at,
      label: `${held.bounding.length} capabilities`,
      subject: "ALL",
    },
  ];
}

function circumstances(held: HeldCapabilities, workload: Workload): string {
  if (held.user === "non-root" && held.effective.length === 0) {
    return " The user is not root, so it takes a setuid program in the image to get it.";
  }
  const runtime = linuxRuntime(workload);
  return runtime !== undefined && hasUserNamespace(runtime)
    ? " The container's user namespace confines it to what that namespace owns."
    : "";
}

function help(workload: Workload, name: string): string {
  return inForm(workload, {
    compose: `Remove \`${name}\` from \`cap_add\`; with \`cap_drop: [ALL]\`, add only what the program needs`,
    kubernetes: `Remove \`${name}\` from \`capabilities.add\`; with \`drop: [ALL]\`, add only what the program needs`,
    run: `Remove \`--cap-add ${name}\`; with \`--cap-drop ALL\`, add only what the program needs`,
    oci: `Remove \`CAP_${name}\` from every list of \`process.capabilities\``,
  });
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
