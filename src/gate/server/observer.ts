/** What the gate tells of each request: to the audit log, the metrics, the recorder. */

import type { Denial, GateRequest } from "../judge/contract.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";

/** `shadow`: it would have been refused, and passed. */
export type Decision = "allow" | "deny" | "shadow";

export interface Decided {
  /** Counts up within one process; for the audit log and for the client's error. */
  readonly id: number;
  readonly client: ClientPolicy;
  /** As the client's request line has it; the method of a request that could not be read may be anything. */
  readonly method: string;
  /** Undefined when it could not be read. */
  readonly request?: GateRequest;
  /** As the client named the object, before it was resolved. */
  readonly asked?: GateRequest;
  readonly decision: Decision;
  readonly denials: readonly Denial[];
  /** Of the judgement, in milliseconds, with the gate's own questions to the engine. */
  readonly judgedMs: number;
}

export interface Finished {
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** From the request's head to the end of its answer, in milliseconds. */
  readonly tookMs: number;
  /** `broken`: the engine's answer ended early; `left`: the client did not stay for it. */
  readonly end: "whole" | "broken" | "left";
}

export interface Observer {
  /** Before anything goes to the engine. A denial stops the request: the audit log cannot be written. */
  readonly decided: (decided: Decided) => Denial | undefined | Promise<Denial | undefined>;
  readonly finished: (decided: Decided, finished: Finished) => void;
  /** A connection's bytes were no request at all. */
  readonly malformed: (client: ClientPolicy | undefined, status: number, problem: string) => void;
  readonly bug: (error: unknown) => void;
}
