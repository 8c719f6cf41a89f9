/** Published ports, in all their forms. */

import { isPortProtocol, isPortRange } from "../../linux/ports.ts";
import type { PublishedPort } from "../../model/runtime.ts";
import type { ShortPort } from "../docker-syntax/short-port.ts";
import { readShortPort } from "../docker-syntax/short-port.ts";
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

function shortPort(scope: ServiceScope, item: YamlNode): PublishedPort[] {
  const text = settledText(scope, item, "port");
  if (text === undefined) return [];
  // `22:22` unquoted is text for go-yaml, which has no base 60 numbers.
  const port = readShortPort(text.trim());
  if (!isPort(port)) {
    reportNoPort(scope, item);
    return [];
  }
  return [{ ...port, origin: originOf(item) }];
}

function isPort({ container, host, protocol }: ShortPort): boolean {
  return (
    isPortRange(container) && (host === undefined || isPortRange(host)) && isPortProtocol(protocol)
  );
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
  const port = {
    container,
    ...(host === undefined || host === "" ? {} : { host }),
    ...(address === undefined || address === "" ? {} : { address }),
    protocol,
  };
  if (!isPort(port)) {
    reportNoPort(scope, item);
    return [];
  }
  return [{ ...port, origin: originOf(item) }];
}
