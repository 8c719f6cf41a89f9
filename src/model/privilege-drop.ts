/** Whether an entrypoint gives root up. */

import type { PrivilegeDrop, Workload } from "./workload.ts";

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
