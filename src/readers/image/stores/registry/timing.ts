/** How long a registry may take. */

export interface Timing {
  /** Until the connection stands, TLS included. */
  readonly connectMs: number;
  /** From there until the head of the answer is whole. */
  readonly headerMs: number;
  /** Between two pieces of a body. */
  readonly idleMs: number;
  /** A body must bring `floorBytes` in so much time of waiting for it. */
  readonly floorMs: number;
  readonly floorBytes: number;
  /** Before a request that failed is made again, doubled the second time. */
  readonly backoffMs: number;
  /** The longest wait that a registry can ask for. */
  readonly longestWaitMs: number;
  /** All timeouts and waits together. */
  readonly patienceMs: number;
}

export const TIMING: Timing = {
  connectMs: 15_000,
  headerMs: 30_000,
  idleMs: 30_000,
  floorMs: 30_000,
  floorBytes: 64 * 1024,
  backoffMs: 500,
  longestWaitMs: 30_000,
  patienceMs: 300_000,
};

/** What is left of the time that is lost by waiting; a registry can spend it in whatever way it likes. */
export interface Patience {
  readonly spend: (milliseconds: number) => void;
  readonly isLost: () => boolean;
  readonly left: () => number;
}

export function createPatience({ patienceMs }: Timing): Patience {
  let left = patienceMs;
  return {
    spend: (milliseconds) => {
      left -= milliseconds;
    },
    isLost: () => left <= 0,
    left: () => Math.max(0, left),
  };
}
