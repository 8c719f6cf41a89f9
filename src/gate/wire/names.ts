/** Which names may stand in a path, by what they name. */

import type { NameKind } from "../api/by-hand/routes.ts";

const PLAIN = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

/**
 * Containers and volumes: moby's RestrictedNamePattern. Images: a reference, a digest or an id. Networks
 * made by old engines may hold spaces and more.
 */
const FORMS: Readonly<Record<NameKind, RegExp>> = {
  container: PLAIN,
  volume: PLAIN,
  exec: PLAIN,
  swarm: PLAIN,
  checkpoint: PLAIN,
  profile: /^[a-z]{1,32}$/,
  image: /^[a-zA-Z0-9[][a-zA-Z0-9_.\-/:@+[\]]{0,511}$/,
  plugin: /^[a-zA-Z0-9][a-zA-Z0-9_.\-/:@+]{0,511}$/,
  network: /^[^/\p{C}]{1,255}$/u,
  anything: /^[^\p{C}]{0,1024}$/u,
};

export function isName(kind: NameKind, value: string): boolean {
  return FORMS[kind].test(value);
}
