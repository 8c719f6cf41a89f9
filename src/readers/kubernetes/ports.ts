/** Ports that a container opens on its node. */

import type { PublishedPort } from "../../model/runtime.ts";
import { asText, get } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { integerField, mapsAt, originOf } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

/** Only ports of the host: the others are open to the cluster's network anyway. */
export function readPorts(node: YamlMap, report: Report): PublishedPort[] {
  const ports: PublishedPort[] = [];
  for (const port of mapsAt(node, "ports", report)) {
    const host = integerField(port, "hostPort");
    if (host === undefined || host.value === 0) continue;
    const address = asText(get(port, "hostIP"));
    ports.push({
      host: host.value === undefined ? (asText(get(port, "hostPort")) ?? "?") : String(host.value),
      container: asText(get(port, "containerPort")) ?? "?",
      protocol: (asText(get(port, "protocol")) ?? "TCP").toLowerCase(),
      ...(address === undefined || address === "" ? {} : { address }),
      origin: originOf(host),
    });
  }
  return ports;
}
