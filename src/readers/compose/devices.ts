/** Devices, device cgroup rules and GPUs of a service. */

import type { Device } from "../../model/devices.ts";
import { asText, get, itemsOf, nodeAt } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { missingVariable, originOf, reportUnknown, settledItems, settledText } from "./facts.ts";

/** All devices that the service asks for. */
export function devicesOf(scope: ServiceScope): Device[] {
  return [
    ...itemsOf(get(scope.service, "devices")).flatMap((item) => mappedDevice(scope, item)),
    ...settledItems(scope, "device_cgroup_rules", "device_cgroup_rules").map(
      ({ node, text }): Device => ({ path: text, form: "cgroup-rule", origin: originOf(node) }),
    ),
    ...gpus(scope),
    ...reserved(scope),
  ];
}

/** `SOURCE[:TARGET[:PERMISSIONS]]`, a CDI name, or the long form. */
function mappedDevice(scope: ServiceScope, item: YamlNode): Device[] {
  const origin = originOf(item);
  if (item.kind === "map") {
    const source = settledText(scope, get(item, "source"), "device");
    if (source === undefined) return [];
    const target = asText(get(item, "target"));
    return [deviceOf(source, target, asText(get(item, "permissions")), origin)];
  }
  const text = settledText(scope, item, "device");
  if (text === undefined) return [];
  if (isCdiName(text)) return [{ path: text, form: "cdi", origin }];
  const [source = "", target, permissions, ...more] = text.split(":");
  if (more.length > 0) {
    const why = "the device mapping has too many colons";
    reportUnknown(scope, item, "device", why, "use the long form with source and target");
  }
  return [deviceOf(source, target, permissions, origin)];
}

function deviceOf(
  source: string,
  target: string | undefined,
  permissions: string | undefined,
  origin: Device["origin"],
): Device {
  const form = isCdiName(source) && (target ?? source) === source ? "cdi" : "device";
  return {
    path: source,
    ...(target === undefined || target === "" ? {} : { target }),
    ...(permissions === undefined ? {} : { permissions }),
    form,
    origin,
  };
}

/** `vendor.com/class=name`. Source: cncf-tags/container-device-interface pkg/parser. */
function isCdiName(text: string): boolean {
  return /^[A-Za-z][\w.-]*\/[A-Za-z][\w.-]*=[\w.:-]+$/.test(text);
}

function gpus(scope: ServiceScope): Device[] {
  const node = get(scope.service, "gpus");
  if (node === undefined || (node.kind === "scalar" && node.value === null)) return [];
  const items = node.kind === "list" ? node.items : [node];
  return items.map((item) => ({ path: "gpus", form: "gpu", origin: originOf(item) }));
}

/** `deploy.resources.reservations.devices`: devices asked for by capability, mostly GPUs. */
function reserved(scope: ServiceScope): Device[] {
  const path = ["deploy", "resources", "reservations", "devices"];
  return itemsOf(nodeAt(scope.service, path)).flatMap((item): Device[] => {
    const missing = missingVariable(get(item, "driver"));
    if (missing !== undefined) {
      reportUnknown(scope, item, "reserved device", missing.why, missing.settle);
    }
    const capabilities = itemsOf(get(item, "capabilities")).flatMap((one) => asText(one) ?? []);
    const gpu = capabilities.some((name) =>
      /^(?:gpu|nvidia|compute|utility|graphics)$/i.test(name),
    );
    const origin = originOf(item);
    if (gpu) return [{ path: "gpus", form: "gpu", origin }];
    const driver = asText(get(item, "driver"));
    return [{ path: driver ?? (capabilities.join(",") || "device"), form: "cdi", origin }];
  });
}
