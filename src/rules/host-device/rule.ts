/** A device of the host is given to the container. */

import type { HostDevice } from "../../linux/devices.ts";
import { deviceRuleGain, hostDevice, parseDeviceRule } from "../../linux/devices.ts";
import type { Severity } from "../../model/finding.ts";
import type { Device } from "../../model/devices.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, isPrivileged, lessGrave, linuxRuntime, startsAs } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

export const rule: Rule = {
  id: "host-device",
  title: "Device of the host is given to the container",
  layer: "control-planes-and-mounts",
  severity: "high",
  references: [...cisDocker("5.18"), ...nist("3.4.3")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    return runtime.devices.flatMap((device) => {
      if (followsFromAnother(device, runtime, workload)) return [];
      const given = whatIsGiven(device);
      return given.severity === "none"
        ? []
        : [draft(device, { ...given, severity: given.severity }, runtime, workload)];
    });
  },
};

function whatIsGiven({ form, path }: Device): HostDevice {
  if (form === "device") return hostDevice(path);
  if (form === "block-volume") return blockVolume;
  if (form === "cgroup-rule") {
    const parsed = parseDeviceRule(path);
    return parsed === undefined ? hostDevice("/dev/other") : deviceRuleGain(parsed);
  }
  const graphics = form === "gpu" || /\/gpu=/.test(path);
  return hostDevice(graphics ? "/dev/nvidia0" : "/dev/other");
}

const blockVolume: HostDevice = {
  is: "a volume without file system",
  severity: "low",
  gain: "writes any bytes to the volume, and so a file system that attacks whoever mounts it",
};

/** A rule that only lets a device be used that is listed, or that `privileged` stands for, says nothing new. */
function followsFromAnother({ form, path }: Device, runtime: Runtime, { kind }: Workload): boolean {
  if (form !== "cgroup-rule" || kind !== "oci-config") return false;
  const parsed = parseDeviceRule(path);
  if (parsed === undefined) return false;
  if (parsed.type === "a") return isPrivileged(runtime);
  const single = parsed.major !== undefined && parsed.minor !== undefined;
  return single && runtime.devices.some((device) => device.form === "device");
}

/** Devices whose drivers serve nobody who opens them only to read. */
const READ_AND_WRITTEN =
  /^\/dev\/(?:net\/tun|fuse|kvm|kfd|dri|dxg|nvidia|vhost|tty|snd|bus|usb|hidraw|ppp|loop|video|i2c|spidev|gpio|tpm|vfio|accel)/;

function fewest(path: string): "r" | "rw" {
  return READ_AND_WRITTEN.test(path) ? "rw" : "r";
}

function gpuHelp(workload: Workload): string {
  return inForm(workload, {
    compose:
      "Remove it, or name the one processor by `device_ids` under `deploy.resources.reservations.devices`, with only the `capabilities` that the program needs",
    kubernetes: "Ask for one processor by `resources.limits`, or for none",
    run: "Remove `--gpus`, or name the one processor that is needed: `--gpus device=UUID`",
    oci: "Remove the device from `linux.devices` and from `linux.resources.devices`",
  });
}

function draft(
  device: Device,
  given: HostDevice & { readonly severity: Severity },
  runtime: Runtime,
  workload: Workload,
): FindingDraft {
  const { form, path } = device;
  const confined = hasUserNamespace(runtime) || startsAs(workload) === "non-root";
  return {
    severity: confined ? lessGrave(given.severity) : given.severity,
    confidence: "high",
    message:
      form === "cgroup-rule"
        ? `the device rule \`${path}\` opens ${given.is}`
        : form === "gpu"
          ? "is given the host's graphics processors"
          : `is given ${given.is}: ${path}`,
    detail: `An attacker inside ${given.gain}${confined ? ", as far as the device file's permissions let its user" : ""}.`,
    help:
      form === "gpu" || path === "gpus"
        ? gpuHelp(workload)
        : inForm(workload, {
            compose:
              form === "cgroup-rule"
                ? "Remove the entry from `device_cgroup_rules`, or name the one device under `devices`"
                : `Remove \`${path}\`, or give the one device that is needed with the fewest permissions (\`${path}:${path}:${fewest(path)}\`)`,
            kubernetes: "Use a volume with a file system (`volumeMounts`) instead of a raw device",
            run:
              form === "cgroup-rule"
                ? "Remove `--device-cgroup-rule`, or name the one device with `--device`"
                : `Remove \`${path}\`, or give the one device that is needed with the fewest permissions (\`--device ${path}:${path}:${fewest(path)}\`)`,
            oci: "Remove the device from `linux.devices` and from `linux.resources.devices`",
          }),
    at: device.origin,
    label: given.is,
    subject: path,
  };
}
