/** What the parts of this reader take. */

import type { Runtime } from "../../model/runtime.ts";
import type { Report } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import type { CreateCommand } from "./create-command.ts";
import type { EngineFacts } from "./engine.ts";

/** A container and what its engine is, as the parts of this reader take it. */
export interface Inspected {
  readonly root: YamlMap;
  readonly config: YamlMap | undefined;
  readonly host: YamlMap | undefined;
  readonly engine: EngineFacts;
  /** What holds where nothing is asked. */
  readonly defaults: Runtime;
  /** Podman's, where it keeps the line. */
  readonly created: CreateCommand | undefined;
  readonly report: Report;
}
