/** Names from a source, fit to stand in a message. */

import { findSecretsInText } from "./find-secrets.ts";

const MAX_SHOWN = 100;

/**
 * A name as it may be printed: cut to a length that people read, and replaced when it is itself in the
 * form of a secret, as happens when a value is written where a name belongs (`-e $TOKEN`, expanded).
 */
export function shownName(name: string, otherwise: string): string {
  if (findSecretsInText(name).length > 0) return otherwise;
  return name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN)}…` : name;
}
