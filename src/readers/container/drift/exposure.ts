/** Namespaces, devices, ports, groups, sysctls and the runtime. */

import type { Namespace, Namespaces } from "../../../model/namespaces.ts";
import type { PublishedPort, Runtime } from "../../../model/runtime.ts";
import type { Drift, Pair } from "./drift.ts";
import { drift } from "./drift.ts";

export function exposureDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const isPrivileged = has.privileged.known && has.privileged.value;
  return [
    ...namespaceDrift(pair, asked.namespaces, has.namespaces),
    ...(isPrivileged ? [] : deviceDrift(pair, asked, has)),
    ...portDrift(pair, asked, has),
    ...groupDrift(pair, asked, has),
    ...sysctlDrift(pair, asked, has),
    ...runtimeDrift(pair, asked, has),
  ];
}

/** How far each reaches. */
const REACH: Readonly<Record<Namespace["mode"], number>> = {
  none: 0,
  own: 1,
  shareable: 2,
  pod: 2,
  joined: 2,
  host: 3,
};

function namespaceDrift(pair: Pair, asked: Namespaces, has: Namespaces): Drift[] {
  return (Object.keys(has) as (keyof Namespaces)[]).flatMap((name): Drift[] => {
    const [wanted, real] = [asked[name], has[name]];
    if (!wanted.known || !real.known) return [];
    // Which of the two it gives by itself, an engine decides by the version of cgroups, or by its settings.
    if ((name === "cgroup" || name === "user") && wanted.origin.kind === "default") return [];
    const [from, to] = [REACH[wanted.value.mode], REACH[real.value.mode]];
    if (from === to) return [];
    return [
      drift(
        pair,
        to > from ? "wider" : "narrower",
        describe(name, real.value),
        wanted.origin.kind === "default" ? "does not ask for it" : `has ${wanted.value.mode} there`,
        { running: real.origin, source: wanted.origin },
      ),
    ];
  });
}

function describe(name: string, { mode, target }: Namespace): string {
  if (mode === "host") return `shares the host's ${name} namespace`;
  if (mode === "shareable") return `lets other containers join its ${name} namespace`;
  if (mode === "joined" || mode === "pod") {
    return `shares the ${name} namespace of ${target ?? "other containers"}`;
  }
  return mode === "none" ? `has no ${name}` : `has a ${name} namespace of its own`;
}

function deviceDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const wanted = new Set(asked.devices.map(({ form, path }) => `${form} ${path}`));
  return has.devices
    .filter(({ form, path }) => !wanted.has(`${form} ${path}`))
    .map(({ path, form, origin }) =>
      drift(
        pair,
        "wider",
        form === "cgroup-rule"
          ? `may use devices by the rule ${path}`
          : `is given the device ${path}`,
        "does not ask for it",
        { running: origin },
      ),
    );
}

/** So many ranges of a file are looked through for each port of the container. */
const MAX_RANGES = 1000;

function portDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const { network } = has.namespaces;
  if (network.known && (network.value.mode === "host" || network.value.mode === "none")) return [];
  const wanted = asked.ports;
  if (wanted.some(({ container }) => !/^\d/.test(container))) return [];
  const keyOf = ({ container, protocol }: PublishedPort): string => `${protocol} ${container}`;
  const byPort = Map.groupBy(wanted, keyOf);
  const ranges = wanted.filter(({ container }) => container.includes("-")).slice(0, MAX_RANGES);
  return has.ports.flatMap((port): Drift[] => {
    const same = [
      ...(byPort.get(keyOf(port)) ?? []),
      ...ranges.filter(
        ({ container, protocol }) =>
          protocol === port.protocol && covers(container, port.container),
      ),
    ];
    const what = `publishes port ${port.container} on ${addressText(port)}`;
    const places = { running: port.origin, source: same[0]?.origin };
    if (same.length === 0) {
      return [drift(pair, "wider", what, "does not publish it", places)];
    }
    if (same.some((each) => reach(each.address) >= reach(port.address))) return [];
    return [drift(pair, "wider", what, `publishes it on ${addressText(same[0] ?? port)}`, places)];
  });
}

/** Whether a port or range of ports holds a port. */
function covers(range: string, port: string): boolean {
  const [first = NaN, last = first] = range.split("-").map(Number);
  const [from = NaN, to = from] = port.split("-").map(Number);
  return from >= first && to <= last;
}

/** 0: the machine itself; 1: one address; 2: all. */
function reach(address: string | undefined): number {
  if (address === undefined || /^(?:|0\.0\.0\.0|\[?::\]?|\*)$/.test(address)) return 2;
  return /^(?:127\.|localhost$|\[?::1\]?$)/.test(address) ? 0 : 1;
}

function addressText({ address }: PublishedPort): string {
  return reach(address) === 2 ? "all addresses of the host" : (address ?? "");
}

function groupDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const wanted = new Set(asked.groups.map(({ text }) => text));
  return has.groups
    .filter(({ text }) => !wanted.has(text))
    .map(({ text, origin }) =>
      drift(pair, "wider", `is in the group ${text}`, "does not ask for it", { running: origin }),
    );
}

function sysctlDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const wanted = new Map(asked.sysctls.map(({ name, value }) => [name, value]));
  return has.sysctls
    .filter(({ name, value }) => wanted.get(name) !== value)
    .map(({ name, value, origin }) => {
      const other = wanted.get(name);
      const says = other === undefined ? "does not set it" : `sets it to ${other}`;
      return drift(pair, "wider", `sets ${name} to ${value}`, says, { running: origin });
    });
}

/** Runtimes that put a further barrier before the host's kernel. */
const SANDBOX = /runsc|gvisor|kata/i;

function runtimeDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const [wanted, real] = [asked.ociRuntime, has.ociRuntime];
  if (wanted?.known !== true || real?.known !== true || wanted.value === real.value) return [];
  const lost = SANDBOX.test(wanted.value) && !SANDBOX.test(real.value);
  return [
    drift(
      pair,
      lost ? "wider" : "other",
      `runs under the runtime ${real.value}`,
      `asks for ${wanted.value}`,
      { running: real.origin, source: wanted.origin },
    ),
  ];
}
