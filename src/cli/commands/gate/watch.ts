/** What is made of the decisions beside answers: a policy that is learned, a summary of what a shadow saw. */

import { resolve } from "node:path";
import { learningGate } from "../../../gate/learn/learned-policy.ts";
import { Recorder } from "../../../gate/learn/recorder.ts";
import { ShadowTally } from "../../../gate/learn/shadow-tally.ts";
import type { CompiledGate } from "../../../gate/policy/compiled.ts";
import type { Decided } from "../../../gate/server/observer.ts";
import type { Mode } from "../../../gate/server/runtime.ts";
import { renderShadow } from "../../../report/gate/shadow.ts";
import type { Invocation, UsageProblem } from "../../command.ts";
import { printableLine } from "../../printable.ts";

export interface Watching {
  /** The policy by which it is judged. */
  readonly gate: (policy: CompiledGate) => CompiledGate;
  readonly tap: (decided: Decided) => void;
  /** To say when the gate listens. */
  readonly begin: readonly string[];
  /** Text for standard error when it has stopped. */
  readonly end: () => readonly string[];
}

const WIDTH = 100;

export function watch(
  learned: string | undefined,
  mode: Mode,
  gate: CompiledGate,
  { io }: Invocation,
): Watching | UsageProblem {
  const asItIs = (policy: CompiledGate): CompiledGate => policy;
  if (learned !== undefined) {
    const warn = (line: string): void => io.err(`plimsoll: ${printableLine(line)}\n`);
    const path = resolve(io.workingDirectory, learned);
    const recorder = Recorder.open({ path, gate, warn });
    if (typeof recorder === "string") {
      return { problem: recorder, help: "learning writes only over what it wrote itself" };
    }
    return {
      gate: learningGate,
      tap: (decided) => recorder.add(decided),
      begin: [
        `learning: everything passes that can be read, and ${learned} becomes the least policy that admits it`,
      ],
      end: () => {
        recorder.keep();
        return [
          `plimsoll: the policy is in ${printableLine(learned)}; read it before you enforce it\n`,
        ];
      },
    };
  }
  if (mode === "enforce") {
    return { gate: asItIs, tap: () => undefined, begin: [], end: () => [] };
  }
  const tally = new ShadowTally();
  return {
    gate: asItIs,
    tap: (decided) => tally.add(decided),
    begin: ["shadow: nothing is refused that can be read; what would be is told at the end"],
    end: () => [renderShadow(tally.summary(), io.columns ?? WIDTH)],
  };
}
