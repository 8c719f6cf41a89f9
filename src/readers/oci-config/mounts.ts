/** `mounts`, `root` and `linux.rootfsPropagation`. */

import type { Mount } from "../../model/mounts.ts";
import { hostPathOf } from "../paths.ts";
import { asString, entryOf, entrySpan } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { booleanField, listAt, mapsAt, textAt, textField } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

const PROPAGATIONS = new Set([
  "private",
  "rprivate",
  "slave",
  "rslave",
  "shared",
  "rshared",
  "unbindable",
  "runbindable",
]);

export function readMounts(
  root: YamlMap,
  rootFs: YamlMap | undefined,
  linux: YamlMap | undefined,
  report: Report,
): Mount[] {
  const mounts = mapsAt(root, "mounts", report).map((node) => readMount(node, report));
  return [...rootMounts(rootFs, linux), ...mounts];
}

function readMount(node: YamlMap, report: Report): Mount {
  const type = textAt(node, "type", report) ?? "";
  const source = textAt(node, "source", report);
  const target = textAt(node, "destination", report);
  const optionNodes = listAt(node, "options", report);
  const options = optionNodes.flatMap((item) => asString(item) ?? []);
  const isBind = type === "bind" || options.includes("bind") || options.includes("rbind");
  const hostPath = isBind && source !== undefined ? hostPathOf(source) : undefined;
  const propagationNode = optionNodes.findLast((item) => PROPAGATIONS.has(asString(item) ?? ""));
  const propagation = asString(propagationNode);
  const access = options.findLast((option) => option === "ro" || option === "rw");
  const entry = entryOf(node, isBind ? "source" : "destination") ?? entryOf(node, "destination");
  return {
    type: isBind ? "bind" : type === "tmpfs" ? "tmpfs" : "other",
    ...(source === undefined ? {} : { source }),
    ...(hostPath === undefined ? {} : { hostPath }),
    ...(target === undefined ? {} : { target }),
    readOnly: access === "ro",
    ...(propagation === undefined ? {} : { propagation }),
    ...(propagationNode === undefined ? {} : { propagationAt: propagationNode.span }),
    origin: { kind: "set", span: entry === undefined ? node.span : entrySpan(entry) },
  };
}

/** The root file system as a mount, where it is more than a folder of its own. */
function rootMounts(rootFs: YamlMap | undefined, linux: YamlMap | undefined): Mount[] {
  const path = textField(rootFs, "path");
  const propagation = textField(linux, "rootfsPropagation");
  const readOnly = booleanField(rootFs, "readonly")?.value === true;
  const mounts: Mount[] = [];
  if (path?.value !== undefined && hostPathOf(path.value) === "/") {
    const origin = { kind: "set", span: path.span } as const;
    mounts.push({ type: "bind", source: "/", hostPath: "/", target: "/", readOnly, origin });
  }
  if (propagation?.value !== undefined && propagation.value !== "") {
    mounts.push({
      type: "other",
      source: "rootfs",
      target: "/",
      readOnly,
      propagation: propagation.value,
      origin: { kind: "set", span: propagation.span },
    });
  }
  return mounts;
}
