/** Published ports, in all their forms. */

import { isPortProtocol, isPortRange } from "../../linux/ports.ts";
import type { PublishedPort } from "../../model/workload.ts";
import { asText, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { originOf, reportUnknown, settledText } from "./facts.ts";

/** The ports that the service publishes on the host. `expose` publishes none. */
export function portsOf(scope: ServiceScope): PublishedPort[] {
  return itemsOf(get(scope.service, "ports")).flatMap((item) =>
    item.kind === "map" ? longPort(scope, item) : shortPort(scope, item),
  );
}

export interface ShortPort {
  readonly container: string;
  readonly host?: string;
  readonly address?: string;
  readonly protocol: string;
}

/** `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]`, ports or ranges. Source: docker/go-connections nat.ParsePortSpec. */
export function parsePort(text: string): ShortPort | undefined {
  const slash = text.lastIndexOf("/");
  const protocol = slash < 0 ? "tcp" : text.slice(slash + 1).toLowerCase() || "tcp";
  const ports = slash < 0 ? text : text.slice(0, slash);
  const at = ports.lastIndexOf(":");
  const container = ports.slice(at + 1);
  if (!isPortRange(container) || !isPortProtocol(protocol)) return undefined;
  if (at < 0) return { container, protocol };
  const rest = ports.slice(0, at);
  const before = rest.lastIndexOf(":");
  const host = rest.slice(before + 1);
  if (host !== "" && !isPortRange(host)) return undefined;
  const address = before < 0 ? "" : rest.slice(0, before).replace(/^\[(.*)\]$/, "$1");
  return {
    container,
    ...(host === "" ? {} : { host }),
    ...(address === "" ? {} : { address }),
    protocol,
  };
}

function shortPort(scope: ServiceScope, item: YamlNode): PublishedPort[] {
  const text = settledText(scope, item, "port");
  if (text === undefined) return [];
  // `22:22` unquoted is text for go-yaml, which has no base 60 numbers.
  const port = parsePort(text.trim());
  if (port === undefined) {
    reportNoPort(scope, item);
    return [];
  }
  return [{ ...port, origin: originOf(item) }];
}

function reportNoPort(scope: ServiceScope, item: YamlNode): void {
  const settle = "write `host:container`, for instance `8080:80`";
  reportUnknown(scope, item, "port", "what is written here is no port", settle);
}

function longPort(scope: ServiceScope, item: YamlNode): PublishedPort[] {
  const container = settledText(scope, get(item, "target"), "port");
  if (container === undefined) return [];
  const host = settledText(scope, get(item, "published"), "published port");
  const address = settledText(scope, get(item, "host_ip"), "address of a port");
  const protocol = asText(get(item, "protocol")) ?? "tcp";
  const isHostPort = (host ?? "") === "" || isPortRange(host ?? "");
  if (!isPortRange(container) || !isHostPort || !isPortProtocol(protocol)) {
    reportNoPort(scope, item);
    return [];
  }
  return [
    {
      container,
      ...(host === undefined || host === "" ? {} : { host }),
      ...(address === undefined || address === "" ? {} : { address }),
      protocol,
      origin: originOf(item),
    },
  ];
}
