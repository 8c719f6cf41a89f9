/** What images are built from, and a secret that they should not hold. */

import type { Files } from "./forms.ts";
import { compose, dockerfile } from "./forms.ts";

/** Looks like a password, and is none: made for this test. */
export const PASSWORD = "vT9q-Lm3x-Zk7w-Rb2n";

/** A Compose service that is built from a Dockerfile. */
export function composed(text: string, service = "build: .", further: Files = {}): Files {
  return compose(service, "", { ...further, ...dockerfile(text) });
}

export const BASE = "FROM registry.example/base:1.0.0";
