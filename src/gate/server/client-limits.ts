/** How much one client may ask at a time, so that none starves another. */

export interface LimitSettings {
  readonly rate?: { readonly perSecond: number; readonly burst: number };
  readonly concurrency?: number;
}

export type Admission =
  | { readonly ok: true; readonly release: () => void }
  | {
      readonly ok: false;
      readonly why: "rate" | "concurrency";
      readonly retryAfterSeconds: number;
    };

/** A token bucket and a count. `now` is a monotonic clock in milliseconds. */
export class ClientLimits {
  #settings: LimitSettings;
  #tokens: number;
  #at: number;
  #open = 0;
  readonly #now: () => number;

  constructor(settings: LimitSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
    this.#tokens = settings.rate?.burst ?? 0;
    this.#at = now();
  }

  /** Requests and streams that are open. */
  get open(): number {
    return this.#open;
  }

  /** New settings for what comes; what is open stays open and counts. */
  change(settings: LimitSettings): void {
    this.#refill();
    this.#settings = settings;
    this.#tokens = Math.min(this.#tokens, settings.rate?.burst ?? 0);
  }

  admit(): Admission {
    const { rate, concurrency } = this.#settings;
    if (concurrency !== undefined && this.#open >= concurrency) {
      return { ok: false, why: "concurrency", retryAfterSeconds: 1 };
    }
    if (rate !== undefined) {
      this.#refill();
      if (this.#tokens < 1) {
        const missing = (1 - this.#tokens) / rate.perSecond;
        return { ok: false, why: "rate", retryAfterSeconds: Math.max(1, Math.ceil(missing)) };
      }
      this.#tokens -= 1;
    }
    this.#open += 1;
    let released = false;
    return {
      ok: true,
      release: () => {
        if (released) return;
        released = true;
        this.#open -= 1;
      },
    };
  }

  #refill(): void {
    const { rate } = this.#settings;
    const now = this.#now();
    const passed = Math.max(0, now - this.#at);
    this.#at = now;
    if (rate !== undefined) {
      this.#tokens = Math.min(rate.burst, this.#tokens + (passed / 1000) * rate.perSecond);
    }
  }
}
