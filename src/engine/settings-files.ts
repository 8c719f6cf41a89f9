/** Files of the docker command line: its configuration, contexts and certificates. */

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint, TlsMaterial } from "./endpoint.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { JsonObject } from "./guards.ts";
import { isObject, isTrueAt, objectAt, textAt } from "./guards.ts";
import type { EngineProblem } from "./problem.ts";
import { isProblem, shown } from "./problem.ts";

/** Longer ones are no settings. */
const MAX_FILE_BYTES = 1_048_576;

/** The text of a file; undefined when it is not there. */
function readSettings(path: string): { readonly text: string } | undefined | EngineProblem {
  try {
    const status = statSync(path);
    // Devices and pipes would be waited for.
    if (!status.isFile() || status.size > MAX_FILE_BYTES)
      return {
        problem: `${shown(path)} is no file of settings`,
        settle: `put it right or remove it`,
      };
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return { problem: `${shown(path)} cannot be read (${code})`, settle: "let your user read it" };
  }
}

function readJson(path: string): JsonObject | undefined | EngineProblem {
  const file = readSettings(path);
  if (file === undefined || isProblem(file)) return file;
  try {
    const value: unknown = JSON.parse(file.text);
    if (isObject(value)) return value;
  } catch {
    // What the parser says quotes the file, which may hold credentials.
  }
  return { problem: `${shown(path)} is no JSON object`, settle: "put it right, or remove it" };
}

/** The context that `docker context use` chose. */
export function currentContext(folder: string): string | undefined | EngineProblem {
  const config = readJson(join(folder, "config.json"));
  return config === undefined || isProblem(config) ? config : textAt(config, "currentContext");
}

/** The engine of a context. Source: docker/cli cli/context/store, cli/context/docker/load.go. */
export function contextEndpoint(folder: string, name: string): Endpoint | EngineProblem {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = readJson(join(folder, "contexts", "meta", id, "meta.json"));
  if (meta === undefined) {
    return {
      problem: `there is no context ${shown(name, 80)}`,
      settle: "docker context ls lists those that there are",
    };
  }
  if (isProblem(meta)) return meta;
  const docker = objectAt(objectAt(meta, "Endpoints"), "docker");
  const host = textAt(docker, "Host");
  if (host === undefined) {
    return {
      problem: `the context ${shown(name, 80)} names no Docker engine`,
      settle: "choose another with DOCKER_CONTEXT",
    };
  }
  const skipVerify = isTrueAt(docker, "SkipTLSVerify");
  const tls = certificates(join(folder, "contexts", "tls", id, "docker"), !skipVerify);
  if (isProblem(tls)) return tls;
  const isPlain = tls.ca === undefined && tls.cert === undefined && !skipVerify;
  return parseEndpoint(host, isPlain ? undefined : tls);
}

/** `ca.pem`, `cert.pem` and `key.pem` of a folder, each of which may be missing. */
export function certificates(folder: string, verify: boolean): TlsMaterial | EngineProblem {
  const [ca, cert, key] = ["ca.pem", "cert.pem", "key.pem"].map((file) =>
    readSettings(join(folder, file)),
  );
  for (const file of [ca, cert, key]) if (file !== undefined && isProblem(file)) return file;
  const text = (file: typeof ca): string | undefined =>
    file === undefined || isProblem(file) ? undefined : file.text;
  const [caText, certText, keyText] = [text(ca), text(cert), text(key)];
  return {
    verify,
    ...(caText === undefined ? {} : { ca: caText }),
    // One without the other is of no use.
    ...(certText === undefined || keyText === undefined ? {} : { cert: certText, key: keyText }),
  };
}

export function codeOf(error: unknown): string {
  const code = isObject(error) ? error["code"] : undefined;
  return typeof code === "string" ? code : "unknown error";
}
