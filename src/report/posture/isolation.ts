/** The layers that shut a container off from the host: namespaces, cgroups, file systems, devices. */

import type { Fact } from "../../model/fact.ts";
import type { Device } from "../../model/devices.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import type { Limits, Runtime } from "../../model/runtime.ts";
import type { Mark, LayerRow, Part } from "./layer.ts";
import { factRow, joinParts, row } from "./layer.ts";
import { describeOrigin, describeUnknown } from "./origin.ts";
import { privilegedRow } from "./privileged.ts";

const NAMESPACES = ["network", "pid", "ipc", "uts", "user", "cgroup"] as const;

/** Which kernel views it has of its own and which it shares; those of one origin and mode together. */
export function namespaceRows(namespaces: Namespaces): LayerRow[] {
  const facts = NAMESPACES.map((name) => ({ name, fact: namespaces[name] }));
  const groups = Map.groupBy(facts, ({ name, fact }) => {
    const mode = fact.known ? `${fact.value.mode} ${fact.value.target ?? ""}` : `? ${fact.why}`;
    return `${mode}\0${describeOrigin(fact.origin)}\0${namespaceMark(name, fact)}`;
  });
  const parts = [...groups.values()].flatMap((group): Part[] => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.map(({ name }) => name).join(", ");
    return [
      {
        text: first.fact.known
          ? shareText(first.fact.value, names)
          : `${names} ${describeUnknown(first.fact)}`,
        origin: describeOrigin(first.fact.origin),
        mark: namespaceMark(first.name, first.fact),
      },
    ];
  });
  return joinParts(parts);
}

function shareText({ mode, target }: Namespace, names: string): string {
  const texts: Readonly<Record<Namespace["mode"], string>> = {
    own: `own ${names}`,
    host: `the host's ${names}`,
    pod: `the pod's ${names}`,
    joined: `${names} of ${target ?? "another container"}`,
    shareable: `${names} open to others`,
    none: `no ${names}`,
  };
  return texts[mode];
}

function namespaceMark(name: (typeof NAMESPACES)[number], fact: Fact<Namespace>): Mark {
  if (!fact.known) return "unknown";
  const { mode } = fact.value;
  if (mode === "none" || (name === "user" && mode === "own")) return "tighter";
  if (fact.origin.kind === "default") return "default";
  return mode === "host" || mode === "joined" || mode === "shareable" ? "looser" : "default";
}

/** How much memory, CPU and how many processes it may use. */
export function limitRows({ memory, cpus, pids }: Limits): LayerRow[] {
  return joinParts([
    limitPart("memory", memory, bytesText),
    limitPart("CPU", cpus, (value) => `${value}`),
    limitPart("processes", pids, (value) => `${value}`),
  ]);
}

function limitPart(
  name: string,
  fact: Fact<number | undefined>,
  describe: (value: number) => string,
): Part {
  const origin = describeOrigin(fact.origin);
  if (!fact.known) return { text: `${name} ${describeUnknown(fact)}`, origin, mark: "unknown" };
  const isDefault = fact.origin.kind === "default";
  if (fact.value === undefined) {
    return { text: `${name} unlimited`, origin, mark: isDefault ? "default" : "looser" };
  }
  return {
    text: `${name} ${describe(fact.value)}`,
    origin,
    mark: isDefault ? "default" : "tighter",
  };
}

/** `512 MiB`, `1.5 GiB`, `1000 bytes` */
function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${units[unit] ?? "bytes"}`;
}

/** Rows that are listed for mounts and for devices; the rest is counted. */
const MAX_LISTED = 24;

/** What of the host and of the engine is mounted into it, and whether its own root can be written. */
export function mountRows(runtime: Runtime): LayerRow[] {
  const root = factRow(runtime.readOnlyRoot, (readOnly, origin) => ({
    value: readOnly ? "root file system read-only" : "root file system writable",
    mark: readOnly ? "tighter" : origin.kind === "default" ? "default" : "looser",
  }));
  const proc =
    privilegedRow(runtime, runtime.procMask, "/proc and /sys not masked", "/proc and /sys") ??
    factRow(runtime.procMask, (mask) => ({
      value: mask === "masked" ? "/proc and /sys masked" : "/proc and /sys not masked",
      mark: mask === "masked" ? "default" : "looser",
    }));
  const mounts = runtime.mounts.map((mount) =>
    row(mountText(mount), mount.origin, mountMark(mount)),
  );
  return [...listed(mounts, "mount"), ...sharedOrigin(root, proc)];
}

/** Two rows with the same origin and mark as one. */
function sharedOrigin(left: LayerRow, right: LayerRow): LayerRow[] {
  if (left.origin !== right.origin || left.mark !== right.mark) return [left, right];
  return [{ ...left, value: `${left.value}; ${right.value}` }];
}

function mountText(mount: Mount): string {
  const source = mount.hostPath ?? mount.source ?? mount.type;
  const target = mount.target === undefined || mount.target === source ? "" : ` at ${mount.target}`;
  const kind = mount.type === "bind" ? "" : `${mount.type} `;
  const via = mount.via === undefined ? "" : ` by ${mount.via.replaceAll("-", " ")}`;
  const shared = mount.propagation?.includes("shared") === true ? `, ${mount.propagation}` : "";
  const named = mount.type === source ? mount.type : `${kind}${source}`;
  return `${named}${target}${via} (${mount.readOnly ? "read-only" : "writable"}${shared})`;
}

function mountMark(mount: Mount): Mark {
  const ofHost =
    mount.hostPath !== undefined || mount.via === "api-socket" || mount.type === "npipe";
  return ofHost || mount.propagation?.includes("shared") === true ? "looser" : "default";
}

export function deviceRows(runtime: Runtime): LayerRow[] {
  const all = privilegedRow(runtime, undefined, "all devices of the host", "devices");
  const devices = runtime.devices.map((device) => row(deviceText(device), device.origin, "looser"));
  const rows = [...(all === undefined ? [] : [all]), ...listed(devices, "device")];
  return rows.length > 0 ? rows : [{ value: "none of the host's", origin: "", mark: "default" }];
}

function deviceText({ path, target, permissions, form }: Device): string {
  const at = target === undefined || target === path ? "" : ` at ${target}`;
  const kind = form === "device" ? "" : ` (${form.replaceAll("-", " ")})`;
  return `${path}${at}${permissions === undefined ? "" : ` ${permissions}`}${kind}`;
}

function listed(rows: readonly LayerRow[], noun: string): LayerRow[] {
  if (rows.length <= MAX_LISTED) return [...rows];
  const order: readonly Mark[] = ["looser", "unknown"];
  const graver = rows.filter(({ mark }) => order.includes(mark));
  const shown = [...graver, ...rows.filter(({ mark }) => !order.includes(mark))].slice(
    0,
    MAX_LISTED,
  );
  const rest = rows.length - shown.length;
  return [
    ...shown,
    {
      value: `and ${rest} more ${noun}${rest === 1 ? "" : "s"}`,
      origin: "",
      mark: graver.length > MAX_LISTED ? "looser" : "default",
    },
  ];
}
