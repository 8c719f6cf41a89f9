/** Capabilities that are added. */

import { engines } from "../../../linux/engines.ts";
import { shown, textsOf } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { Judge } from "./check.ts";

/** What every container of the engine holds unless something drops it. */
const USUAL: ReadonlySet<string> = new Set(engines.docker.defaults.capabilities);

/**
 * As dockerd reads a name (moby/moby b985e2313a, daemon/pkg/oci/caps/utils.go): upper case, with or without
 * `CAP_`. Go's upper case takes `ſ` and `ı` for S and I; no name is written with letters beyond ASCII, and
 * undefined is given for those.
 */
export function capabilityName(text: string): string | undefined {
  if (!/^[A-Za-z_]{1,64}$/.test(text)) return undefined;
  return text.toUpperCase().replace(/^CAP_/, "");
}

/** Whether the policy grants it, or it is there anyway. */
function isAdmitted(name: string, judging: Judging): "granted" | "usual" | "no" {
  const { capabilities, privileged } = judging.grants;
  if (privileged || capabilities.has(name) || capabilities.has("ALL")) return "granted";
  return !judging.client.forced.capDropAll && USUAL.has(name) ? "usual" : "no";
}

export const capabilities: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const name = capabilityName(text);
    if (name === undefined) {
      judging.deny({
        rule: "bad-capability",
        at: place,
        message: `${shown(text)} is no name of a capability`,
      });
      continue;
    }
    const admitted = isAdmitted(name, judging);
    if (admitted === "granted") judging.grant(place);
    else if (admitted === "no") {
      judging.miss({
        rule: "capability-not-granted",
        at: place,
        message: `the policy does not grant the capability ${name}`,
        key: "capabilities",
        value: name,
      });
    }
  }
};
