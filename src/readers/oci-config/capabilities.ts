/** `process.capabilities`: the exact sets, which need no computing. */

import type { Origin } from "../../model/fact.ts";
import type { CapabilityRequest, ExactCapabilities } from "../../model/runtime.ts";
import { asString, entryOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { listAt, mapAt, wrongItem } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

type SetName = "bounding" | "effective" | "permitted" | "inheritable" | "ambient";

const SETS: readonly SetName[] = ["bounding", "effective", "permitted", "inheritable", "ambient"];

export interface Capabilities {
  readonly exact: ExactCapabilities;
  /** Every capability of any set once, at its first place. */
  readonly requests: readonly CapabilityRequest[];
}

/**
 * Without `capabilities` every set is empty.
 * Source: opencontainers/runc v1.3, libcontainer/init_linux.go, finalizeNamespace.
 */
export function readCapabilities(
  process: YamlMap | undefined,
  otherwise: Origin,
  report: Report,
): Capabilities {
  const node = mapAt(process, "capabilities", report);
  const requests = new Map<string, CapabilityRequest>();
  const read = (set: SetName): string[] => {
    const names: string[] = [];
    for (const item of listAt(node, set, report)) {
      const text = asString(item);
      if (text === undefined) {
        report(wrongItem(item, `capabilities.${set}`, "text"));
        continue;
      }
      const name = text.toUpperCase().replace(/^CAP_/, "");
      names.push(name);
      if (!requests.has(name)) {
        requests.set(name, { text, name, origin: { kind: "set", span: item.span } });
      }
    }
    return [...new Set(names)];
  };
  const [bounding = [], effective = [], permitted = [], inheritable = [], ambient = []] =
    SETS.map(read);
  const key = entryOf(process, "capabilities")?.key.span;
  const origin: Origin = key === undefined ? otherwise : { kind: "set", span: key };
  const exact = { bounding, effective, permitted, inheritable, ambient, origin };
  return { exact, requests: [...requests.values()] };
}

/** Capabilities of Linux 5.9, after which every kernel has them all. Source: capabilities(7). */
const COUNT_OF_CAPABILITIES = 41;

/**
 * Whether the bounding set is full, give or take what an older engine did not know yet. With a user who is
 * not root the other sets are empty, and it is privileged all the same.
 */
export function holdsEveryCapability({ bounding }: ExactCapabilities): boolean {
  const telling = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "MAC_ADMIN"];
  return (
    bounding.length >= COUNT_OF_CAPABILITIES - 4 && telling.every((name) => bounding.includes(name))
  );
}
