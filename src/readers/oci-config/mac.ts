/** AppArmor and SELinux of the process. */

import { parseSelinuxLabel } from "../../linux/mac.ts";
import type { Fact } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { AppArmor, Selinux } from "../../model/security-profiles.ts";
import { asString } from "../yaml/access.ts";
import { factOf, field } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

/** Profiles that engines load as their default. */
const DEFAULT_PROFILES =
  /^(?:docker-default|cri-containerd\.apparmor\.d|crio-default|containers-default-[\w.-]+|buildkit-default|nerdctl-default)$/;

/** The runtime applies what is written and no more: with neither label nor profile the process is unconfined. */
export function readApparmor(process: YamlMap | undefined, defaults: Runtime): Fact<AppArmor> {
  const profile = field(process, "apparmorProfile", "text", (node): AppArmor | undefined => {
    const name = asString(node);
    if (name === undefined) return undefined;
    if (name === "" || name === "unconfined") return { mode: "unconfined" };
    return DEFAULT_PROFILES.test(name) ? { mode: "default", name } : { mode: "profile", name };
  });
  const label = field(process, "selinuxLabel", "text", asString);
  if (profile === undefined && (label === undefined || label.value === "")) {
    return known({ mode: "unconfined" }, defaults.apparmor.origin);
  }
  return factOf(profile, defaults.apparmor);
}

/** The label is given to the process whole. */
export function readSelinux(process: YamlMap | undefined, defaults: Runtime): Fact<Selinux> {
  const label = field(process, "selinuxLabel", "text", (node): Selinux | undefined => {
    const text = asString(node);
    return text === undefined ? undefined : parseSelinuxLabel(text);
  });
  return factOf(label, defaults.selinux);
}
