/**
 * What kind of place a network address is: a registry outside must not send us to the machine's own
 * services or to those of its network.
 * Source: IANA's registries of special-purpose IPv4 and IPv6 addresses (RFC 6890 and its updates).
 */

import { isIP } from "node:net";

export type AddressKind = "public" | "private" | "loopback" | "link-local" | "reserved";

/** First address, length of the prefix in bits. Later entries are not looked at when one fits. */
const IPV4: readonly (readonly [string, number, AddressKind])[] = [
  // Linux connects to this machine for 0.0.0.0.
  ["0.0.0.0", 8, "loopback"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "private"],
  ["172.16.0.0", 12, "private"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "private"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "reserved"],
  ["198.51.100.0", 24, "reserved"],
  ["203.0.113.0", 24, "reserved"],
  ["224.0.0.0", 3, "reserved"],
];

const IPV6: readonly (readonly [string, number, AddressKind])[] = [
  ["::", 127, "loopback"],
  ["fe80::", 10, "link-local"],
  ["fec0::", 10, "private"],
  ["fc00::", 7, "private"],
  ["64:ff9b:1::", 48, "private"],
  ["2001::", 32, "reserved"],
  ["2001:db8::", 32, "reserved"],
];

/** Where an IPv4 address stands in an IPv6 one: mapped, compatible, NAT64, 6to4. */
const EMBEDDED: readonly (readonly [string, number, number])[] = [
  ["::ffff:0:0", 96, 12],
  ["64:ff9b::", 96, 12],
  ["2002::", 16, 2],
  ["::", 96, 12],
];

/** Of an IPv4 or IPv6 address; what is none is reserved. */
export function addressKind(address: string): AddressKind {
  const bytes = addressBytes(address);
  if (bytes === undefined) return "reserved";
  if (bytes.length === 4) return kindIn(IPV4, bytes) ?? "public";
  const kind = kindIn(IPV6, bytes);
  if (kind !== undefined) return kind;
  const embedded = EMBEDDED.find(([prefix, bits]) => hasPrefix(bytes, prefix, bits));
  if (embedded !== undefined) {
    const inner = bytes.slice(embedded[2], embedded[2] + 4);
    return kindIn(IPV4, inner) ?? "public";
  }
  // Nothing else than 2000::/3 is given out.
  return ((bytes[0] ?? 0) & 0xe0) === 0x20 ? "public" : "reserved";
}

/** The address that a URL's host is, without brackets; undefined for a name. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? undefined : bare;
}

/** Whether a URL's host says by itself that it is this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const literal = literalAddress(hostname);
  if (literal !== undefined) return addressKind(literal) === "loopback";
  return hostname === "localhost" || hostname.endsWith(".localhost");
}

function kindIn(table: typeof IPV4, bytes: readonly number[]): AddressKind | undefined {
  return table.find(([prefix, bits]) => hasPrefix(bytes, prefix, bits))?.[2];
}

function hasPrefix(bytes: readonly number[], prefix: string, bits: number): boolean {
  const wanted = addressBytes(prefix) ?? [];
  return wanted.every((byte, index) => {
    const compared = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - compared)) & 0xff;
    return ((bytes[index] ?? 0) & mask) === (byte & mask);
  });
}

function addressBytes(address: string): number[] | undefined {
  const text = address.replace(/%.*$/s, "");
  const family = isIP(text);
  if (family === 4) return text.split(".").map(Number);
  if (family !== 6) return undefined;
  const [before = "", after] = text.split("::");
  const head = groups(before);
  if (after === undefined) return head;
  const tail = groups(after);
  return [...head, ...Array<number>(Math.max(0, 16 - head.length - tail.length)).fill(0), ...tail];
}

function groups(text: string): number[] {
  return text
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) => {
      if (group.includes(".")) return group.split(".").map(Number);
      const value = parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
}
