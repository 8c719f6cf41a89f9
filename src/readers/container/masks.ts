/** Masked and read-only paths of /proc and /sys. */

import type { Fact } from "../../model/fact.ts";
import { known, setAt, unknownFact } from "../../model/fact.ts";
import { pathLeftOpen } from "../masked-paths.ts";
import { asString, entryOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { listAt } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { isKnownTrue, placeOf, shownAt } from "./applied.ts";
import type { CreateCommand } from "./create-command.ts";
import type { Inspected } from "./inspected.ts";

/** Docker lists what it masks; nothing is listed for what is privileged, and in Podman. */
export function procMaskOf(
  asked: Fact<"masked" | "unmasked">,
  { root, host, engine, defaults, created, report }: Inspected,
  privileged: Fact<boolean>,
): Fact<"masked" | "unmasked"> {
  const masked = pathsAt(host, "MaskedPaths", report);
  const readOnly = pathsAt(host, "ReadonlyPaths", report);
  if (masked === undefined && readOnly === undefined) {
    if (asked.origin.kind === "set") return asked;
    if (isKnownTrue(privileged)) return known("unmasked", privileged.origin);
    return engine.name === "podman" ? maskOfPodman(asked, created) : asked;
  }
  const open = pathLeftOpen(masked, readOnly);
  const shown = shownAt(defaults.procMask, host, "MaskedPaths");
  if (open === undefined) return asked.origin.kind === "set" ? asked : shown;
  const list = pathLeftOpen(masked) === undefined ? "ReadonlyPaths" : "MaskedPaths";
  const span = placeOf(host, list, root.span);
  return known("unmasked", { ...setAt(span), derived: `${open} is left open` });
}

/** Podman says so when nothing is masked, since version 5; of single paths it says nothing. */
function maskOfPodman(
  otherwise: Fact<"masked" | "unmasked">,
  created: CreateCommand | undefined,
): Fact<"masked" | "unmasked"> {
  if (created === undefined) {
    return unknownFact(
      "Podman does not tell which paths of /proc and /sys it masks",
      "look at linux.maskedPaths in the container's config.json",
      otherwise.origin,
    );
  }
  const { procMask } = created.runtime;
  return procMask.origin.kind === "set" ? { ...procMask, origin: created.origin } : otherwise;
}

function pathsAt(
  host: YamlMap | undefined,
  name: string,
  report: Report,
): readonly string[] | undefined {
  const list = entryOf(host, name)?.value;
  if (list?.kind !== "list") {
    // Reports what is neither a list nor null.
    listAt(host, name, report);
    return undefined;
  }
  return list.items.flatMap((item) => asString(item) ?? []);
}
