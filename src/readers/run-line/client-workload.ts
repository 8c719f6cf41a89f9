/** A line that starts no container and yet talks to an engine over TCP. */

import { known, unknownFact } from "../../model/fact.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ClientCall } from "./invocation.ts";
import type { Draft } from "./run-workload.ts";
import { noImage } from "./workload-parts.ts";

export function clientWorkload(
  { program, engine, span }: ClientCall,
  host: EnvironmentVariable,
): Draft {
  const origin = { kind: "set", span } as const;
  const why = "the line starts no container";
  const settle = "check what the engine runs";
  return {
    key: program,
    workload: {
      kind: "run-line",
      name: `${program} line`,
      source: span,
      engine,
      platform: "linux",
      image: noImage(why, settle, span),
      user: unknownFact(why, settle, origin),
      command: known({}, origin),
      env: [host],
      execs: [],
      unknowns: [],
      places: [],
    },
  };
}
