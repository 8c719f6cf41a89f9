/** Which engine is meant, as the docker command line finds it. */

import { homedir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "./endpoint.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { EngineProblem } from "./problem.ts";
import { isProblem } from "./problem.ts";
import { certificates, contextEndpoint, currentContext } from "./settings-files.ts";
import { usualSocketPaths } from "./usual-sockets.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Candidates {
  readonly endpoints: readonly Endpoint[];
  /** Whether the user or their settings name it, so that no other engine will do. */
  readonly named: boolean;
}

/**
 * The engines to try, in order. `host` is what the user names for this run. Without it: `DOCKER_HOST`,
 * then `DOCKER_CONTEXT`, then the current context, then the sockets at their usual places.
 * Source: docker/cli cli/command/cli.go (resolveContextName).
 */
export function findEndpoints(env: Environment, host?: string): Candidates | EngineProblem {
  const home = env["HOME"] ?? homedir();
  const folder = nonEmpty(env["DOCKER_CONFIG"]) ?? join(home, ".docker");
  const address = nonEmpty(host) ?? nonEmpty(env["DOCKER_HOST"]);
  if (address !== undefined) return named(byAddress(address, env, folder));
  const context = nonEmpty(env["DOCKER_CONTEXT"]) ?? currentContext(folder);
  if (typeof context === "object") return context;
  if (context !== undefined && context !== "default")
    return named(contextEndpoint(folder, context));
  return { named: false, endpoints: usualSockets(env) };
}

function byAddress(address: string, env: Environment, folder: string): Endpoint | EngineProblem {
  const verify = nonEmpty(env["DOCKER_TLS_VERIFY"]) !== undefined;
  if (!verify && nonEmpty(env["DOCKER_TLS"]) === undefined) return parseEndpoint(address);
  const tls = certificates(nonEmpty(env["DOCKER_CERT_PATH"]) ?? folder, verify);
  return isProblem(tls) ? tls : parseEndpoint(address, tls);
}

function named(endpoint: Endpoint | EngineProblem): Candidates | EngineProblem {
  return isProblem(endpoint) ? endpoint : { named: true, endpoints: [endpoint] };
}

function usualSockets(env: Environment): Endpoint[] {
  return usualSocketPaths(env).map((path) => ({ kind: "unix", path, name: `unix://${path}` }));
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
