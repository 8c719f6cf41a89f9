/** Published ports: what was asked for, and the addresses and ports that the engine chose. */

import { setAt, unknownAt } from "../../model/fact.ts";
import type { PublishedPort } from "../../model/runtime.ts";
import { entriesOf, entrySpan } from "../yaml/access.ts";
import { mapAt, mapsAt } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { placeOf } from "./applied.ts";
import { textOfField } from "./document.ts";
import type { Inspected } from "./inspected.ts";

/** More are not read; no host has use for them. */
const MAX_PORTS = 5000;

export function readPorts({ root, host, report }: Inspected): PublishedPort[] {
  const asked = mapAt(host, "PortBindings", report);
  const live = mapAt(mapAt(root, "NetworkSettings", report), "Ports", report);
  const found: PublishedPort[] = [];
  for (const [key, entry] of entriesOf(asked)) {
    const actual = bindingsOf(live, key);
    for (const binding of mapsAt(asked, key, report)) {
      found.push(portOf(key, binding, actual, entrySpan(entry)));
    }
  }
  // With `--publish-all` there are only those that the engine chose; both protocols of IP count as one.
  for (const [key, entry] of entriesOf(live)) {
    const actual = bindingsOf(live, key);
    if (actual.length === 0 || mapsAt(asked, key, () => {}).length > 0) continue;
    found.push(portOf(key, undefined, actual, entrySpan(entry)));
  }
  if (found.length > MAX_PORTS) {
    report(
      unknownAt(
        placeOf(host, "PortBindings", root.span),
        "published ports",
        `there are more than ${String(MAX_PORTS)}, and the rest was not read`,
        "publish ranges of ports that are needed",
      ),
    );
  }
  return found.slice(0, MAX_PORTS);
}

function bindingsOf(ports: YamlMap | undefined, key: string): readonly YamlMap[] {
  return mapsAt(ports, key, () => {});
}

function portOf(
  key: string,
  binding: YamlMap | undefined,
  actual: readonly YamlMap[],
  span: YamlMap["span"],
): PublishedPort {
  const slash = key.indexOf("/");
  const container = slash < 0 ? key : key.slice(0, slash);
  const protocol = slash < 0 ? "tcp" : key.slice(slash + 1);
  const host = textOfField(binding, "HostPort") ?? textOfField(actual[0], "HostPort");
  const address = textOfField(binding, "HostIp") ?? addressOf(actual);
  return {
    ...(host === undefined || host === "0" ? {} : { host }),
    container,
    protocol,
    ...(address === undefined ? {} : { address }),
    origin: setAt(span),
  };
}

/** Where none was asked for: the engine may be set up to publish on one address alone. */
function addressOf(actual: readonly YamlMap[]): string | undefined {
  const addresses = actual.map((binding) => textOfField(binding, "HostIp"));
  const everywhere = addresses.some(
    (address) => address === undefined || address === "0.0.0.0" || address === "::",
  );
  return everywhere ? undefined : addresses[0];
}
