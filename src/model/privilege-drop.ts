/** Whether an entrypoint gives root up. */

import type { Workload } from "./workload.ts";
import type { Origin } from "./fact.ts";

export interface PrivilegeDrop {
  readonly tool: string;
  /** To which user, where it can be told. */
  readonly to?: string;
  /** A variable with which the entrypoint keeps root. */
  readonly unless?: string;
  readonly origin: Origin;
}

/** The drop of privileges that holds: none where a variable that the entrypoint heeds is set, whatever to. */
export function heldDrop({
  privilegeDrop,
  env,
}: Pick<Workload, "privilegeDrop" | "env">): PrivilegeDrop | undefined {
  const keepsRoot = env.some(
    ({ name, value, from }) =>
      name === privilegeDrop?.unless && !(from === "literal" && value === ""),
  );
  return keepsRoot ? undefined : privilegeDrop;
}
