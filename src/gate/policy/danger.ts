/** What a danger of a policy is. */

import type { Severity } from "../../model/finding.ts";
import type { CompiledGate } from "./compiled.ts";

export interface Danger {
  readonly severity: Severity;
  /** What of the policy it is: `binds /`, `privileged`, `containers: exec`. */
  readonly grant: string;
  /** What it means, as a clause, without a full stop. */
  readonly meaning: string;
}

/** What stands around a client: the sockets of all clients, and the engine's. */
export type Surroundings = Pick<CompiledGate, "listeners" | "upstream">;
