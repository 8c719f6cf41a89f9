/** Which sessions and builds are whose: ids are the clients' own words, and another's is never to be used. */

/** As BuildKit's clients make them (identity.NewID: 25 letters and digits). */
const SESSION_ID = /^[0-9A-Za-z_-]{8,64}$/;
const BUILD_REF = /^[0-9A-Za-z_.-]{1,128}$/;
/** Builds of one client that are remembered after their end, for their logs. */
const MOST_REFS = 4096;

export class BuildRegistry {
  /** Open sessions: id to client. */
  readonly #sessions = new Map<string, string>();
  /** Builds, newest last: reference to client. */
  readonly #refs = new Map<string, string>();

  /** Undefined when it is open already, whoever's it is, or is no id. Otherwise what closes it. */
  openSession(id: string, client: string): (() => void) | undefined {
    if (!SESSION_ID.test(id) || this.#sessions.has(id)) return undefined;
    this.#sessions.set(id, client);
    return () => void this.#sessions.delete(id);
  }

  ownsSession(id: string, client: string): boolean {
    return this.#sessions.get(id) === client;
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
