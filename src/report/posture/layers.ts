/** What a workload's layers are, each with its value and where that comes from. */

import type { Workload } from "../../model/workload.ts";
import { boundingSet, capabilityRows } from "./capabilities.ts";
import { userRows, secretRows } from "./image-side.ts";
import { imageLayers } from "./image.ts";
import { deviceRows, limitRows, mountRows, namespaceRows } from "./isolation.ts";
import type { Layer, LayerRow } from "./layer.ts";
import { row } from "./layer.ts";
import { macRows, noNewPrivilegesRow, seccompRow } from "./privileges.ts";

/** The order is the one in which an attacker meets them: what is seen, used, owned, allowed, reached. */
export function layersOf(workload: Workload): Layer[] {
  const { imageContents } = workload;
  if (workload.kind === "image" && workload.platform === "linux" && imageContents !== undefined) {
    return imageLayers(workload, imageContents);
  }
  const linux = workload.platform === "linux";
  const runtime = linux ? workload.runtime : undefined;
  const later: LayerRow[] = [
    linux
      ? { value: "decided when it is run", origin: "", mark: "later" }
      : { value: "unknown: Windows containers are not assessed", origin: "", mark: "unknown" },
  ];
  return [
    {
      name: "namespaces",
      question: "what it can see",
      rows: runtime === undefined ? later : namespaceRows(runtime.namespaces),
    },
    {
      name: "cgroups",
      question: "how much it can use",
      rows: runtime === undefined ? later : limitRows(runtime.limits),
    },
    { name: "user", question: "who it is", rows: userRows(workload) },
    {
      name: "capabilities",
      question: "which of root's powers",
      rows: runtime === undefined ? later : capabilityRows(workload, runtime),
    },
    {
      name: "no-new-privs",
      question: "whether it can gain more",
      rows: runtime === undefined ? later : [noNewPrivilegesRow(runtime)],
    },
    {
      name: "seccomp",
      question: "which system calls",
      rows:
        runtime === undefined
          ? later
          : [seccompRow(runtime, workload.engine, boundingSet(workload, runtime))],
    },
    {
      name: "LSM",
      question: "AppArmor, SELinux",
      rows: runtime === undefined ? later : macRows(runtime),
    },
    {
      name: "mounts",
      question: "what of the host it has",
      rows: runtime === undefined ? later : mountRows(runtime),
    },
    {
      name: "devices",
      question: "which hardware",
      rows: runtime === undefined ? later : deviceRows(runtime),
    },
    ...(runtime === undefined || runtime.sysctls.length === 0
      ? []
      : [
          {
            name: "sysctls",
            question: "which kernel settings",
            rows: runtime.sysctls.map(({ name, value, origin }) =>
              row(`${name} = ${value}`, origin, "looser"),
            ),
          },
        ]),
    { name: "secrets", question: "by name only", rows: secretRows(workload) },
  ];
}
