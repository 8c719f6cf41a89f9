/** The checkout that holds a directory. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The nearest directory from this one up that holds `.git`. */
export function checkoutOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (isCheckout(at)) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** Whether a directory is the top of a checkout. */
export function isCheckout(directory: string): boolean {
  return existsSync(join(directory, ".git"));
}
