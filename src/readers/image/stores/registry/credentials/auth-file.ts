/**
 * The files in which `docker login` and `podman login` keep credentials.
 * Sources: docker/cli cli/config/configfile (28.x); containers-auth.json(5) of containers/image 5.34.
 */

import { readFile, stat } from "node:fs/promises";
import { asObject, parseJson, strings } from "../../../manifest/descriptor.ts";
import type { Credentials } from "./credentials.ts";
import { isToken } from "./credentials.ts";

export interface AuthFile {
  /** By key as it is written: a host, a host with a namespace, or a URL of old. */
  readonly auths: ReadonlyMap<string, Credentials>;
  /** Names of helper programs by host. An empty one says that none is to be asked. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

const MAX_BYTES = 1024 * 1024;
const MAX_ENTRIES = 10_000;

/** Undefined when there is no such file. The problem is a clause without content of the file. */
export async function readAuthFile(
  file: string,
): Promise<AuthFile | { readonly problem: string } | undefined> {
  try {
    const { size, isFile } = await stat(file).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    if (!isFile) return { problem: "it is no file" };
    if (size > MAX_BYTES) return { problem: "it is too long for a file of credentials" };
    return parseAuthFile(await readFile(file));
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return { problem: `it cannot be read (${code})` };
  }
}

export function parseAuthFile(bytes: Uint8Array): AuthFile | { readonly problem: string } {
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return parsed;
  const root = asObject(parsed.value);
  if (root === undefined) return { problem: "it is no JSON object" };
  const auths = new Map<string, Credentials>();
  for (const [key, entry] of Object.entries(asObject(root["auths"]) ?? {}).slice(0, MAX_ENTRIES)) {
    const found = credentialsOf(strings(entry));
    if (found !== undefined) auths.set(key, found);
  }
  const { credsStore } = strings(root);
  return {
    auths,
    credHelpers: strings(root["credHelpers"]),
    ...(credsStore === undefined ? {} : { credsStore }),
  };
}

/** An entry may be empty: then a credential store has what belongs there. */
function credentialsOf(entry: Readonly<Record<string, string>>): Credentials | undefined {
  const { registrytoken = "", identitytoken = "", auth = "", username = "", password = "" } = entry;
  if (isToken(registrytoken)) return { kind: "bearer", token: registrytoken };
  if (isToken(identitytoken)) return { kind: "identity", token: identitytoken };
  if (auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8");
    const colon = text.indexOf(":");
    if (colon < 1) return undefined;
    // Some tools pad with zeros.
    const after = text.slice(colon + 1).replace(/^\0+|\0+$/g, "");
    return { kind: "basic", username: text.slice(0, colon), password: after };
  }
  return username === "" ? undefined : { kind: "basic", username, password };
}

const DOCKER_HUB = ["docker.io", "index.docker.io", "registry-1.docker.io"];
/** Under this `docker login` keeps what belongs to Docker Hub. */
export const DOCKER_HUB_SERVER = "https://index.docker.io/v1/";

/** The names under which credentials of a registry may stand. */
export function hostNames(host: string): readonly string[] {
  return DOCKER_HUB.includes(host) ? DOCKER_HUB : [host];
}

/**
 * The credentials for a repository: those of the longest key that is the repository, a namespace above
 * it, or the host. Keys are never matched in the middle of a name: `a.example` says nothing of
 * `a.example.org`, `a.example/team` nothing of `a.example/teams`.
 */
export function matchAuth(
  auths: AuthFile["auths"],
  host: string,
  repository: string,
): Credentials | undefined {
  const byKey = new Map<string, Credentials>();
  for (const [key, credentials] of auths) {
    const normal = normalKey(key);
    if (!byKey.has(normal) || normal === key) byKey.set(normal, credentials);
  }
  const parts = repository.split("/");
  for (let length = parts.length; length >= 0; length--) {
    for (const name of hostNames(host)) {
      const found = byKey.get([name, ...parts.slice(0, length)].join("/"));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A URL, as Docker wrote keys, stands for its host; `/v1/` and `/v2/` are no namespaces. */
function normalKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, "");
  const [host = "", ...path] = bare.split("/").filter((part) => part !== "");
  const isUrl = bare !== key || /^v[12]$/.test(path.join("/"));
  return [host.toLowerCase(), ...(isUrl ? [] : path)].join("/");
}
