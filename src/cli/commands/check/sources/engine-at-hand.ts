/** The engine of a run: connected when it is first needed, and once. */

import type { Engine } from "../../../../engine/engine.ts";
import { connectEngine } from "../../../../engine/engine.ts";
import { isProblem } from "../../../../engine/problem.ts";
import type { Io, UsageProblem } from "../../../command.ts";

export interface EngineAtHand {
  readonly open: () => Promise<Engine | UsageProblem>;
  readonly close: () => void;
}

export function openEngineOnce(environment: Io["environment"]): EngineAtHand {
  let connected: Promise<Engine | UsageProblem> | undefined;
  let opened: Engine | undefined;
  const connect = async (): Promise<Engine | UsageProblem> => {
    const engine = await connectEngine({ env: environment });
    if (isProblem(engine)) return { problem: engine.problem, help: engine.settle };
    opened = engine;
    return engine;
  };
  return {
    open: () => (connected ??= connect()),
    close: () => opened?.close(),
  };
}
