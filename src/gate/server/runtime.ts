/** What every request of a running gate shares. */

import type { Upstream } from "../http/contract.ts";
import type { EngineAsk, HostView, Step } from "../judge/contract.ts";
import type { BuildRegistry } from "../buildkit/registry.ts";
import type { EngineVersions } from "./engine-versions.ts";
import type { Observer } from "./observer.ts";

/** `shadow`: judge and tell, and let everything pass that can be read. */
export type Mode = "enforce" | "shadow";

export interface Runtime {
  readonly mode: Mode;
  readonly upstream: Upstream;
  readonly basePath: string;
  readonly versions: EngineVersions;
  readonly engine: EngineAsk;
  readonly host: HostView;
  readonly steps: readonly Step[];
  readonly builds: BuildRegistry;
  readonly observer: Observer;
  readonly bodyBytes: number;
  readonly uploadBytes?: number;
  /** Counts up within one process. */
  readonly nextId: () => number;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}
