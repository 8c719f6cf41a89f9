/** A client as it is served: its policy may change while it is connected, its counts stay. */

import type { ClientPolicy } from "../policy/client-policy.ts";
import { ClientLimits } from "./client-limits.ts";

export class LiveClient {
  #policy: ClientPolicy;
  readonly limits: ClientLimits;

  constructor(policy: ClientPolicy, now: () => number) {
    this.#policy = policy;
    this.limits = new ClientLimits(policy, now);
  }

  get policy(): ClientPolicy {
    return this.#policy;
  }

  change(policy: ClientPolicy): void {
    this.#policy = policy;
    this.limits.change(policy);
  }
}
