/** `-p [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]` and the long form. Source: docker/go-connections v0.5 nat/nat.go. */

import { isPortProtocol, isPortRange } from "../../linux/ports.ts";
import type { PublishedPort } from "../../model/workload.ts";
import type { Argument } from "./argument.ts";
import { slice, split } from "./argument.ts";
import { csvFields } from "./mount-options.ts";
import type { Report } from "./option-facts.ts";
import { originOf, reportMalformed, reportUnknown } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

/** The port that a flag publishes; `-P` publishes all that the image exposes. */
export function portsOf(option: Option, report: Report): readonly PublishedPort[] {
  const origin = originOf(option);
  const { value } = option;
  if (value === undefined) return [{ container: "(every exposed one)", protocol: "tcp", origin }];
  if (value.dynamic && !/[:=]/.test(value.text)) {
    reportUnknown(report, option, "published port");
    return [];
  }
  const fields = csvFields(value).map((field) => split(field, "=", 2));
  const isLong = fields.length > 1 || fields[0]?.length === 2;
  const port = isLong ? longPort(fields) : shortPort(value);
  const { container, host, protocol } = port;
  // What holds a variable may be a port.
  const isOpen = (text: string): boolean => value.dynamic && /[$`]/.test(text);
  const ports = host === undefined ? [container] : [container, host];
  if (
    !ports.every((text) => isOpen(text) || isPortRange(text)) ||
    !(isOpen(protocol) || isPortProtocol(protocol))
  ) {
    reportMalformed(report, option, "published port", "what is written here is no port");
    return [];
  }
  return [{ ...port, origin }];
}

type PortParts = Omit<PublishedPort, "origin">;

/** `mode=host,published=8080,target=80,protocol=tcp`. */
function longPort(fields: readonly Argument[][]): PortParts {
  const field = (name: string): string | undefined =>
    fields.find(([key]) => key?.text === name)?.[1]?.text;
  const host = field("published");
  return {
    ...(host === undefined ? {} : { host }),
    container: field("target") ?? "?",
    protocol: field("protocol") ?? "tcp",
  };
}

function shortPort(value: Argument): PortParts {
  const [ports, protocol] = split(value, "/", 2);
  const address = /^\[[0-9A-Fa-f:.%]*\]:/.exec(ports?.text ?? "")?.[0];
  const rest =
    ports === undefined ? value : address === undefined ? ports : slice(ports, address.length);
  const fields = split(rest, ":").map(({ text }) => text);
  const container = fields.at(-1) ?? "";
  const host = fields.length > 1 ? fields.at(-2) : undefined;
  const ip =
    address?.slice(1, -2) ?? (fields.length > 2 ? fields.slice(0, -2).join(":") : undefined);
  return {
    ...(host === undefined || host === "" ? {} : { host }),
    container,
    protocol: protocol?.text ?? "tcp",
    ...(ip === undefined || ip === "" ? {} : { address: ip }),
  };
}
