/** Every check by the field that it is for. */

import type { CheckRow, FieldCheck } from "./check.ts";
import { deviceChecks } from "./devices.ts";
import { loggingChecks } from "./logging.ts";
import { mountChecks } from "./mounts.ts";
import { namespaceChecks } from "./namespaces.ts";
import { networkChecks } from "./network-create.ts";
import { portChecks } from "./ports.ts";
import { privilegeChecks } from "./privileges.ts";
import { processChecks } from "./process.ts";
import { resourceChecks } from "./resources.ts";
import { serviceChecks } from "./services.ts";
import { swarmChecks } from "./swarm.ts";
import { volumeChecks } from "./volume-create.ts";

const rows: readonly CheckRow[] = [
  ...processChecks,
  ...privilegeChecks,
  ...mountChecks,
  ...namespaceChecks,
  ...networkChecks,
  ...portChecks,
  ...deviceChecks,
  ...resourceChecks,
  ...loggingChecks,
  ...volumeChecks,
  ...serviceChecks,
  ...swarmChecks,
];

/** By `Struct.Field`; the struct is the one that declares the field. */
export const checks: ReadonlyMap<string, FieldCheck> = new Map(
  rows.flatMap(([struct, fields, name, judge, evenEmpty]) =>
    fields
      .split(" ")
      .map(
        (field) =>
          [
            `${struct}.${field}`,
            { name, judge, ...(evenEmpty === undefined ? {} : { evenEmpty }) },
          ] as const,
      ),
  ),
);
