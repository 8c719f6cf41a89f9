/** Devices of the host that a container gets. */

import type { Origin } from "./fact.ts";

export interface Device {
  /** Host path (`/dev/sda`), a CDI name, or `gpus`, or a cgroup rule (`b 8:* rmw`). */
  readonly path: string;
  readonly target?: string;
  readonly permissions?: string;
  readonly form: "device" | "cgroup-rule" | "gpu" | "cdi" | "block-volume";
  readonly origin: Origin;
}
