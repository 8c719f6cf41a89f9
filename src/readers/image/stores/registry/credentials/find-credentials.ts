/** Finds the credentials for a repository where Docker and Podman keep them. */

import { join } from "node:path";
import type { AuthFile } from "./auth-file.ts";
import {
  DOCKER_HUB_SERVER,
  hostNames,
  matchAuth,
  parseAuthFile,
  readAuthFile,
} from "./auth-file.ts";
import type { Environment } from "./credential-helper.ts";
import { askHelper } from "./credential-helper.ts";
import type { Credentials } from "./credentials.ts";

export interface FoundCredentials {
  readonly credentials?: Credentials;
  /** Why credentials that may be there could not be had, as clauses. */
  readonly notes: readonly string[];
}

export interface CredentialPlaces {
  readonly environment: Environment;
  readonly home: string;
}

/**
 * The first place that has some wins: `$REGISTRY_AUTH_FILE` (named on purpose), `$DOCKER_AUTH_CONFIG`, Docker's file,
 * Podman's. `host` as in references: `docker.io`, `registry.example:5000`.
 *
 * `$DOCKER_AUTH_CONFIG` holds what stands in such a file. GitLab's runner reads it, and since 28.3.0 docker's own
 * command, which asks it before config.json and goes on to that for what it does not name. Source: docker/cli v28.3.0,
 * cli/config/configfile/file.go; GitLab, "Access an image from a private container registry".
 */
export async function findCredentials(
  host: string,
  repository: string,
  places: CredentialPlaces,
): Promise<FoundCredentials> {
  const notes: string[] = [];
  for (const { name, read } of authPlaces(places)) {
    const file = await read();
    if (file === undefined) {
      if (name.startsWith("$")) notes.push(`${name}: there is no such file`);
      continue;
    }
    if ("problem" in file) {
      notes.push(`${name}: ${file.problem}`);
      continue;
    }
    const found = await inFile(file, host, repository, places.environment);
    if (found === undefined) continue;
    if (!("problem" in found)) return { credentials: found, notes };
    notes.push(`${name}: ${found.problem}`);
    // An entry of the file itself may still do.
    const plain = matchAuth(file.auths, host, repository);
    if (plain !== undefined) return { credentials: plain, notes };
  }
  return { notes };
}

interface AuthPlace {
  /** By which it is spoken of. */
  readonly name: string;
  readonly read: () => ReturnType<typeof readAuthFile>;
}

/** In their order. */
function authPlaces({ environment, home }: CredentialPlaces): readonly AuthPlace[] {
  const set = (name: string): string | undefined => {
    const value = environment[name];
    return value === "" ? undefined : value;
  };
  const named = set("REGISTRY_AUTH_FILE");
  const given = set("DOCKER_AUTH_CONFIG");
  const runtime = set("XDG_RUNTIME_DIR");
  const docker = set("DOCKER_CONFIG") ?? join(home, ".docker");
  const config = set("XDG_CONFIG_HOME") ?? join(home, ".config");
  const file = (name: string, path: string): AuthPlace => ({
    name,
    read: () => readAuthFile(path),
  });
  return [
    ...(named === undefined ? [] : [file("$REGISTRY_AUTH_FILE", named)]),
    ...(given === undefined ? [] : [{ name: "$DOCKER_AUTH_CONFIG", read: () => readText(given) }]),
    file("Docker's config.json", join(docker, "config.json")),
    ...(runtime === undefined
      ? []
      : [file("Podman's auth.json", join(runtime, "containers", "auth.json"))]),
    file("~/.config/containers/auth.json", join(config, "containers", "auth.json")),
  ];
}

function readText(text: string): ReturnType<typeof readAuthFile> {
  return Promise.resolve(parseAuthFile(new TextEncoder().encode(text)));
}

async function inFile(
  { auths, credHelpers, credsStore }: AuthFile,
  host: string,
  repository: string,
  environment: Environment,
): Promise<Credentials | undefined | { readonly problem: string }> {
  const keys = [...hostNames(host), ...(host === "docker.io" ? [DOCKER_HUB_SERVER] : [])];
  const own = keys.map((key) => credHelpers[key]).find((name) => name !== undefined);
  const helper = own ?? credsStore ?? "";
  if (helper !== "") {
    const server = hostNames(host).length > 1 ? DOCKER_HUB_SERVER : host;
    const found = await askHelper(helper, server, environment);
    if (found !== undefined) return found;
  }
  return matchAuth(auths, host, repository);
}
