/** The steps that judge what a request would grant, by the same rulebook as everything else. */

import type { Step } from "../judge/contract.ts";

export const postureSteps: readonly Step[] = [];
