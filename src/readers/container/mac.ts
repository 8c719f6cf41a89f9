/** AppArmor and SELinux as the processes of the container have them. */

import { parseSelinuxLabel } from "../../linux/mac.ts";
import { appArmorProfile } from "../../linux/security-options.ts";
import type { Fact } from "../../model/fact.ts";
import { known, setAt } from "../../model/fact.ts";
import type { AppArmor, Selinux } from "../../model/security-profiles.ts";
import { asBoolean, asString, get, itemsOf } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";
import { isKnownTrue, placeOf, shownAt } from "./applied.ts";
import { textOfField } from "./document.ts";
import type { Inspected } from "./inspected.ts";

/**
 * The profile that the processes run under stands at the top, whatever was asked for. Nothing stands there
 * before the first start, and on a host without AppArmor.
 */
export function apparmorOf(
  asked: Fact<AppArmor>,
  { root, defaults }: Inspected,
  privileged: Fact<boolean>,
): Fact<AppArmor> {
  const name = textOfField(root, "AppArmorProfile");
  const unasked = shownAt(defaults.apparmor, root, "AppArmorProfile");
  const isAsked = asked.origin.kind === "set";
  if (name !== undefined) {
    const profile = appArmorProfile(name);
    if (isAsked) return known(profile, asked.origin);
    if (isKnownTrue(privileged) && profile.mode === "unconfined") {
      return known(profile, privileged.origin);
    }
    return profile.mode === "default"
      ? known(profile, unasked.origin)
      : known(profile, setAt(placeOf(root, "AppArmorProfile", root.span)));
  }
  const none = isRunning(root) && textOfField(root, "ProcessLabel") === undefined;
  const unconfined: AppArmor = { mode: "unconfined" };
  if (asked.known && asked.value.mode === "unconfined" && isAsked) return asked;
  if (!none) return isAsked ? asked : unasked;
  const { origin } = unasked;
  return known(
    unconfined,
    origin.kind === "default" ? { ...origin, of: HOST_WITHOUT_MAC } : origin,
  );
}

/** In the origin of an AppArmor fact: nobody turned it off, the machine has none. */
const HOST_WITHOUT_MAC = "a host with neither AppArmor nor SELinux";

function isRunning(root: YamlMap): boolean {
  return asBoolean(get(get(root, "State"), "Running")) === true;
}

/** The label of the processes decides; user and role are the host's and tell nothing of the container. */
export function selinuxOf(
  asked: Fact<Selinux>,
  { root, host, engine, defaults }: Inspected,
  privileged: Fact<boolean>,
): Fact<Selinux> {
  const label = textOfField(root, "ProcessLabel");
  if (label !== undefined) {
    const { mode, type, level } = parseSelinuxLabel(label);
    const value: Selinux = {
      mode,
      ...(type === undefined ? {} : { type }),
      ...(level === undefined ? {} : { level }),
    };
    if (asked.origin.kind === "set") return asked;
    return mode === "default"
      ? known(value, shownAt(defaults.selinux, root, "ProcessLabel").origin)
      : known(
          value,
          isKnownTrue(privileged)
            ? privileged.origin
            : setAt(placeOf(root, "ProcessLabel", root.span)),
        );
  }
  if (asked.origin.kind === "set") return asked;
  if (isKnownTrue(privileged)) return known({ mode: "disabled" }, privileged.origin);
  const disabled = itemsOf(get(host, "SecurityOpt")).find(
    (item) => asString(item) === "label=disable",
  );
  // The engine's own entry matters only where there is SELinux to turn off.
  return disabled === undefined || engine.selinux !== true
    ? asked
    : known({ mode: "disabled" }, setAt(disabled.span));
}
