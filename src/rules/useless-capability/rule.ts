/** A capability is added or dropped to no effect. */

import { capability } from "../../linux/capabilities.ts";
import type { HeldCapabilities, IneffectiveRequest } from "../../linux/capability-sets.ts";
import { engines } from "../../linux/engines.ts";
import type { Severity } from "../../model/finding.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { severityOf } from "../dangerous-capability/severity.ts";
import { heldCapabilities } from "../held-capabilities.ts";
import { inForm } from "../in-form.ts";
import { isPrivileged, linuxRuntime } from "../posture.ts";
import { cisDocker, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "useless-capability",
  title: "Capability is added or dropped to no effect",
  layer: "capabilities",
  severity: "low",
  references: [...cisDocker("5.4"), podSecurity("restricted", "Capabilities (v1.22+)")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    const held = heldCapabilities(workload);
    if (runtime === undefined || held === undefined || isPrivileged(runtime)) return [];
    const added = new Set(runtime.capAdd.map(({ name }) => name));
    return [
      ...held.ineffectiveAdds.flatMap((idle) => idleAdd(idle, held, runtime, workload)),
      ...held.ineffectiveDrops.map((idle) => idleDrop(idle, added, workload)),
    ];
  },
};

function idleAdd(
  { request, why }: IneffectiveRequest,
  held: HeldCapabilities,
  runtime: Runtime,
  workload: Workload,
): FindingDraft[] {
  const { name, text, origin } = request;
  const nonRoot = held.user === "non-root";
  // Adding what every container has changes nothing and promises nothing.
  const usual = engines[workload.engine].defaults.capabilities.includes(name);
  if (usual && !nonRoot && held.bounding.includes(name)) return [];
  const grave = gravity(name, runtime);
  // Where some process may still come to hold it, that is the graver finding of dangerous-capability.
  const mayHold = nonRoot ? held.throughSetuid.length > 0 : held.bounding.includes(name);
  if (grave !== undefined && mayHold) return [];
  const opensFilter = grave === "critical" || grave === "high";
  return [
    {
      severity: opensFilter && nonRoot ? "medium" : "low",
      confidence: nonRoot ? "medium" : "high",
      message: isRefused(name, workload)
        ? `adds ${shown(name, text)}, which is no capability: the container is not created`
        : `adds ${shown(name, text)} to no effect`,
      detail: isRefused(name, workload)
        ? REFUSED
        : nonRoot
          ? `${sentence(why)} Only a program with file capabilities, or an \`exec\` as root, could use it.${opensFilter ? " The engine's seccomp filter is opened for it all the same." : ""}`
          : sentence(why),
      help: inForm(workload, {
        compose: `Remove \`${shown(name, text)}\` from \`cap_add\``,
        kubernetes: `Remove \`${shown(name, text)}\` from \`capabilities.add\``,
        run: `Remove \`--cap-add ${shown(name, text)}\``,
        oci: `Remove \`CAP_${name}\` from \`process.capabilities\``,
      }),
      at: origin,
      label: isRefused(name, workload) ? "no such capability" : "has no effect",
      subject: `add ${name}`,
    },
  ];
}

function idleDrop(
  { request, why }: IneffectiveRequest,
  added: ReadonlySet<string>,
  workload: Workload,
): FindingDraft {
  const { name, text, origin } = request;
  const harmless =
    capability(name) !== undefined &&
    !engines[workload.engine].defaults.capabilities.includes(name) &&
    !added.has(name);
  return {
    severity: harmless ? "info" : "low",
    confidence: "high",
    message: isRefused(name, workload)
      ? `drops ${shown(name, text)}, which is no capability: the container is not created`
      : `drops ${shown(name, text)} to no effect`,
    detail: isRefused(name, workload)
      ? REFUSED
      : `${sentence(why)} The line looks as if it took a right away.`,
    help: inForm(workload, {
      compose: "Write `cap_drop: [ALL]` instead of single names",
      kubernetes: "Write `drop: [ALL]` instead of single names",
      run: "Write `--cap-drop ALL` instead of single names",
      oci: "Remove it from `process.capabilities`",
    }),
    at: origin,
    label: "has no effect",
    subject: `drop ${name}`,
  };
}

const REFUSED =
  "Linux has no such capability. The engine checks the names and refuses to create the container.";

/** Docker and Podman check names of capabilities before they create a container; others pass them over. */
function isRefused(name: string, { engine, kind }: Workload): boolean {
  if (kind === "container" || (engine !== "docker" && engine !== "podman")) return false;
  return name !== "ALL" && capability(name) === undefined;
}

function gravity(name: string, runtime: Runtime): Severity | undefined {
  if (name === "ALL") return "critical";
  const entry = capability(name);
  return entry === undefined ? undefined : severityOf(entry, runtime);
}

/** As written, kept short: the text may be anything. */
function shown(name: string, text: string): string {
  const clean = text.replaceAll(/[^\w-]/g, "");
  return clean === "" ? name.slice(0, 40) : clean.slice(0, 40);
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
