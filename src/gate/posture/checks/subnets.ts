/** Addresses and prefixes of IP, as numbers. */

import { isIPv4, isIPv6 } from "node:net";

export interface Prefix {
  readonly family: 4 | 6;
  /** The first address, with nothing set beyond the length. */
  readonly address: bigint;
  readonly length: number;
}

export function readPrefix(text: string): Prefix | undefined {
  const [address = "", written = ""] = text.split("/");
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes("%") ? 6 : undefined;
  if (family === undefined || !/^[0-9]{1,3}$/.test(written)) return undefined;
  const bits = family === 4 ? 32 : 128;
  const length = Number(written);
  if (length > bits) return undefined;
  const number = family === 4 ? numberOf4(address) : numberOf6(address);
  const rest = BigInt(bits - length);
  return { family, address: (number >> rest) << rest, length };
}

function numberOf4(address: string): bigint {
  return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function numberOf6(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const text = dotted === null ? address : `${dotted[1] ?? ""}${hexOf(dotted[2] ?? "")}`;
  const [head = "", tail] = text.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: gap }, () => "0"), ...after];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function hexOf(dotted: string): string {
  const number = numberOf4(dotted);
  return `${(number >> 16n).toString(16)}:${(number & 0xff_ffn).toString(16)}`;
}

export function isWithin(inner: Prefix, outer: Prefix): boolean {
  if (inner.family !== outer.family || inner.length < outer.length) return false;
  const rest = BigInt((inner.family === 4 ? 32 : 128) - outer.length);
  return inner.address >> rest === outer.address >> rest;
}
