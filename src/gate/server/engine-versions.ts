/** Which versions of the API the engine and this gate both speak. */

import type { Upstream } from "../http/contract.ts";
import { DEFAULT_VERSIONS, type VersionRange } from "../wire/target.ts";

/** The least version of an engine's own, that any request of the gate's may be sent with. */
const PING = { method: "GET", target: "/_ping", headers: [] } as const;
const ANSWER_MILLISECONDS = 10_000;
const LEAST_INTERVAL_MILLISECONDS = 1000;

export class EngineVersions {
  readonly #upstream: Upstream;
  readonly #basePath: string;
  readonly #now: () => number;
  #most: number | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(upstream: Upstream, basePath: string, now: () => number) {
    this.#upstream = upstream;
    this.#basePath = basePath;
    this.#now = now;
  }

  /** The newest minor version that both speak; the schema's own while the engine is not known. */
  get most(): number {
    return Math.min(this.#most ?? DEFAULT_VERSIONS.most, DEFAULT_VERSIONS.most);
  }

  /** Whether the engine is known to speak this minor version. */
  atLeast(minor: number): boolean {
    return this.#most !== undefined && this.#most >= minor;
  }

  /** Whether the engine offers a version that the schema does not have. */
  get newerThanSchema(): boolean {
    return (this.#most ?? 0) > DEFAULT_VERSIONS.most;
  }

  /** The range for one client, whose policy may narrow it. */
  range(versions: VersionRange): VersionRange {
    const most = Math.min(versions.most, DEFAULT_VERSIONS.most);
    return { least: versions.least, most, assumed: Math.min(most, this.most) };
  }

  /** Asks the engine unless it has told already; it may be down, and is asked again with a later request. */
  known(): Promise<void> | undefined {
    if (this.#most !== undefined) return undefined;
    if (this.#asking !== undefined) return this.#asking;
    if (this.#now() - this.#askedAt < LEAST_INTERVAL_MILLISECONDS) return undefined;
    this.#askedAt = this.#now();
    this.#asking = this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** The engine went away: another one may come back. */
  forget(): void {
    this.#most = undefined;
  }

  async #ask(): Promise<void> {
    const answer = await this.#upstream.exchange({
      ...PING,
      target: `${this.#basePath}${PING.target}`,
      answerMs: ANSWER_MILLISECONDS,
    });
    if (!answer.ok) return;
    const header = answer.headers.find(([name]) => name.toLowerCase() === "api-version")?.[1];
    await answer.readAll(1024);
    answer.discard();
    const minor = /^1\.(\d{1,3})$/.exec(header ?? "")?.[1];
    if (minor !== undefined) this.#most = Number(minor);
  }
}
