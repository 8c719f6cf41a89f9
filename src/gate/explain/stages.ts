/** The parts of the judgement by name, in the gate's order. */

import type { BuildRegistry } from "../buildkit/registry.ts";
import { buildkitStep } from "../buildkit/steps.ts";
import { ownLabelStep } from "../ownership/own-label.ts";
import { ownershipSteps } from "../ownership/steps.ts";
import { postureSteps } from "../posture/steps.ts";
import { redactionStep } from "../redact/step.ts";
import type { Stage } from "./explain.ts";

export function gateStages(builds: BuildRegistry): readonly Stage[] {
  return [
    { name: "ownership", steps: ownershipSteps },
    { name: "buildkit", steps: [buildkitStep(builds)] },
    { name: "posture", steps: postureSteps },
    { name: "redaction", steps: [redactionStep, ownLabelStep] },
  ];
}
