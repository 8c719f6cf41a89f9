/** Services and what they are made of; secrets and configs. */

import { integerOf, isNeutral, itemsOf, shown, textOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import { type CheckRow, type Judge, harmless, ownership, refuseAlways } from "./check.ts";
import { labels } from "./labels.ts";
import { judgeEndpoint, judgeNetwork } from "./networks.ts";
import { overLimit } from "./limits.ts";

const runtime: Judge = (value, at, judging) => {
  if (textOf(value) === "container") return;
  judging.deny({
    rule: "plugin",
    at,
    message: `a task of the kind ${shown(textOf(value))} is no container: a plugin runs as root of the hosts`,
    help: "Leave it out",
  });
};

const plugin = refuseAlways("plugin", "a plugin runs as root of the hosts", "Run a container");

const networks: Judge = (value, at, judging) => {
  for (const [index, network] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const standing = judgeNetwork(textOf(valueAt(network, "Target")), `${place}.Target`, judging);
    judgeEndpoint(network, standing, place, judging);
  }
};

const LIMITS = [
  ["MemoryBytes", "memory", "memoryBytes"],
  ["NanoCPUs", "cpus", "nanoCpus"],
  ["Pids", "pids", "pids"],
] as const;

const resources: Judge = (value, at, judging) => {
  for (const part of ["Limits", "Reservations"]) {
    for (const [name, limit, key] of LIMITS) {
      const most = judging.grants.limits[key];
      const asked = integerOf(valueAt(value, part, name));
      if (most !== undefined && (asked < 0n || asked > most)) {
        overLimit(limit, most, `${at}.${part}.${name}`, judging, asked);
      }
    }
  }
  swap(value, at, judging);
  if (!isNeutral(valueAt(value, "Reservations", "GenericResources"))) {
    judging.deny({
      rule: "device-not-granted",
      at: `${at}.Reservations.GenericResources`,
      message: "resources of the nodes' own names are devices",
      help: "Leave them out",
    });
  }
};

function swap(value: Parameters<typeof valueAt>[0], at: string, judging: Judging): void {
  const most = judging.grants.limits.memoryBytes;
  const asked = integerOf(valueAt(value, "SwapBytes"));
  if (most !== undefined && (asked < 0n || asked > most)) {
    overLimit("memory", most, `${at}.SwapBytes`, judging, asked);
  }
}

const driver = refuseAlways(
  "plugin",
  "a driver for secrets is a plugin, which the managers ask as root",
  "Give the data itself",
);
const template = refuseAlways(
  "template",
  "a template can read other secrets and configs, and variables of the service",
  "Give the data as it shall be",
);

const WITH_PLUGIN = "with TaskSpec.PluginSpec";
const WITH_RESOURCES = "with TaskSpec.Resources";
const WITH_PLACEMENT = "with TaskSpec.Placement";

export const serviceChecks: readonly CheckRow[] = [
  ["ServiceSpec", "Name", "a name for the object", ownership],
  ["ServiceSpec", "Labels", "labels that steer other programs", labels],
  ["ServiceSpec", "TaskTemplate EndpointSpec", "the parts of a service", "parts"],
  ["ServiceSpec", "Networks", "granted networks", networks],
  ["TaskSpec", "Runtime", "containers only", runtime],
  ["TaskSpec", "PluginSpec", "plugins", plugin],
  ["TaskSpec.PluginSpec", "name remote privileges disabled env", "plugins", WITH_PLUGIN],
  ["RuntimePrivilege", "name description value", "plugins", WITH_PLUGIN],
  ["TaskSpec", "ContainerSpec", "the service's container", "parts"],
  ["TaskSpec", "Networks", "granted networks", networks],
  ["NetworkAttachmentConfig", "Target Aliases DriverOpts", "networks", "with TaskSpec.Networks"],
  [
    "TaskSpec",
    "NetworkAttachmentSpec",
    "attachments that the engine makes itself",
    refuseAlways("network-not-granted", "the engine itself attaches containers", "Leave it out"),
  ],
  [
    "TaskSpec.NetworkAttachmentSpec",
    "ContainerID",
    "attachments",
    "with TaskSpec.NetworkAttachmentSpec",
  ],
  ["TaskSpec", "Resources", "at most the policy's limits", resources],
  [
    "TaskSpec.Resources",
    "Limits Reservations SwapBytes MemorySwappiness",
    "limits",
    WITH_RESOURCES,
  ],
  ["Limit", "NanoCPUs MemoryBytes Pids", "limits", WITH_RESOURCES],
  ["ResourceObject", "NanoCPUs MemoryBytes GenericResources", "limits", WITH_RESOURCES],
  [
    "GenericResources.Item",
    "NamedResourceSpec DiscreteResourceSpec",
    "devices of nodes",
    WITH_RESOURCES,
  ],
  ["GenericResources.Item.NamedResourceSpec", "Kind Value", "devices of nodes", WITH_RESOURCES],
  ["GenericResources.Item.DiscreteResourceSpec", "Kind Value", "devices of nodes", WITH_RESOURCES],
  ["TaskSpec", "Placement", "chooses among the swarm's own nodes", harmless],
  [
    "TaskSpec.Placement",
    "Constraints Preferences MaxReplicas Platforms",
    "chooses nodes",
    WITH_PLACEMENT,
  ],
  ["TaskSpec.Placement.Preferences", "Spread", "chooses nodes", WITH_PLACEMENT],
  ["TaskSpec.Placement.Preferences.Spread", "SpreadDescriptor", "chooses nodes", WITH_PLACEMENT],
  ["TaskSpec.ContainerSpec", "Secrets Configs", "whose secrets and configs they are", ownership],
  [
    "TaskSpec.ContainerSpec.Secrets",
    "SecretID SecretName",
    "whose secrets they are",
    "with TaskSpec.ContainerSpec.Secrets",
  ],
  [
    "TaskSpec.ContainerSpec.Configs",
    "ConfigID ConfigName",
    "whose configs they are",
    "with TaskSpec.ContainerSpec.Configs",
  ],
  ["SecretSpec", "Labels", "labels that steer other programs", labels],
  ["SecretSpec", "Data", "the client's own", harmless],
  ["SecretSpec", "Driver", "plugins", driver],
  ["SecretSpec", "Templating", "templates", template],
  ["ConfigSpec", "Labels", "labels that steer other programs", labels],
  ["ConfigSpec", "Data", "the client's own", harmless],
  ["ConfigSpec", "Templating", "templates", template],
  ["Driver", "Name Options", "plugins and templates", "with SecretSpec.Driver"],
];
