/** Ports of the host that are published. */

import type { PortGrant } from "../../policy/client-policy.ts";
import { FREE_PORTS } from "../../policy/values.ts";
import { integerOf, itemsOf, objectOf, shown, textOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { CheckRow, Judge } from "./check.ts";

export interface PortWish {
  /** Empty for every address. */
  readonly address: string;
  readonly first: number;
  readonly last: number;
}

const RANGE = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/;

/** Undefined for what is no port. */
export function readHostPort(text: string): { first: number; last: number } | undefined {
  if (text === "" || text === "0") return FREE_PORTS;
  const match = RANGE.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && first <= last && last <= 65_535 ? { first, last } : undefined;
}

export function isPortGranted(wish: PortWish, grants: readonly PortGrant[]): boolean {
  return grants.some(
    ({ address, first, last }) =>
      (address === "" || address === wish.address) && first <= wish.first && wish.last <= last,
  );
}

export function judgePort(wish: PortWish, at: string, judging: Judging): void {
  if (isPortGranted(wish, judging.grants.ports)) {
    judging.grant(at);
    return;
  }
  const range =
    wish.first === wish.last ? String(wish.first) : `${String(wish.first)}-${String(wish.last)}`;
  const host = wish.address.includes(":") ? `[${wish.address}]` : wish.address;
  const any = wish.first === FREE_PORTS.first && wish.last === FREE_PORTS.last;
  const ports = any ? "0" : range;
  const text = wish.address === "" ? ports : `${host}:${ports}`;
  judging.miss({
    rule: "port-not-granted",
    at,
    message: any
      ? "the policy grants no range of ports out of which the engine could choose one"
      : `the policy does not grant the host's port ${text}${wish.address === "" ? " on every address" : ""}`,
    key: "ports",
    value: text,
    instead: "let clients reach it over a network",
  });
}

const bindings: Judge = (value, at, judging) => {
  for (const [port, list] of objectOf(value)) {
    for (const [index, binding] of itemsOf(list).entries()) {
      // The rulebook's findings stand at the port.
      const place = `${at}["${shown(port)}"]`;
      const range = readHostPort(textOf(valueAt(binding, "HostPort")));
      if (range === undefined) {
        judging.deny({
          rule: "bad-value",
          at: `${place}[${String(index)}].HostPort`,
          message: "a port or a range of ports is wanted",
        });
      } else {
        const address = textOf(valueAt(binding, "HostIp"));
        judgePort({ address: address.toLowerCase(), ...range }, place, judging);
      }
    }
  }
};

const all: Judge = (_value, at, judging) => judgePort({ address: "", ...FREE_PORTS }, at, judging);

const servicePorts: Judge = (value, at, judging) => {
  for (const [index, port] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const published = integerOf(valueAt(port, "PublishedPort")).toString();
    const range = readHostPort(published);
    if (range !== undefined) judgePort({ address: "", ...range }, place, judging);
    else judging.deny({ rule: "bad-value", at: place, message: "a port is wanted" });
  }
};

export const portChecks: readonly CheckRow[] = [
  ["HostConfig", "PortBindings", "granted ports", bindings],
  ["PortBinding", "HostIp HostPort", "granted ports", "with HostConfig.PortBindings"],
  ["HostConfig", "PublishAllPorts", "a granted range of ports", all],
  ["EndpointSpec", "Ports", "granted ports", servicePorts],
  [
    "EndpointPortConfig",
    "Name Protocol TargetPort PublishedPort PublishMode",
    "granted ports",
    "with EndpointSpec.Ports",
  ],
];
