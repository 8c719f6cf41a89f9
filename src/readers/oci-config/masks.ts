/** `linux.maskedPaths`, `linux.readonlyPaths` and the mount of /sys: what of the kernel's view is hidden. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import { pathLeftOpen } from "../masked-paths.ts";
import { asString, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { listAt } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

/** Nothing is masked by itself: paths that are not listed are open. */
export function readMasks(
  root: YamlMap,
  linux: YamlMap | undefined,
  otherwise: Origin,
  report: Report,
): Fact<"masked" | "unmasked"> {
  const masked = pathsOf(linux, "maskedPaths", report);
  const readOnly = pathsOf(linux, "readonlyPaths", report);
  const open = pathLeftOpen(masked, readOnly);
  const list = entryOf(linux, "maskedPaths") ?? entryOf(linux, "readonlyPaths");
  const origin: Origin = list === undefined ? otherwise : { kind: "set", span: list.key.span };
  if (open !== undefined) {
    const derived = `${open} is left open`;
    return known("unmasked", origin.kind === "set" ? { ...origin, derived } : origin);
  }
  for (const mount of itemsOf(get(root, "mounts"))) {
    const type = entryOf(mount, "type");
    if (asString(type?.value) !== "sysfs" || type === undefined) continue;
    const options = itemsOf(get(mount, "options")).map(asString);
    if (!options.includes("ro")) {
      return known("unmasked", {
        kind: "set",
        span: type.value.span,
        derived: "sysfs is mounted writable",
      });
    }
  }
  return known("masked", origin);
}

function pathsOf(linux: YamlMap | undefined, name: string, report: Report): readonly string[] {
  return listAt(linux, name, report).flatMap((item) => asString(item) ?? []);
}
