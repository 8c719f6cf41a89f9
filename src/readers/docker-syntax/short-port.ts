/** The short form of a published port. Source: docker/go-connections v0.5 nat/nat.go ParsePortSpec, splitParts. */

import type { PublishedPort } from "../../model/runtime.ts";

export type ShortPort = Omit<PublishedPort, "origin">;

/**
 * `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]` taken apart; whether the parts are ports is not looked at.
 * `outline` is as long as the text and has no `:` and no `/` where those of the text do not count.
 */
export function readShortPort(text: string, outline = text): ShortPort {
  const slash = outline.indexOf("/");
  const end = slash < 0 ? text.length : slash;
  const protocol = (slash < 0 ? "" : text.slice(slash + 1)) || "tcp";
  const [before, container] = atLastColon(text.slice(0, end), outline.slice(0, end));
  const [address, host] =
    before === "" ? ["", ""] : atLastColon(before, outline.slice(0, before.length));
  return {
    container,
    ...(host === "" ? {} : { host }),
    ...(address === "" ? {} : { address: address.replace(/^\[(.*)\]$/, "$1") }),
    protocol: /^[a-z]+$/i.test(protocol) ? protocol.toLowerCase() : protocol,
  };
}

/** What stands before the last colon and behind it; nothing before when there is none. */
function atLastColon(text: string, outline: string): readonly [string, string] {
  const at = outline.lastIndexOf(":");
  return at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + 1)];
}
