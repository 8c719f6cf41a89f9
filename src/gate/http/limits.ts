/** How much and how long each side may take. */

/** Times in milliseconds, held to within about 100 ms. */
export interface ServerLimits {
  readonly headBytes: number;
  readonly headerCount: number;
  /** From the first byte (of a new connection: from its opening) to the end of the head. */
  readonly headMs: number;
  /** For `readBody` to have it all. */
  readonly bodyMs: number;
  /** Between requests. */
  readonly idleMs: number;
  /** In an upload: the longest wait for the client's next byte. */
  readonly uploadStallMs: number;
  /**
   * For a client to take a whole answer in; streams wait for ever. Also for the engine to change the protocol when the
   * client has half-closed before.
   */
  readonly answerMs: number;
  /** How long after a half-close a client still gets its answer. */
  readonly halfCloseMs: number;
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  headBytes: 256 * 1024,
  headerCount: 128,
  headMs: 10_000,
  bodyMs: 30_000,
  idleMs: 120_000,
  uploadStallMs: 600_000,
  answerMs: 120_000,
  halfCloseMs: 500,
};

export interface UpstreamLimits {
  /** At once, idle ones and streams included. */
  readonly connections: number;
  readonly idleConnections: number;
  readonly idleMs: number;
  readonly connectMs: number;
  readonly headBytes: number;
}

export const DEFAULT_UPSTREAM_LIMITS: UpstreamLimits = {
  connections: 12_000,
  idleConnections: 64,
  idleMs: 30_000,
  connectMs: 10_000,
  headBytes: 256 * 1024,
};
