/** The judgement: steps in their order, each on what the one before it wrote. */

import type {
  AnswerPlan,
  Denial,
  GateRequest,
  JudgeContext,
  Step,
  StepResult,
} from "./contract.ts";

/** What became of a request. With a denial it goes nowhere. */
export interface Judgement {
  /** As the steps left it. */
  readonly request: GateRequest;
  readonly denials: readonly Denial[];
  readonly answers: readonly AnswerPlan[];
  readonly before: readonly (() => Promise<Denial | undefined>)[];
  /** What an upload's first bytes must be asked. */
  readonly uploads: readonly ((beginning: Uint8Array) => Denial | undefined)[];
}

/** `first`: a step that denies is the last one. `all`: every step is asked, for learning and for shadows. */
export type Thoroughness = "first" | "all";

/** Without a promise where no step needs one: most requests ask nobody. */
export function judge(
  request: GateRequest,
  context: JudgeContext,
  steps: readonly Step[],
  thoroughness: Thoroughness = "first",
): Judgement | Promise<Judgement> {
  const judgement = new Gathering(request);
  for (const [index, step] of steps.entries()) {
    const result = step(judgement.request, context);
    if (result instanceof Promise) {
      return judgeOn(judgement, result, context, steps.slice(index + 1), thoroughness);
    }
    judgement.add(result);
    if (judgement.isDecided(thoroughness)) break;
  }
  return judgement;
}

async function judgeOn(
  judgement: Gathering,
  first: Promise<StepResult>,
  context: JudgeContext,
  rest: readonly Step[],
  thoroughness: Thoroughness,
): Promise<Judgement> {
  judgement.add(await first);
  for (const step of rest) {
    if (judgement.isDecided(thoroughness)) break;
    judgement.add(await step(judgement.request, context));
  }
  return judgement;
}

class Gathering implements Judgement {
  request: GateRequest;
  readonly denials: Denial[] = [];
  readonly answers: AnswerPlan[] = [];
  readonly before: (() => Promise<Denial | undefined>)[] = [];
  readonly uploads: ((beginning: Uint8Array) => Denial | undefined)[] = [];

  constructor(request: GateRequest) {
    this.request = request;
  }

  add({ request, denials, answers = [], before = [], upload }: StepResult): void {
    this.request = request;
    this.denials.push(...denials);
    this.answers.push(...answers);
    this.before.push(...before);
    if (upload !== undefined) this.uploads.push(upload);
  }

  isDecided(thoroughness: Thoroughness): boolean {
    return thoroughness === "first" && this.denials.length > 0;
  }
}
