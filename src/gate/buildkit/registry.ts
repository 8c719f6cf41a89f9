/** Which sessions and builds are whose: ids are the clients' own words, and another's is never to be used. */

/** As BuildKit's clients make them (identity.NewID: 25 letters and digits). */
const SESSION_ID = /^[0-9A-Za-z_-]{8,64}$/;
const BUILD_REF = /^[0-9A-Za-z_.-]{1,128}$/;
/** Builds that are remembered after their end, for their logs. */
const MOST_REFS = 4096;
/** Clients open a session and begin the build at the same time; the engine waits as long for it. */
const SESSION_MILLISECONDS = 5000;
/** Builds that wait for a session at a time. */
const MOST_WAITING = 256;

export class BuildRegistry {
  /** Open sessions: id to client. */
  readonly #sessions = new Map<string, string>();
  /** Told of every session that opens. */
  readonly #waiting = new Set<() => void>();
  /** Builds, newest last: reference to client. */
  readonly #refs = new Map<string, string>();

  /** Undefined when it is open already, whoever's it is, or is no id. Otherwise what closes it. */
  openSession(id: string, client: string): (() => void) | undefined {
    if (!SESSION_ID.test(id) || this.#sessions.has(id)) return undefined;
    this.#sessions.set(id, client);
    for (const told of this.#waiting) told();
    return () => void this.#sessions.delete(id);
  }

  /** Whether the session is the client's; one that is not open yet may come within a few seconds. */
  ownsSession(id: string, client: string): boolean | Promise<boolean> {
    if (this.#sessions.has(id) || !SESSION_ID.test(id) || this.#waiting.size >= MOST_WAITING) {
      return this.#sessions.get(id) === client;
    }
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(this.#sessions.get(id) === client);
      };
      const look = (): void => {
        if (this.#sessions.has(id)) settle();
      };
      const timer = setTimeout(settle, SESSION_MILLISECONDS);
      this.#waiting.add(look);
    });
  }

  /** False when it is another client's, or is no reference. */
  claimBuild(ref: string, client: string): boolean {
    if (!BUILD_REF.test(ref)) return false;
    const owner = this.#refs.get(ref);
    if (owner !== undefined && owner !== client) return false;
    this.#refs.delete(ref);
    this.#refs.set(ref, client);
    const [oldest] = this.#refs.keys();
    if (this.#refs.size > MOST_REFS && oldest !== undefined) this.#refs.delete(oldest);
    return true;
  }
}
