/** Amounts, addresses and names of gate.yaml, read and written. What a text does not say is undefined. */

import { parseByteSize } from "../../readers/docker-syntax/amounts.ts";
import type { BindGrant, PortGrant } from "./client-policy.ts";
import type { Address, AdminAddress } from "./compiled.ts";

/** `512m`, `2g`, `1048576` in bytes. */
export function readSize(text: string): bigint | undefined {
  if (/^\d{1,15}$/.test(text)) return BigInt(text);
  const size = parseByteSize(text);
  return size === undefined || size > Number.MAX_SAFE_INTEGER ? undefined : BigInt(size);
}

/** In the greatest unit that needs no fraction. */
export function writeSize(bytes: bigint): string {
  const unit = (["g", "m", "k"] as const).find((name) => bytes % BYTES[name] === 0n);
  return unit === undefined || bytes === 0n
    ? String(bytes)
    : `${String(bytes / BYTES[unit])}${unit}`;
}

const BYTES = { g: 1024n ** 3n, m: 1024n ** 2n, k: 1024n } as const;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** What a timer of Node's can wait. */
const LONGEST = 2 ** 31 - 1;

/** `500ms`, `10s`, `5m`, `1h` in milliseconds. */
export function readTime(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d{1,9})(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (UNITS[unit] ?? Number.NaN);
  return milliseconds >= 0 && milliseconds <= LONGEST ? milliseconds : undefined;
}

export function writeTime(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  const unit = ["h", "m", "s"].find((name) => milliseconds % (UNITS[name] ?? 1) === 0) ?? "ms";
  return `${String(milliseconds / (UNITS[unit] ?? 1))}${unit}`;
}

/** `1.5` CPUs in billionths of one. */
export function readCpus(text: string): bigint | undefined {
  const [, whole, part = ""] = /^(\d{1,5})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole + part.padEnd(9, "0"));
}

export function writeCpus(nanoCpus: bigint): string {
  const part = String(nanoCpus % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return String(nanoCpus / 1_000_000_000n) + (part === "" ? "" : `.${part}`);
}

const HOST = String.raw`\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9](?:[\w.-]{0,252}))`;
const ADDRESS = new RegExp(`^(?:${HOST}):(\\d{1,5})$`);

/** `127.0.0.1:2376`, `[::1]:2376`, `gate:2376`. */
export function readAddress(text: string): Address | undefined {
  const [, bracketed, name, written = ""] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(written);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

export function writeAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

export function readAdmin(text: string): AdminAddress | undefined {
  const path = /^unix:\/\/(\/[^\0]+)$/.exec(text)?.[1];
  if (path !== undefined) return { kind: "unix", path };
  const address = readAddress(text);
  return address === undefined ? undefined : { kind: "tcp", address };
}

const PORT =
  /^(?:(?:\[([0-9A-Fa-f:.]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3})):)?(\d{1,5})(?:-(\d{1,5}))?$/;

/** Out of which the kernel chooses a free port: net.ipv4.ip_local_port_range where nobody changed it. */
export const FREE_PORTS = { first: 32_768, last: 60_999 } as const;

/** `8080`, `127.0.0.1:8000-8099`, `[::1]:53`; `0` for the ports out of which a free one is chosen. */
export function readPort(text: string): PortGrant | undefined {
  const match = PORT.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, from = "", to = from] = match;
  const address = bracketed ?? plain ?? "";
  if (plain?.split(".").some((part) => Number(part) > 255) === true) return undefined;
  if (Number(from) === 0 && Number(to) === 0) return { address, ...FREE_PORTS };
  const [first, last] = [Number(from), Number(to)];
  return first >= 1 && first <= last && last <= 65_535 ? { address, first, last } : undefined;
}

export function writePort({ address, first, last }: PortGrant): string {
  const host = address.includes(":") ? `[${address}]` : address;
  const ports = first === last ? String(first) : `${String(first)}-${String(last)}`;
  return host === "" ? ports : `${host}:${ports}`;
}

/** The minor of `1.44`. */
export function readVersion(text: string): number | undefined {
  const minor = /^1\.(0|[1-9]\d{0,2})$/.exec(text)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** A path of the host, to be read unless `:rw` stands behind it: `/srv/data`, `/srv/cache:rw`. */
export function readBind(text: string): BindGrant {
  const [, path = text, mode = "ro"] = /^(\/[^]*):(ro|rw)$/.exec(text) ?? [];
  return { source: path, below: false, readOnly: mode === "ro" };
}
