/** From what was observed to the least policy that admits it. */

import type { Need } from "../judge/contract.ts";
import { compileClient } from "../policy/compile-client.ts";
import type { CompiledClient, CompiledGate } from "../policy/compiled.ts";
import { withNeeds } from "../policy/needs.ts";
import type { ClientData } from "../policy/schema/client.ts";
import { readPort, writePort } from "../policy/values.ts";
import { type Observed, type SeenNeed, nothingObserved } from "./observed.ts";
import { roundedLimit } from "./round.ts";

/** A way in must stand in a client's data; the gate's own listeners are those that count. */
const LISTEN: ClientData["listen"] = { unix: "/learned" };

/** The gate with clients that are granted nothing, so that everything which a request needs is told. */
export function learningGate(base: CompiledGate): CompiledGate {
  const grant = { images: [], registries: [] };
  return {
    ...base,
    clients: base.clients.map(({ policy: { name } }): CompiledClient => ({
      policy: compileClient(name, { listen: LISTEN, grant, ownership: false, redact: "none" }),
    })),
  };
}

export interface LearnedClient {
  readonly client: CompiledClient;
  /** Lines on where the policy comes from, to stand above it. */
  readonly notes: readonly string[];
}

export function learnedClient(name: string, observed: Observed = nothingObserved()): LearnedClient {
  const settled = settledNeeds(observed);
  const { client, unmet } = withNeeds({ listen: LISTEN }, settled);
  return {
    client: { policy: compileClient(name, client) },
    notes: [
      `learned from ${times(observed.requests, "request")}`,
      ...inOrder(observed.needs).map(needNote),
      ...limitNotes(observed),
      ...forcedNotes(observed),
      ...ownershipNotes(observed),
      ...unmet.map((need) => `could not be written: ${need.key.join(".")} ${String(need.value)}`),
      ...hopelessNotes(observed),
      ...(observed.dropped === 0
        ? []
        : [`not all was kept: ${times(observed.dropped, "need")} beyond the most that are`]),
    ],
  };
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function needNote({ key, value, count, operations, field }: SeenNeed): string {
  const by = `${operations.join(", ")}${field === "" ? "" : ` (${field})`}`;
  return `${key.join(".")} ${String(value)}: asked for ${times(count, "time")} by ${by}`;
}

/** Which does not depend on what came first. */
function inOrder(needs: readonly SeenNeed[]): readonly SeenNeed[] {
  return needs.toSorted((left, right) =>
    compare(JSON.stringify([left.key, left.value]), JSON.stringify([right.key, right.value])),
  );
}

function settledNeeds(observed: Observed): readonly Need[] {
  const all = inOrder(observed.needs);
  const isOf =
    (name: string) =>
    (need: SeenNeed): boolean =>
      need.key.join(".") === name;
  const isPort = isOf("grant.ports");
  const isBind = isOf("grant.binds");
  const binds = all.filter(isBind).map(({ value }) => String(value));
  return [
    ...all.filter((need) => !isPort(need) && !isBind(need)),
    ...binds
      .filter((bind) => !binds.includes(`${bind}:rw`))
      .map((value) => ({ key: ["grant", "binds"], value })),
    ...mergedPorts(all.filter(isPort)),
    ...limitNeeds(observed),
  ];
}

/** Ports that follow one another become a range. */
function mergedPorts(needs: readonly SeenNeed[]): readonly Need[] {
  const key = ["grant", "ports"];
  const read = needs.map(({ value }) => ({ value, port: readPort(String(value)) }));
  const ports = read
    .flatMap(({ value, port }) =>
      port === undefined || value === "0" || value === 0 ? [] : [port],
    )
    .toSorted((left, right) => compare(left.address, right.address) || left.first - right.first);
  const merged: { address: string; first: number; last: number }[] = [];
  for (const port of ports) {
    const last = merged.at(-1);
    if (last?.address === port.address && port.first <= last.last + 1) {
      last.last = Math.max(last.last, port.last);
    } else merged.push({ ...port });
  }
  const others = read.filter(
    ({ value, port }) => port === undefined || value === "0" || value === 0,
  );
  return [
    ...others.map(({ value }) => ({ key, value })),
    ...merged.map((port) => ({ key, value: writePort(port) })),
  ];
}

/** A maximum only where every creation asked for one: those without would be given it. */
function limitNeeds({ limits }: Observed): readonly Need[] {
  return Object.entries(limits).flatMap(([name, { greatest, limited, unlimited }]) =>
    limited === 0 || unlimited > 0
      ? []
      : [{ key: ["grant", "limits", name], value: roundedLimit(name, BigInt(greatest)) }],
  );
}

function limitNotes({ limits }: Observed): readonly string[] {
  return Object.entries(limits).flatMap(([name, { greatest, limited, unlimited }]) => {
    if (limited === 0) return [];
    const most = `the most that was asked for is ${greatest}`;
    return unlimited === 0
      ? [`grant.limits.${name}: ${times(limited, "time")}, ${most}`]
      : [
          `no limit of ${name}: ${times(unlimited, "creation")} asked for none; of the others ${most}`,
        ];
  });
}

function forcedNotes({ unforced, creations }: Observed): readonly string[] {
  return Object.entries(unforced).map(
    ([name, count]) =>
      `forced by default, and not asked for by ${String(count)} of ${times(creations, "creation")}: ${name}; where they do not run with it, write \`force: {${name}: false}\``,
  );
}

function ownershipNotes({ creations }: Observed): readonly string[] {
  return creations === 0
    ? []
    : [
        "with ownership, which is the default, it sees only what it creates from now on; write `ownership: false` if it manages what others made",
      ];
}

function hopelessNotes({ hopeless }: Observed): readonly string[] {
  return Object.entries(hopeless).map(([name, count]) => {
    const [rule = "", operation = ""] = name.split(" ");
    return `no policy admits what was asked for ${times(count, "time")}: ${rule}, ${operation}`;
  });
}

const times = (count: number, noun: string): string =>
  `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
