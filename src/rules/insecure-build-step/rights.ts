/** Rights that a build is given on the machine that builds. */

import type { Build } from "../../model/build.ts";
import type { FindingDraft } from "../contract.ts";
import type { Weakness } from "./weakness.ts";
import { draft } from "./weakness.ts";

const INSECURE: Weakness = {
  severity: "high",
  message: "build step runs without a sandbox",
  detail:
    "It runs with all capabilities and without seccomp and AppArmor. A package that is installed in it, or a changed Dockerfile, gets the machine that builds, and with it every image and credential there.",
  help: "Remove it; run what needs the privilege outside of the build",
  label: "no sandbox",
};

const HOST_NETWORK: Weakness = {
  severity: "medium",
  message: "build step uses the host's network",
  detail:
    "What runs in it reaches services that listen on the loopback of the machine that builds, and the cloud's metadata service with its credentials.",
  help: "Remove it; fetch over the builder's own network, or copy in what you need from another stage",
  label: "the host's network",
};

const DEVICE: Weakness = {
  severity: "medium",
  message: "build step gets a device of the host",
  detail:
    "What runs in it reaches the driver of the device in the kernel of the machine that builds.",
  help: "Remove the device, or build on a machine that holds nothing else",
  label: "a device of the host",
};

/** Findings on what the build as a whole and its steps are allowed. */
export function buildRights(build: Build, privileged: boolean): FindingDraft[] {
  const found: FindingDraft[] = [];
  if (privileged) {
    found.push(
      draft({
        ...INSECURE,
        message: "the build is privileged",
        help: "Remove `privileged: true` from `build`",
        at: build.privileged.origin,
        subject: "build privileged",
      }),
    );
  }
  if (build.hostNetwork.known && build.hostNetwork.value) {
    found.push(
      draft({
        ...HOST_NETWORK,
        message: "the build uses the host's network",
        at: build.hostNetwork.origin,
        subject: "build network host",
      }),
    );
  }
  for (const { name, origin } of build.entitlements) {
    const weakness = ofEntitlement(name);
    if (weakness === undefined) continue;
    found.push(
      draft({
        ...weakness,
        message: `the build is allowed ${name}`,
        at: origin,
        subject: `entitlement ${name}`,
      }),
    );
  }
  for (const run of build.runs) {
    const at = run.origin;
    if (run.security === "insecure") {
      found.push(draft({ ...INSECURE, at, subject: "RUN --security=insecure" }));
    }
    if (run.network === "host") {
      found.push(draft({ ...HOST_NETWORK, at, subject: "RUN --network=host" }));
    }
    for (const device of run.devices) {
      found.push(draft({ ...DEVICE, at, subject: `RUN --device ${device}` }));
    }
  }
  return found;
}

function ofEntitlement(name: string): Weakness | undefined {
  if (name === "security.insecure") return INSECURE;
  if (name === "network.host") return HOST_NETWORK;
  return name === "device" || name.startsWith("device=") ? DEVICE : undefined;
}
