/** A client's leaving, told once to all who wait on its behalf. */

import type { Departure } from "./contract.ts";

const NOBODY = (): void => {};

export class Leaving implements Departure {
  left = false;
  #listeners: Set<() => void> | undefined;

  onLeave(listener: () => void): () => void {
    if (this.left) {
      listener();
      return NOBODY;
    }
    const listeners = (this.#listeners ??= new Set());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  leave(): void {
    if (this.left) return;
    this.left = true;
    const listeners = this.#listeners;
    this.#listeners = undefined;
    listeners?.forEach((listener) => {
      listener();
    });
  }
}
