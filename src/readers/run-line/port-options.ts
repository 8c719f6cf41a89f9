/** `-p`, `--publish`: the short form and the long one. */

import { isPortProtocol, isPortRange } from "../../linux/ports.ts";
import type { PublishedPort } from "../../model/runtime.ts";
import type { ShortPort } from "../docker-syntax/short-port.ts";
import { readShortPort } from "../docker-syntax/short-port.ts";
import type { Argument } from "./argument.ts";
import { csvFields, opaque, split } from "./argument.ts";
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
  const port = isLong ? longPort(fields) : readShortPort(value.text, opaque(value));
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

/** `mode=host,published=8080,target=80,protocol=tcp`. */
function longPort(fields: readonly Argument[][]): ShortPort {
  const field = (name: string): string | undefined =>
    fields.find(([key]) => key?.text === name)?.[1]?.text;
  const host = field("published");
  return {
    ...(host === undefined ? {} : { host }),
    container: field("target") ?? "?",
    protocol: field("protocol") ?? "tcp",
  };
}
