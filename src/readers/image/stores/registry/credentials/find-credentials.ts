/** Finds the credentials for a repository where Docker and Podman keep them. */

import { join } from "node:path";
import type { AuthFile } from "./auth-file.ts";
import { DOCKER_HUB_SERVER, hostNames, matchAuth, readAuthFile } from "./auth-file.ts";
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
 * The first file that has some wins: `$REGISTRY_AUTH_FILE` (named on purpose), Docker's, Podman's.
 * `host` as in references: `docker.io`, `registry.example:5000`.
 */
export async function findCredentials(
  host: string,
  repository: string,
  places: CredentialPlaces,
): Promise<FoundCredentials> {
  const notes: string[] = [];
  for (const [name, path] of authFiles(places)) {
    const file = await readAuthFile(path);
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

/** The files in their order, with the names by which they are spoken of. */
function authFiles({
  environment,
  home,
}: CredentialPlaces): readonly (readonly [string, string])[] {
  const set = (name: string): string | undefined => {
    const value = environment[name];
    return value === "" ? undefined : value;
  };
  const named = set("REGISTRY_AUTH_FILE");
  const runtime = set("XDG_RUNTIME_DIR");
  return [
    ...(named === undefined ? [] : [["$REGISTRY_AUTH_FILE", named] as const]),
    ["Docker's config.json", join(set("DOCKER_CONFIG") ?? join(home, ".docker"), "config.json")],
    ...(runtime === undefined
      ? []
      : [["Podman's auth.json", join(runtime, "containers", "auth.json")] as const]),
    [
      "~/.config/containers/auth.json",
      join(set("XDG_CONFIG_HOME") ?? join(home, ".config"), "containers", "auth.json"),
    ],
  ];
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
