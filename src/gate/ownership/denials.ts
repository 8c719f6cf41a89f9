/** What a client is told about objects that are not there for it. */

import type { Denial } from "../judge/contract.ts";

export type ObjectKind =
  | "container"
  | "exec"
  | "image"
  | "network"
  | "volume"
  | "service"
  | "task"
  | "secret"
  | "config";

/**
 * The engine's own words for an object that does not exist, for others' objects too. Read in moby/moby
 * b985e2313a (2026-08-23): daemon/errors.go, daemon/images/image.go, daemon/network.go,
 * daemon/volume/service/errors.go, daemon/cluster/helpers.go.
 */
const TEXTS: Readonly<Record<ObjectKind, (name: string) => string>> = {
  container: (name) => `No such container: ${name}`,
  exec: (name) => `No such exec instance: ${name}`,
  image: (name) => `No such image: ${familiarReference(name)}`,
  network: (name) => `network ${name} not found`,
  volume: (name) => `get ${name}: no such volume`,
  service: (name) => `service ${name} not found`,
  task: (name) => `task ${name} not found`,
  secret: (name) => `secret ${name} not found`,
  config: (name) => `config ${name} not found`,
};

/** The same for an object that is not there and for one of somebody else. */
export function missing(kind: ObjectKind, name: string, at: string): Denial {
  return { status: 404, rule: "not-yours", at, message: TEXTS[kind](name), asEngine: true };
}

/** As the engine shows a reference: without the default registry and with a tag. */
export function familiarReference(name: string): string {
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(name))
    return name.startsWith("sha256:") ? name : `sha256:${name}`;
  const short = name.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\/(?=[^/]+$)/, "");
  return hasTagOrDigest(short) ? short : `${short}:latest`;
}

export function hasTagOrDigest(reference: string): boolean {
  return reference.includes("@") || reference.slice(reference.lastIndexOf("/") + 1).includes(":");
}

export function unanswered(at: string, why: string): Denial {
  return {
    status: 503,
    rule: "engine-unanswered",
    at,
    message: `the engine could not be asked whose object this is: ${why}`,
  };
}

export function taken(what: string, at: string): Denial {
  return {
    status: 409,
    rule: "not-yours",
    at,
    message: `this name is in use for ${what} that is not this client's`,
    help: "Choose another name",
  };
}

export function refused(rule: string, at: string, message: string, help: string): Denial {
  return { status: 403, rule, at, message, help };
}
