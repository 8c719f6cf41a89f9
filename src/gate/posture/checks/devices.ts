/** Devices of the host: by path, by rule, by request of a plugin, by a variable that a runtime reads. */

import { joinPath } from "../../../readers/paths.ts";
import { isNeutral, itemsOf, shown, textOf, textsOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { CheckRow, Judge } from "./check.ts";
import { resolvedSource } from "./binds.ts";

/** A device that the policy names, or that what it names leads to. */
export function judgeDevicePath(path: string, at: string, judging: Judging): void {
  const { devices, privileged } = judging.grants;
  const clean = joinPath(path);
  const real = resolvedSource(path, judging.facts);
  if (path.startsWith("/") && (privileged || devices.includes(clean) || devices.includes(real))) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "device-not-granted",
    at,
    message: `the policy does not grant the host's device ${shown(real)}`,
    key: "devices",
    value: real,
  });
}

const devices: Judge = (value, at, judging) => {
  for (const [index, device] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    judgeDevicePath(textOf(valueAt(device, "PathOnHost")), `${place}.PathOnHost`, judging);
    const permissions = textOf(valueAt(device, "CgroupPermissions"));
    if (/^[rwm]{0,3}$/.test(permissions)) continue;
    judging.deny({
      rule: "bad-value",
      at: `${place}.CgroupPermissions`,
      message: "r, w and m are known",
    });
  }
};

const deviceRules: Judge = (value, at, judging) => {
  for (const [index] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    if (judging.grants.privileged) judging.grant(place);
    else {
      judging.deny({
        rule: "host-device",
        at: place,
        message: "with a rule, device files of the host can be made inside the container",
        help: "Name the devices themselves, which the policy can grant",
      });
    }
  }
};

/** CDI devices by their names; those of a driver by the driver's, or by all that they are asked to be able to. */
const deviceRequests: Judge = (value, at, judging) => {
  for (const [index, request] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const names = requestedNames(
      textOf(valueAt(request, "Driver")),
      textsOf(valueAt(request, "DeviceIDs")),
      itemsOf(valueAt(request, "Capabilities")).flatMap(textsOf),
    );
    const missing = names.find((name) => !judging.grants.deviceRequests.includes(name));
    if (missing === undefined) {
      judging.grant(place);
      continue;
    }
    judging.miss({
      rule: "device-not-granted",
      at: place,
      message: `the policy does not grant devices of ${shown(missing)}`,
      key: "device-requests",
      value: missing,
    });
  }
};

function requestedNames(
  driver: string,
  ids: readonly string[],
  capabilities: readonly string[],
): readonly string[] {
  if (driver === "cdi") return ids.length === 0 ? ["cdi"] : ids;
  if (driver !== "") return [driver];
  // The engine looks for a driver by these.
  const named = capabilities.filter((name) => name !== "");
  return named.length === 0 ? ["any driver"] : [...new Set(named)];
}

/** Variables by which hooks and runtimes of device makers choose devices, and what stands for none. */
const BY_VARIABLE: ReadonlyMap<string, string> = new Map([
  ["NVIDIA_VISIBLE_DEVICES", "nvidia"],
  ["NVIDIA_MIG_CONFIG_DEVICES", "nvidia"],
  ["NVIDIA_MIG_MONITOR_DEVICES", "nvidia"],
  ["NVIDIA_IMEX_CHANNELS", "nvidia"],
  ["AMD_VISIBLE_DEVICES", "amd"],
  ["HABANA_VISIBLE_DEVICES", "habana"],
  ["ASCEND_VISIBLE_DEVICES", "ascend"],
  ["ASCEND_RUNTIME_OPTIONS", "ascend"],
  ["MTHREADS_VISIBLE_DEVICES", "mthreads"],
  ["CAMBRICON_VISIBLE_DEVICES", "cambricon"],
  ["METAX_VISIBLE_DEVICES", "metax"],
]);
const NONE = new Set(["", "void", "none"]);

/** The variable and the maker, when the text asks for devices; its value is not told. */
export function devicesByVariable(
  text: string,
): { readonly variable: string; readonly maker: string } | undefined {
  const equals = text.indexOf("=");
  if (equals < 0) return undefined;
  const variable = text.slice(0, equals);
  const maker = BY_VARIABLE.get(variable);
  return maker === undefined || NONE.has(text.slice(equals + 1)) ? undefined : { variable, maker };
}

export function isDeviceMakerGranted(maker: string, { grants }: Pick<Judging, "grants">): boolean {
  const names = maker === "nvidia" ? ["nvidia", "gpu"] : [maker];
  return names.some((name) => grants.deviceRequests.includes(name));
}

export const environment: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    const asked = devicesByVariable(text);
    if (asked === undefined || isDeviceMakerGranted(asked.maker, judging)) continue;
    judging.miss({
      rule: "device-not-granted",
      at: `${at}[${String(index)}]`,
      message: `a runtime of ${asked.maker} gives devices to whoever sets ${asked.variable}`,
      key: "device-requests",
      value: asked.maker,
      instead: "set it to void",
    });
  }
};

/** A runtime other than the engine's own: it may contain less. */
const runtime: Judge = (value, at, judging) => {
  const name = textOf(value);
  if (name === judging.facts.defaultRuntime) return;
  if (judging.grants.runtimes.has(name)) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "runtime-not-granted",
    at,
    message: `the policy does not grant the runtime ${shown(name)}, which is not known to be the engine's own`,
    key: "runtimes",
    value: name,
    instead: "leave it out",
  });
};

const WITH_REQUESTS = "with Resources.DeviceRequests";

export const deviceChecks: readonly CheckRow[] = [
  ["Resources", "Devices", "granted devices", devices],
  ["DeviceMapping", "PathOnHost CgroupPermissions", "granted devices", "with Resources.Devices"],
  ["Resources", "DeviceCgroupRules", "rules for device files", deviceRules],
  ["Resources", "DeviceRequests", "granted drivers and CDI names", deviceRequests],
  [
    "DeviceRequest",
    "Driver Count DeviceIDs Capabilities Options",
    "granted devices",
    WITH_REQUESTS,
  ],
  ["HostConfig", "Runtime", "granted runtimes", runtime],
  ["ContainerConfig", "Env", "variables that runtimes read", environment],
  ["TaskSpec.ContainerSpec", "Env", "variables that runtimes read", environment],
];

/** Whether a body asks for a runtime by name, so that the engine's own must be known. */
export function namesRuntime(host: Parameters<typeof valueAt>[0]): boolean {
  return !isNeutral(valueAt(host, "Runtime"));
}
